"""What is said about roles."""
