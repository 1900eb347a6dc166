"""What a guided session says."""
