"""What people ask to be changed about a piece, read from everyday words."""
