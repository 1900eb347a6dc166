"""Slack: parsing, rendering, sending, installing, and stories on the stand-in."""
