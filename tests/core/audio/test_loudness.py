import numpy as np
import pyloudnorm
import pytest

from core.audio.clip import Clip
from core.audio.loudness import integrated_loudness, k_weighting, mono_drop
from tests.core.conftest import sine


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


def test_what_a_clip_loses_in_mono():
    random = np.random.default_rng(0).standard_normal((2, 44_100 * 2)).astype(np.float32) / 10
    same, opposed = np.stack([random[0], random[0]]), np.stack([random[0], -0.9 * random[0]])
    assert mono_drop(Clip(same, 44_100)) == pytest.approx(0.0, abs=0.01)
    assert mono_drop(Clip(random, 44_100)) == pytest.approx(3.0, abs=0.3)
    assert mono_drop(Clip(opposed, 44_100)) > 20
