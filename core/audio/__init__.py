"""Audio as data: clips, files in and out, mastering, looping, waveform pictures and provenance."""
