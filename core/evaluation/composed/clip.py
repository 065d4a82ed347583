"""A composed clip, taken apart: everything about it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.brief import Brief, Frozen
from core.engines.composer.score import Score


class Commission(Frozen):
    """A clip to compose. With `instruments` (catalog ids), those are asked for."""

    genre: str
    mood: str
    seed: int
    seconds: float = 10.0
    instruments: tuple[str, ...] = ()

    def brief(self) -> Brief:
        return Brief(
            genres=(self.genre,), moods=(self.mood,), instruments=self.instruments, seed=self.seed,
            duration=self.seconds,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stem:
    """One part: its name in the score, its catalog instrument, its family, and mono samples of shape (samples,)."""

    name: str
    instrument: str
    family: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class ComposedClip:
    """Stems that add up to `mix`, before mastering. `caption` names mood, genre, the instruments heard and the BPM."""

    commission: Commission
    caption: str
    score: Score
    sample_rate: int
    stems: tuple[Stem, ...]

    @property
    def mix(self) -> Samples:
        """Mono samples of shape (samples,)."""
        return sum_of(self.stems)

    @property
    def families(self) -> tuple[str, ...]:
        """Those that are heard, each once."""
        return tuple(dict.fromkeys(stem.family for stem in self.stems))

    def family(self, name: str) -> Samples:
        """All stems of a family together; silence where there are none."""
        return sum_of([stem for stem in self.stems if stem.family == name], len(self.stems[0].samples))


def sum_of(stems: tuple[Stem, ...] | list[Stem], frames: int | None = None) -> Samples:
    if not stems:
        return np.zeros(frames or 0, np.float32)
    total: npt.NDArray[np.float32] = np.sum([stem.samples for stem in stems], axis=0, dtype=np.float32)
    return total
