"""What the bot remembers: tables, one transaction, and the reading side of its queues."""
