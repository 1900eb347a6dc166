"""The rehearsal room."""
