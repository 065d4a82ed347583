"""Whether music takes after a recording: a small MusicGen-Style is trained on composed music, and asked."""
