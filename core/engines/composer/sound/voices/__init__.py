"""Synthesised voices, for what General MIDI plays badly or lacks."""
