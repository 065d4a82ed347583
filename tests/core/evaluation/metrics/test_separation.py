import numpy as np
import pytest

from core.evaluation.metrics.separation import si_sdr, si_sdr_improvement
from tests.core.evaluation.metrics.sounds import wave


def test_it_agrees_with_torchmetrics():
    # scale_invariant_signal_distortion_ratio of torchmetrics 1.9.0 on the same samples.
    assert si_sdr(wave(1) + 0.3 * wave(2), wave(1)) == pytest.approx(8.873650991849324, abs=1e-4)
    assert si_sdr(wave(2), wave(1)) == pytest.approx(-63.745910258411065, abs=1e-2)


def test_half_as_much_orthogonal_noise_is_a_ratio_of_six_decibels():
    wanted = np.array([1.0, 0.0, 1.0, 0.0], np.float32)
    noise = np.array([0.0, 0.5, 0.0, 0.5], np.float32)
    assert si_sdr(wanted + noise, wanted) == pytest.approx(20 * np.log10(2))


def test_loudness_makes_no_difference():
    mixed = wave(1) + wave(2)
    assert si_sdr(3 * mixed, wave(1)) == pytest.approx(si_sdr(mixed, wave(1)), abs=1e-3)


def test_the_improvement_is_over_the_mixture():
    mixture, better = wave(1) + wave(2), wave(1) + np.float32(0.1) * wave(2)
    assert si_sdr_improvement(better, wave(1), mixture) == pytest.approx(20.0, abs=0.1)
    assert si_sdr_improvement(mixture, wave(1), mixture) == 0


def test_silence_has_no_ratio():
    assert si_sdr(wave(1), np.zeros_like(wave(1))) == -np.inf
    assert si_sdr(np.zeros_like(wave(1)), wave(1)) == -np.inf


def test_sounds_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="same length"):
        si_sdr(wave(1), wave(1)[:-1])
