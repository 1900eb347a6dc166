"""Microsoft Teams, against the stand-in."""
