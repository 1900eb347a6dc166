"""The bare command and help."""
