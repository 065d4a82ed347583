import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from core.audio.clip import Clip
from core.audio.loudness import FLOOR, integrated_loudness, k_weighting, measure, mono_drop, true_peak


def sine(
    frequency: float, decibels: float, seconds: float = 5.0, sample_rate: int = 48_000, phase: float = 0.0
) -> Clip:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * frequency * time + phase)
    return Clip(np.stack([wave, wave]).astype(np.float32), sample_rate)


def test_the_filter_is_the_one_that_the_standard_tabulates_for_48_khz():
    shelf, highpass = k_weighting(48_000)

    np.testing.assert_allclose(shelf[:3], [1.53512485958697, -2.69169618940638, 1.19839281085285], atol=1e-10)
    np.testing.assert_allclose(shelf[4:], [-1.69065929318241, 0.73248077421585], atol=1e-10)
    np.testing.assert_allclose(highpass, [1, -2, 1, 1, -1.99004745483398, 0.99007225036621], atol=1e-10)


@pytest.mark.parametrize("sample_rate", [44_100, 48_000])
def test_a_stereo_tone_of_1_khz_reads_as_loud_as_its_level(sample_rate):
    # EBU Tech 3341, first test signal.
    assert integrated_loudness(sine(1000.0, -23.0, 20.0, sample_rate)) == pytest.approx(-23.0, abs=0.05)


def test_quiet_stretches_are_gated_out():
    # EBU Tech 3341, third test signal.
    parts = [sine(1000.0, level, seconds).samples for level, seconds in ((-36.0, 5.0), (-23.0, 15.0), (-36.0, 5.0))]
    assert integrated_loudness(Clip(np.concatenate(parts, axis=1), 48_000)) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("sample_rate", [22_050, 44_100, 48_000])
def test_music_reads_as_another_implementation_reads_it(sample_rate, music):
    clip = music(10.0, sample_rate)
    theirs = pyloudnorm.Meter(sample_rate, filter_class="DeMan").integrated_loudness(clip.samples.T.astype(np.float64))
    assert integrated_loudness(clip) == pytest.approx(theirs, abs=0.05)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 3.0])
def test_silence_reads_as_the_floor(seconds):
    silence = Clip(np.zeros((2, round(seconds * 44_100)), np.float32), 44_100)
    assert measure(silence).lufs == FLOOR
    assert measure(silence).true_peak_dbtp == FLOOR


def test_a_peak_between_samples_is_found():
    # A quarter of the sample rate, sampled 45 degrees off its crests.
    clip = sine(12_000.0, -6.0, phase=np.pi / 4)
    assert 20 * np.log10(np.abs(clip.samples).max()) == pytest.approx(-9.0, abs=0.05)
    assert true_peak(clip) == pytest.approx(-6.0, abs=0.2)


def test_true_peak_agrees_with_finer_oversampling(music):
    clip = music(3.0)
    finer = 20 * np.log10(np.abs(resample_poly(clip.samples, 16, 1, axis=1)).max())
    assert true_peak(clip) == pytest.approx(finer, abs=0.2)


def test_a_peak_at_the_border_of_blocks_is_not_missed():
    samples = np.zeros((1, 140_000), np.float32)
    samples[0, 65_535:65_537] = 0.5
    assert true_peak(Clip(samples, 44_100)) == pytest.approx(20 * np.log10(0.5 * 4 / np.pi), abs=0.1)


def test_what_a_clip_loses_in_mono():
    random = np.random.default_rng(0).standard_normal((2, 44_100 * 2)).astype(np.float32) / 10
    same, opposed = np.stack([random[0], random[0]]), np.stack([random[0], -0.9 * random[0]])
    assert mono_drop(Clip(same, 44_100)) == pytest.approx(0.0, abs=0.01)
    assert mono_drop(Clip(random, 44_100)) == pytest.approx(3.0, abs=0.3)
    assert mono_drop(Clip(opposed, 44_100)) > 20
