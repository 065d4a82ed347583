"""Which part of a recording is listened to."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.clip import Clip
from core.engines.musicgen.style.excerpt import excerpt

RATE = 1_000


def ramp(seconds: float, channels: int = 1) -> Clip:
    """A recording in which every sample tells where it is."""
    samples = 1 + np.arange(round(seconds * RATE), dtype=np.float32) / 1e5
    return Clip(np.tile(samples, (channels, 1)), RATE)


def test_the_same_seed_hears_the_same_and_others_hear_elsewhere() -> None:
    clip = ramp(30)
    starts = {float(excerpt(clip, seed)[0]) for seed in range(20)}
    assert np.array_equal(excerpt(clip, 7), excerpt(clip, 7))
    assert len(starts) > 10
    assert {len(excerpt(clip, seed)) for seed in range(5)} == {3 * RATE}


def test_a_short_recording_is_heard_whole() -> None:
    clip = ramp(2, channels=2)
    assert np.array_equal(excerpt(clip, 1), clip.samples[0])


def test_pauses_are_passed_over() -> None:
    samples = np.zeros((1, 30 * RATE), np.float32)
    samples[:, 20 * RATE : 26 * RATE] = 0.5
    assert all(np.abs(excerpt(Clip(samples, RATE), seed)).max() > 0 for seed in range(50))


def test_lengths_that_were_not_trained_are_refused() -> None:
    with pytest.raises(ValueError, match="an excerpt has"):
        excerpt(ramp(30), 1, 6.0)
