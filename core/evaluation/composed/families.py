"""Families of instruments: the classes by which stems are grouped, as in Slakh2100."""

from __future__ import annotations

from core.engines.composer.score import Part

DRUMS = "Drums"
BASS = "Bass"

PROGRAM_FAMILIES = (
    "Piano", "Chromatic Percussion", "Organ", "Guitar", BASS, "Strings", "Strings", "Brass",
    "Reed", "Pipe", "Synth Lead", "Synth Pad", "Synth Effects", "Ethnic", "Percussive", "Sound Effects",
)  # fmt: skip
"""Of each eight programs (General MIDI 1, "Instrument Families"); solo strings and ensembles are one family."""


def family(part: Part) -> str:
    """The family of a part: by its role in the band, or else by its General MIDI program."""
    if part.role == "bass":
        return BASS
    if part.role in ("drums", "percussion") or part.voice.bank == 128:
        return DRUMS
    return PROGRAM_FAMILIES[part.voice.program // 8]
