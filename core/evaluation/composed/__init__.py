"""Training data that the composer makes: music whose stems, notes, captions and instruments are known exactly.

Slakh2100 was made in the same way from MIDI files (Manilow et al. 2019, "Cutting Music Source Separation Some Slakh").
"""
