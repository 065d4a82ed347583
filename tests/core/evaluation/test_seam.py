import numpy as np

from core.evaluation.seam import seam
from tests.core.evaluation.sounds import RATE, clip


def tune(frames):
    """Tones whose periods fit the whole, struck every half second, the first time not the hardest."""
    time = np.arange(frames) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 330, 496))
    force = np.array([0.6, 0.5, 1.0, 0.8, 0.9, 0.4, 1.0, 0.7])[(2 * time).astype(int) % 8]
    return 0.1 * wave * (0.4 + 0.6 * force * np.exp(-4 * (time % 0.5)))


def test_a_loop_that_fits_has_no_seam():
    whole = tune(4 * RATE)
    joined = seam(clip(whole, whole), bar_seconds=2.0)
    assert joined.step < 0.999
    assert joined.flux_of_onsets <= 0.95


def test_a_loop_cut_anywhere_has_one():
    torn = tune(4 * RATE + 70)[:-20]
    torn = np.concatenate([torn[150:], 0.3 * np.ones(40)])
    joined = seam(clip(torn, torn), bar_seconds=2.0)
    assert joined.step > 0.999
    assert joined.flux > 0.95
