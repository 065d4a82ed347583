import numpy as np
import pytest

from core.audio.clip import Clip
from core.audio.looping import crossfade_loop
from tests.core.conftest import seam_step


def test_a_crossfade_makes_a_loop_of_what_was_none(music):
    clip = music(6.1)
    cut = Clip(clip.samples[:, 10_000:], clip.sample_rate)
    loop = crossfade_loop(cut, 0.5)
    assert loop.frames == cut.frames - 22_050
    assert seam_step(loop) <= 1.0


def test_a_crossfade_keeps_the_power_of_noise():
    noise = Clip(np.random.default_rng(0).standard_normal((1, 44_100 * 4)).astype(np.float32), 44_100)
    power = crossfade_loop(noise, 1.0).samples ** 2
    assert power[:, :44_100].mean() == pytest.approx(1.0, abs=0.05)


def test_a_clip_must_be_longer_than_its_two_overlaps(music):
    with pytest.raises(ValueError, match="too short"):
        crossfade_loop(music(1.5), 1.0)
