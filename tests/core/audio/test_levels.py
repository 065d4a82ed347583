import numpy as np
import pytest
from scipy.signal import resample_poly

from core.audio.clip import Clip
from core.audio.levels import measure
from core.audio.loudness import FLOOR
from core.audio.true_peak import interpolated_peaks
from tests.core.conftest import sine


@pytest.mark.parametrize("seconds", [0.0, 0.1, 3.0])
def test_silence_reads_as_the_floor(seconds):
    silence = Clip(np.zeros((2, round(seconds * 44_100)), np.float32), 44_100)
    assert measure(silence).lufs == FLOOR
    assert measure(silence).true_peak_dbtp == FLOOR


def test_a_peak_between_samples_is_found():
    # A quarter of the sample rate, sampled 45 degrees off its crests.
    clip = sine(12_000.0, -6.0, phase=np.pi / 4)
    assert 20 * np.log10(np.abs(clip.samples).max()) == pytest.approx(-9.0, abs=0.05)
    assert measure(clip).true_peak_dbtp == pytest.approx(-6.0, abs=0.2)


def test_true_peak_agrees_with_finer_oversampling(music):
    clip = music(3.0)
    finer = 20 * np.log10(np.abs(resample_poly(clip.samples, 16, 1, axis=1)).max())
    assert measure(clip).true_peak_dbtp == pytest.approx(finer, abs=0.2)


def test_a_peak_at_the_border_of_blocks_is_not_missed():
    samples = np.zeros((1, 140_000), np.float32)
    samples[0, 65_535:65_537] = 0.5
    assert measure(Clip(samples, 44_100)).true_peak_dbtp == pytest.approx(20 * np.log10(0.5 * 4 / np.pi), abs=0.1)


def test_a_peak_across_the_seam_of_a_loop_is_found():
    samples = np.zeros((1, 1000), np.float32)
    samples[0, [0, -1]] = 0.5
    assert interpolated_peaks(samples, wrap=True).max() > 0.6
    assert interpolated_peaks(samples).max() < 0.6
