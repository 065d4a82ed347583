import numpy as np
import pytest

from core.audio.clip import Clip
from core.audio.looping import crossfade_loop, fold_tail, seam


def test_a_tail_rings_on_over_the_head():
    samples = np.zeros((2, 1000), np.float32)
    samples[:, 590:650] = 1.0
    loop = fold_tail(Clip(samples, 44_100), 600)
    assert loop.frames == 600
    assert np.flatnonzero(loop.samples[0]).tolist() == [*range(50), *range(590, 600)]


def test_a_tail_longer_than_the_loop_goes_round_again():
    loop = fold_tail(Clip(np.ones((1, 1000), np.float32), 44_100), 300)
    assert loop.samples[0, :100].tolist() == [4.0] * 100
    assert loop.samples[0, 100:].tolist() == [3.0] * 200


@pytest.mark.parametrize("frames", [0, 1001])
def test_a_loop_must_lie_within_the_clip(frames):
    with pytest.raises(ValueError, match="cannot be made"):
        fold_tail(Clip(np.ones((1, 1000), np.float32), 44_100), frames)


def test_a_crossfade_makes_a_loop_of_what_was_none(music):
    clip = music(6.1)
    cut = Clip(clip.samples[:, 10_000:], clip.sample_rate)
    loop = crossfade_loop(cut, 0.5)
    assert loop.frames == cut.frames - 22_050
    assert seam(loop).inaudible


def test_a_crossfade_keeps_the_power_of_noise():
    noise = Clip(np.random.default_rng(0).standard_normal((1, 44_100 * 4)).astype(np.float32), 44_100)
    power = crossfade_loop(noise, 1.0).samples ** 2
    assert power[:, :44_100].mean() == pytest.approx(1.0, abs=0.05)


def test_a_click_at_the_seam_is_heard():
    time = np.arange(44_100 * 3) / 44_100
    whole = np.sin(2 * np.pi * 220 * time)[None].astype(np.float32)
    assert seam(Clip(whole, 44_100)).step <= 1.0
    assert not seam(Clip(whole[:, : -44_100 // 880], 44_100)).inaudible


def test_silence_has_no_seam():
    assert seam(Clip(np.zeros((2, 44_100), np.float32), 44_100)).inaudible
