"""The embedded engine: writes a score and plays it. No weights, no GPU."""
