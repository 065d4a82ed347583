"""Engines: each makes a clip from a brief."""
