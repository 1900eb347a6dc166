"""What is said about records."""
