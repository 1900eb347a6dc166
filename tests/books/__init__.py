"""Books: sharing out."""
