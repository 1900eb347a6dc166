"""What a check-in says: `answers` while one is open and after it, `plans` around its schedule, `forms` to fill in."""
