"""Canvas: a recording before and after the editor, without the editor."""

import numpy as np
import pytest

from core.audio.clip import Clip
from core.engines.musicgen.editing.canvas import Canvas

RATE = 32_000


def tone(hertz, seconds=1.0, rate=RATE, level=0.4):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def rms(samples):
    return float(np.sqrt(np.mean(np.square(samples))))


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_what_is_not_edited_comes_back_as_it_was_at_the_rate_of_the_codec(rate):
    clip = Clip(np.stack([tone(440, rate=rate), tone(660, rate=rate)]), rate)
    canvas = Canvas(clip, RATE)
    back = canvas.finished(canvas.heard)
    assert back.sample_rate == RATE
    assert back.samples.shape == (2, RATE)
    assert rms(back.samples[:, 2000:-2000] - np.stack([tone(440), tone(660)])[:, 2000:-2000]) < 0.01


def test_one_channel_stays_one():
    canvas = Canvas(Clip(tone(440)[None], RATE), RATE)
    assert canvas.finished(canvas.heard).samples.shape == (1, RATE)


def test_what_is_taken_from_the_middle_is_gone_from_the_sides():
    left, right = tone(440) + tone(3000), 0.3 * tone(440) + 0.2 * tone(3000)
    canvas = Canvas(Clip(np.stack([left, right]), RATE), RATE)
    without = canvas.heard - (tone(3000) + 0.2 * tone(3000)) / 2
    back = canvas.finished(without).samples[:, 4000:-4000]
    assert rms(back - np.stack([tone(440), 0.3 * tone(440)])[:, 4000:-4000]) < 0.01


def test_faint_recordings_are_heard_at_a_usual_level_and_come_back_as_faint():
    canvas = Canvas(Clip(tone(440, level=0.01)[None], RATE), RATE)
    assert np.abs(canvas.heard).max() == pytest.approx(0.5, rel=0.01)
    assert np.abs(canvas.finished(canvas.heard).samples).max() == pytest.approx(0.01, rel=0.01)


def test_silence_is_heard_as_silence():
    canvas = Canvas(Clip(np.zeros((2, RATE), np.float32), RATE), RATE)
    assert not canvas.finished(canvas.heard).samples.any()


def test_a_long_recording_is_laid_out_in_blocks_that_join():
    rng = np.random.default_rng(1)
    clip = Clip(rng.normal(0, 0.1, (2, 12 * RATE)).astype(np.float32), RATE)
    canvas = Canvas(clip, RATE)
    assert np.allclose(canvas.finished(canvas.heard).samples, clip.samples, atol=1e-4)
