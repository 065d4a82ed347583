"""What the small model learns from and is asked about: pieces of a few styles, which their captions do not name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.audio.clip import Samples
from core.evaluation.composed.clip import Commission
from core.evaluation.composed.making import Workroom

FAMILIES = ("jazz", "techno", "baroque", "chiptune", "heavy_metal", "samulnori", "ambient", "reggae")
MOODS = ("calm", "happy", "dark", "energetic")
RATE = 8_000
SECONDS = 8.0

LEARNED, ASKED, KNOWN = 10, 12, 3
"""Pieces of each family: those that are learned from, those that are given as references, and those that a reference
and what was made from it are compared with."""


@dataclass(frozen=True, slots=True)
class Song:
    """A piece: its style family and mood, and mono samples at `RATE`. What is told of it in words is the mood alone."""

    family: str
    mood: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class Material:
    learned: tuple[Song, ...]
    asked: tuple[Song, ...]
    known: tuple[Song, ...]


def material(
    folder: Path, on_progress: Callable[[float], None], pieces: tuple[int, int, int] = (LEARNED, ASKED, KNOWN)
) -> Material:
    """Compose everything, or take it from `folder`.

    Raises:
        EngineUnavailable: FluidSynth or its soundfont cannot be used.
    """
    room = Workroom(folder, RATE)
    songs: list[list[Song]] = [[], [], []]
    total = sum(pieces)
    try:
        for number in range(total):
            part = 0 if number < pieces[0] else 1 if number < pieces[0] + pieces[1] else 2
            for place, family in enumerate(FAMILIES):
                mood = MOODS[(number + place) % len(MOODS)]
                wanted = Commission(genre=family, mood=mood, seed=5_000_000 + 100 * number + place, seconds=SECONDS)
                songs[part].append(Song(family, mood, room.clip(wanted).mix))
                on_progress((number * len(FAMILIES) + place + 1) / (total * len(FAMILIES)))
    finally:
        room.close()
    return Material(*map(tuple, songs))
