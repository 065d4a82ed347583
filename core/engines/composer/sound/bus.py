"""Bus: what happens to the whole mix, done alike to every stem so that the stems still add up to it."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.score import Master
from core.engines.composer.sound.dynamics import Compression, Compressor, PeakControl
from core.engines.composer.sound.tape import Tape, Vinyl

LOUDNESS = -16.0
"""LUFS of the mix as it leaves the desk; mastering makes the last step."""
HEADROOM = 3.0
"""Decibels over the wanted crest that peaks keep here; mastering, which has heard the whole piece, takes the rest."""
VINYL_BELOW = 23.0
"""LU below the mix of the lightest wear; the heaviest is 5 LU louder."""


class Bus:
    """Level, tape, glue compression and peak control. Lanes are stems, or the mix alone; it listens to their sum.

    Only linear filters and gains common to all lanes are applied, never anything that a sum of lanes would answer
    differently than the lanes themselves. Output comes `delay` frames late.
    """

    def __init__(self, master: Master, *, mix_loudness: float, seconds: float, seed: int, sample_rate: int) -> None:
        """`seconds` is the length of the piece, which is what a loop closes over."""
        self._gain = np.float32(10 ** ((LOUDNESS - mix_loudness) / 20))
        self._wear = master.tape
        self._tape = Tape(master.tape, seconds, sample_rate) if master.tape else None
        worn = LOUDNESS - VINYL_BELOW + 5.0 * master.vinyl
        self._vinyl = Vinyl(worn, seed, sample_rate) if master.vinyl else None
        self._glue = Compressor(glue(master.glue), sample_rate) if master.glue else None
        self._peaks = PeakControl(10 ** ((LOUDNESS + master.crest + HEADROOM) / 20), sample_rate)
        self.delay = self._peaks.delay
        self._held: Samples | None = None

    @property
    def has_vinyl(self) -> bool:
        """The last lane out is the vinyl's, added here, when lanes are stems."""
        return self._vinyl is not None

    def process(self, lanes: Samples, *, stems: bool) -> Samples:
        """The next samples, shape (lanes, 2, frames) in and out; `stems` tells stems from the mix alone."""
        lanes = self._with_vinyl(lanes * self._gain, stems=stems)
        if self._tape is not None:
            lanes = self._tape.process(lanes)
            lanes = lanes * Tape.warmth(lanes.sum(axis=0), self._wear)
        if self._glue is not None:
            lanes = lanes * self._glue.curve(lanes.sum(axis=0))
        if self._held is None:
            self._held = np.zeros((*lanes.shape[:-1], self.delay), np.float32)
        curve = self._peaks.curve(lanes.sum(axis=0))
        line = np.concatenate([self._held, lanes], axis=-1)
        frames = lanes.shape[-1]
        self._held = line[..., frames:].copy()
        out: Samples = line[..., :frames] * curve
        return out

    def _with_vinyl(self, lanes: Samples, *, stems: bool) -> Samples:
        if self._vinyl is None:
            return lanes
        wear = self._vinyl.render(lanes.shape[-1])[None]
        return np.concatenate([lanes, wear]) if stems else lanes + wear


def glue(amount: float) -> Compression:
    """Slow and soft: at most a few dB on the loudest passages."""
    return Compression(
        threshold=LOUDNESS + 9.0 - 5.0 * amount, ratio=1.3 + 1.2 * amount, knee=8.0, attack=0.02, release=25.0
    )
