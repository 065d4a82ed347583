import numpy as np
import pytest

from core.evaluation.balance import balance
from tests.core.evaluation.sounds import RATE, clip


def tone(level, hertz=1000.0):
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(3 * RATE) / RATE)


def test_a_sine_has_the_figures_of_a_sine():
    found = balance(clip(tone(-6), tone(-6)), clip(tone(-6), tone(-6)), {})
    assert found.peak_to_rms == pytest.approx(3.0, abs=0.1)
    assert found.true_peak == pytest.approx(-6.0, abs=0.1)
    assert found.mono_loss == pytest.approx(0.0, abs=0.1)
    assert found.offset < 1e-4


def test_sides_that_cancel_are_lost_in_mono():
    assert balance(clip(tone(-6), -tone(-6)), clip(tone(-6), -tone(-6)), {}).mono_loss > 20


def test_stems_are_measured_against_the_mix():
    near, far = clip(tone(-10), tone(-10)), clip(tone(-40, 300.0), tone(-40, 300.0))
    mix = clip(*(near.samples + far.samples))
    found = balance(mix, mix, {"near": near, "far": far})
    assert found.loudest_below == pytest.approx(0.0, abs=0.2)
    assert found.quietest_below == pytest.approx(30.0, abs=1.5)
