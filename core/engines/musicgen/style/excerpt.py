"""The excerpt of a recording that is listened to: a few seconds, the same for the same seed."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Clip, Samples
from core.engines.musicgen.noise import noise_seed

SHORTEST = 1.5
LONGEST = 4.5
"""Seconds of the excerpts that the model was trained on."""
USUAL = 3.0

STEP = 0.1
QUIET = 10 ** (-30 / 10)
"""An excerpt with less than this share of the power of the loudest one is passed over: it is a pause, or a fade."""


def excerpt(clip: Clip, seed: int, seconds: float = USUAL) -> Samples:
    """Mono samples of a stretch that sounds, chosen by the seed; all of a recording that is not longer.

    Raises:
        ValueError: a length that the model was not trained on.
    """
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError(f"an excerpt has {SHORTEST} to {LONGEST} s, not {seconds}")
    mono: Samples = clip.samples.mean(axis=0)
    length = round(seconds * clip.sample_rate)
    if len(mono) <= length:
        return mono
    starts = np.arange(0, len(mono) - length + 1, max(1, round(STEP * clip.sample_rate)))
    power = np.concatenate([[0.0], np.cumsum(np.square(mono, dtype=np.float64))])
    loudness = power[starts + length] - power[starts]
    sounding = starts[loudness >= QUIET * loudness.max()]
    start = int(sounding[noise_seed(seed, 0) % len(sounding)])
    return mono[start : start + length]
