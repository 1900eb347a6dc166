"""The roles of a team."""
