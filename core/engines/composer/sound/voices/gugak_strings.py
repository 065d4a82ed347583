"""Korean plucked zithers: the gayageum, plucked by the fingers, and the geomungo, by a bamboo stick."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.equaliser import Band
from core.engines.composer.sound.voices.envelope import fall, soften_end
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.plucked import StringModel, pluck

TOUCHES = 6
TAKES = 2
KEPT = 96
LONGEST = 4.0
DAMPING = 0.22
"""Time constant in seconds of a string that is stopped after its note."""


class Zither(Instrument):
    """Silk strings over a paulownia body. Plucks are kept, as the same strings sound again and again."""

    def __init__(self, model: StringModel, body: Sequence[Band], sample_rate: int) -> None:
        self.body = body
        self._model = model
        self._rate = sample_rate
        self._plucks: OrderedDict[tuple[int, int, int], Samples] = OrderedDict()

    def sound(self, stroke: Stroke) -> Samples:
        string = self._pluck(stroke)
        cents = stroke.bend(len(string), self._rate)
        if cents is not None:
            place = np.concatenate([[0.0], np.cumsum(np.exp2(cents[:-1] / 1200))])
            string = np.interp(place, np.arange(len(string)), string, right=0.0).astype(np.float32)
        held = min(len(string), round(stroke.note.length * self._rate))
        frames = min(len(string), held + round(6 * DAMPING * self._rate))
        sound = string[:frames] * np.float32(stroke.force)
        sound[held:] *= fall(frames - held, DAMPING, self._rate)
        soften_end(sound)
        return sound[None]

    def _pluck(self, stroke: Stroke) -> Samples:
        touch = min(TOUCHES - 1, stroke.note.velocity * TOUCHES // 128)
        what = (stroke.note.pitch, touch, stroke.note.number % TAKES)
        if what not in self._plucks:
            seconds = min(LONGEST, 6 * self._model.time_constant(stroke.frequency) + 0.1)
            chance = np.random.default_rng(what)
            force = (touch + 0.5) / TOUCHES
            self._plucks[what] = pluck(
                self._model, stroke.frequency, force, seconds=seconds, sample_rate=self._rate, chance=chance
            )
            if len(self._plucks) > KEPT:
                self._plucks.popitem(last=False)
        self._plucks.move_to_end(what)
        return self._plucks[what]


def gayageum(sample_rate: int) -> Zither:
    string = StringModel(decay=0.95, decay_slope=0.74, loss=1.1, place=0.14, corner=3400.0, knock=0.10)
    body = (
        Band("highpass", 70.0),
        Band("peak", 230.0, 4.0, 1.2),
        Band("peak", 520.0, 2.5, 1.5),
        Band("peak", 1500.0, 2.0),
    )
    return Zither(string, body, sample_rate)


def geomungo(sample_rate: int) -> Zither:
    string = StringModel(decay=0.55, decay_slope=0.70, loss=1.9, place=0.09, corner=2300.0, knock=0.55)
    body = (
        Band("highpass", 50.0),
        Band("peak", 150.0, 5.0, 1.0),
        Band("peak", 420.0, 3.0, 1.2),
        Band("peak", 2200.0, 2.0),
    )
    return Zither(string, body, sample_rate)
