"""The twenty concepts that are learned: ten instruments alone and ten genres, all made by the composer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.style import StyleBook
from core.evaluation.composed.clip import Commission
from core.evaluation.composed.commissions import commissions
from core.evaluation.composed.making import Workroom

INSTRUMENTS = (
    "gayageum", "harp", "marimba", "church_organ", "accordion", "sitar", "music_box", "trumpet", "pan_flute", "violin",
)  # fmt: skip
GENRES = (
    "samulnori", "sanjo", "hardstyle", "chiptune", "bluegrass", "tango", "baroque", "reggae", "heavy_metal", "lullaby",
)  # fmt: skip
"""Styles that the base model never hears."""

RATE = 16_000
BASE_SECONDS = 12.0
CLIP_SECONDS = 20.0
CLIPS = 4
"""Clips of each concept; the last is not learned from but compared with."""

QUIETEST = 0.004
"""A solo whose root mean square lies below this hardly plays."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """Mono samples at `RATE`, and what they are."""

    samples: Samples
    caption: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A concept: recordings to learn from, and one to compare with."""

    name: str
    kind: str
    learned_from: tuple[Samples, ...]
    compared_with: Samples


class Subjects:
    """Composes the music of the evaluation, and keeps it in a folder."""

    def __init__(self, folder: Path) -> None:
        """Raises EngineUnavailable when FluidSynth or its soundfont cannot be used."""
        self._room = Workroom(folder, RATE)

    def base(self, count: int, seed: int) -> Iterator[Captioned]:
        """Clips of styles that are no concepts, with moods of all kinds."""
        genres = tuple(style.genres[0] for style in StyleBook.read() if style.genres[0] not in GENRES)
        for wanted in commissions(count, seed, seconds=BASE_SECONDS, genres=genres):
            clip = self._room.clip(wanted)
            yield Captioned(clip.mix, clip.caption)

    def subject(self, name: str) -> Subject:
        found = self._solos(name) if name in INSTRUMENTS else self._pieces(name)
        kind = "instrument" if name in INSTRUMENTS else "genre"
        return Subject(name, kind, tuple(found[:-1]), found[-1])

    def close(self) -> None:
        self._room.close()

    def _pieces(self, genre: str) -> list[Samples]:
        wanted = commissions(CLIPS, 7, seconds=CLIP_SECONDS, genres=(genre,))
        return [self._room.clip(commission).mix for commission in wanted]

    def _solos(self, instrument: str) -> list[Samples]:
        """The part of one instrument in pieces of several styles; pieces in which it hardly plays are passed over."""
        found: list[Samples] = []
        genres = ("acoustic", "classical", "folk", "new_age", "ballad", "waltz", "lounge", "cinematic")
        for number in range(4 * CLIPS):
            if len(found) == CLIPS:
                break
            wanted = Commission(
                genre=genres[number % len(genres)],
                mood="calm" if number % 2 else "cheerful",
                seed=8_000_000 + number,
                seconds=CLIP_SECONDS,
                instruments=(instrument,),
            )
            stems = [stem.samples for stem in self._room.clip(wanted).stems if stem.instrument == instrument]
            solo: Samples = np.sum(np.stack(stems or [np.zeros(1, np.float32)]), axis=0, dtype=np.float32)
            if np.sqrt(np.mean(np.square(solo))) >= QUIETEST:
                found.append(solo / max(1e-6, float(np.abs(solo).max())) * np.float32(0.5))
        return found
