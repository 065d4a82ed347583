import numpy as np
import pytest

from core.evaluation.loudness_range import loudness_range
from tests.core.evaluation.sounds import RATE, clip


def noise(*levels, seconds=10.0):
    rng = np.random.default_rng(1)
    wave = np.concatenate([10 ** (level / 20) * rng.standard_normal(int(seconds * RATE)) for level in levels])
    return clip(0.3 * wave, 0.3 * wave)


def test_even_noise_has_no_range():
    assert loudness_range(noise(-20.0)) < 0.3


def test_range_is_the_distance_of_soft_and_loud():
    """The first minimum requirement of EBU Tech 3342: two levels 10 dB apart."""
    assert loudness_range(noise(-30.0, -20.0, seconds=20.0)) == pytest.approx(10.0, abs=1.0)


def test_silence_and_short_clips_have_none():
    assert loudness_range(clip(np.zeros(RATE * 5), np.zeros(RATE * 5))) == 0.0
    assert loudness_range(noise(-20.0, seconds=1.0)) == 0.0
