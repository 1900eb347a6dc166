"""Teams' way in. Only `host` imports the SDK."""
