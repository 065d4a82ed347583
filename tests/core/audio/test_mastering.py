import numpy as np
import pytest

from core.audio.clip import Clip
from core.audio.levels import measure
from core.audio.loudness import FLOOR, integrated_loudness
from core.audio.mastering import Mastering, Target
from tests.core.conftest import seam_step


@pytest.mark.parametrize("sample_rate", [22_050, 44_100, 48_000])
@pytest.mark.parametrize("level", [0.02, 0.1, 1.6])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_master_reaches_its_loudness_under_its_peak_at_its_length(level, sample_rate, channels, music):
    mix = music(6.0, sample_rate, channels)
    mix = Clip(mix.samples * np.float32(level), sample_rate)

    master = Mastering(mix).to(Target())

    levels = measure(master)
    assert levels.lufs == pytest.approx(-14.0, abs=0.3)
    assert levels.true_peak_dbtp <= -0.98
    assert master.samples.shape == mix.samples.shape
    assert master.samples.dtype == np.float32


@pytest.mark.parametrize("crest", [9.0, 11.0])
def test_a_dense_style_gets_the_crest_it_asks_for(crest, music):
    master = Mastering(music(6.0)).to(Target(crest=crest))

    levels = measure(master)
    assert levels.lufs == pytest.approx(-14.0, abs=0.3)
    assert levels.true_peak_dbtp - 10 * np.log10(np.mean(master.samples**2)) <= crest + 0.3


def test_a_wide_crest_does_not_lift_the_peak_over_the_ceiling(music):
    assert measure(Mastering(music(4.0)).to(Target(crest=18.0))).true_peak_dbtp <= -0.98


def test_a_mix_within_its_marks_is_left_alone_but_for_its_gain(music):
    mix = music(4.0)
    levels = measure(mix)
    master = Mastering(mix).to(Target(lufs=levels.lufs - 6.0))
    middle = slice(44_100, -5_000)
    difference = master.samples[:, middle] - 0.5 * mix.samples[:, middle]
    assert np.std(difference) < 0.1 * np.std(mix.samples)


@pytest.mark.parametrize("noise", [0.0, 1e-6])
def test_silence_stays_silent(noise):
    mix = Clip((noise * np.random.default_rng(0).standard_normal((2, 44_100))).astype(np.float32), 44_100)
    mastering = Mastering(mix)
    assert mastering.silent
    assert np.abs(mastering.to(Target()).samples).max() <= 1e-5


def test_a_lonely_click_is_not_limited_without_end():
    samples = np.zeros((2, 44_100 * 4), np.float32)
    samples[:, 50_000:50_040] = 0.5
    levels = measure(Mastering(Clip(samples, 44_100)).to(Target()))
    assert FLOOR < levels.lufs < -14.0
    assert levels.true_peak_dbtp <= -0.98


def test_an_offset_is_taken_out(music):
    mix = music(3.0)
    master = Mastering(Clip(mix.samples + np.float32(0.1), 44_100)).to(Target())
    assert abs(float(np.mean(master.samples[:, 22_050:]))) < 1e-3


def test_a_master_begins_and_ends_in_silence(music):
    master = Mastering(music(2.0)).to(Target()).samples
    assert np.abs(master[:, 0]).max() == 0.0
    assert np.abs(master[:, -1]).max() < 1e-3


def test_the_gain_is_down_before_a_peak_comes():
    time = np.arange(44_100) / 44_100
    quiet = 0.1 * np.sin(2 * np.pi * 500 * time)
    loud = np.where((time > 0.5) & (time < 0.51), 0.9 * np.sin(2 * np.pi * 500 * time), quiet)
    master = Mastering(Clip(np.stack([loud, loud]).astype(np.float32), 44_100)).to(Target(lufs=-18.0))
    assert measure(master).true_peak_dbtp <= -0.98
    # No clipping: the limited burst is still a sine, without the odd harmonics of a flat top.
    burst = master.samples[0, 22_100:22_450] * np.hanning(350)
    spectrum = np.abs(np.fft.rfft(burst, 8192))
    third = round(1500 * 8192 / 44_100)
    assert spectrum[third - 5 : third + 6].max() < 0.02 * spectrum.max()


def loop_of_music(music) -> Clip:
    """Its seam lies in the middle of ringing notes, where a join that is off by anything shows."""
    sound = music(5.0).samples
    loop = sound[:, : 4 * 44_100].copy()
    loop[:, :44_100] += sound[:, 4 * 44_100 :]
    return Clip(np.roll(loop, 44_100 // 3, axis=1), 44_100)


@pytest.mark.parametrize("crest", [None, 9.0])
def test_the_seam_of_a_loop_outlasts_its_master(crest, music):
    mix = loop_of_music(music)
    master = Mastering(mix, loop=True).to(Target(crest=crest))
    twice = Clip(np.tile(master.samples, 2), 44_100)
    assert seam_step(master) <= 1.0
    assert measure(twice).true_peak_dbtp <= -0.98
    assert integrated_loudness(master) == pytest.approx(-14.0, abs=0.3)


def test_mastering_a_loop_is_the_same_wherever_it_begins(music):
    mix = loop_of_music(music)
    shift = 32 * 1000
    rolled = Clip(np.roll(mix.samples, shift, axis=1), 44_100)
    master = Mastering(mix, loop=True).to(Target(crest=10.0)).samples
    of_rolled = Mastering(rolled, loop=True).to(Target(crest=10.0)).samples
    gain = np.abs(of_rolled).mean() / np.abs(master).mean()
    np.testing.assert_allclose(np.roll(master, shift, axis=1) * gain, of_rolled, atol=0.02)
