"""Pairs of sounds before and after an edit, made from stems as Instruct-MusicGen makes them from Slakh2100.

arXiv:2405.18386, section 4.1: one target among drums, bass, piano and guitar, one to all of the other stems, and an
action drawn evenly; stems of one family are one. Pairs in which too little is heard of the target are drawn again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from core.audio.clip import Samples
from core.engines.musicgen.editing.instructions import literal
from core.engines.musicgen.editing.weights import INSTRUMENTS
from core.evaluation.composed.clip import ComposedClip
from core.evaluation.editing.codec import RATE
from core.instruction.instruction import Action

ACTIONS: tuple[Action, ...] = ("add", "remove", "extract")
TRIES = 10
FAINT_PEAK = 0.1
FAINT, MOST_FAINT = 0.01, 0.7
"""A target is drawn again when more than this share of its samples is fainter than 0.01."""


@dataclass(frozen=True, slots=True)
class EditPair:
    """Mono samples at 8 kHz. `before` is edited as `instruction` says, which gives `after`.

    `company` are the families that are heard beside the instrument.
    """

    action: Action
    instrument: str
    company: tuple[str, ...]
    before: Samples
    after: Samples

    @property
    def instruction(self) -> str:
        return literal(self.action, self.instrument)

    @property
    def captions(self) -> tuple[str, str]:
        """What is heard before and after, in words."""
        alone, rest = f"Music of {self.instrument}.", f"Music of {', '.join(self.company)}."
        both = f"Music of {', '.join((self.instrument, *self.company))}."
        return {"add": (rest, both), "remove": (both, rest), "extract": (both, alone)}[self.action]


class PairMaker:
    """Draws pairs of `seconds` from clips."""

    def __init__(self, clips: Sequence[ComposedClip], seconds: float, seed: int) -> None:
        self._songs = [song for clip in clips if len(song := _families(clip)) > 1 and set(song) & set(INSTRUMENTS)]
        self._frames = round(seconds * RATE)
        self._dice = random.Random(f"pairs {seed}")  # noqa: S311  (no secret)

    def pairs(self, count: int) -> Iterator[EditPair]:
        while count:
            found = self._draw()
            if found is not None:
                count -= 1
                yield found

    def _draw(self) -> EditPair | None:
        """None when a song gave nothing that can be heard in ten tries."""
        song = self._dice.choice(self._songs)
        instrument = self._dice.choice([name for name in INSTRUMENTS if name in song])
        others = [name for name in song if name != instrument]
        for _ in range(TRIES):
            start = self._dice.randrange(max(1, len(song[instrument]) - self._frames))
            span = slice(start, start + self._frames)
            company = self._dice.sample(others, self._dice.randint(1, len(others)))
            target = song[instrument][span]
            rest: Samples = np.stack([song[name][span] for name in company]).sum(axis=0)
            if is_heard(target) and is_heard(rest) and len(target) == self._frames:
                return self._pair(instrument, tuple(company), target, rest)
        return None

    def _pair(self, instrument: str, company: tuple[str, ...], target: Samples, rest: Samples) -> EditPair:
        action = self._dice.choice(ACTIONS)
        both = target + rest
        loudest = max(float(np.abs(sound).max()) for sound in (both, target, rest))
        gain = np.float32(1.0 / max(1.0, loudest))
        before, after = {"add": (rest, both), "remove": (both, rest), "extract": (both, target)}[action]
        return EditPair(action, instrument, company, before * gain, after * gain)


def is_heard(sound: Samples) -> bool:
    size = np.abs(sound)
    return bool(size.max() >= FAINT_PEAK and (size < FAINT).mean() <= MOST_FAINT)


def _families(clip: ComposedClip) -> dict[str, Samples]:
    return {name: soxr.resample(clip.family(name), clip.sample_rate, RATE) for name in clip.families}
