"""Telling speech from music.

`speech.ogg` is six seconds of English that eSpeak NG spoke.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audio.clip import Clip
from core.audio.files import read
from core.audio.voice import RATE, stretches, voice_share

SPEECH = Path(__file__).with_name("speech.ogg")


def plucked(seconds: float = 6.0, rate: int = 44_100) -> Clip:
    """A tune of decaying strings, two notes a second."""
    time = np.arange(int(0.5 * rate)) / rate
    notes = [220 * 2 ** (step / 12) for step in (0, 3, 7, 10, 12, 7, 5, 3, 0, -2, 0, 7)]
    tones = [sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 8)) for hertz in notes]
    mono = np.concatenate([tone * np.exp(-4 * time) for tone in tones])[: int(seconds * rate)]
    return Clip((0.2 * np.stack([mono, mono])).astype(np.float32), rate)


def test_speech_is_mostly_voice_at_any_level() -> None:
    clip = read(SPEECH.read_bytes())
    assert voice_share(clip) > 0.8
    assert voice_share(Clip(0.01 * clip.samples, clip.sample_rate)) > 0.8


def test_a_tune_is_not() -> None:
    assert voice_share(plucked()) < 0.1


def test_a_long_clip_is_heard_in_stretches_from_its_beginning_to_its_end() -> None:
    rate = 8_000
    ramp = np.linspace(0, 1, 120 * rate, dtype=np.float32)[None]
    parts = stretches(Clip(ramp, rate))
    assert [len(part) for part in parts] == pytest.approx([5 * RATE] * 6, abs=2)
    assert parts[0][0] == pytest.approx(0.0, abs=0.01)
    assert parts[-1][-RATE] == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("frames", [1, 100])
def test_what_is_too_short_to_tell_is_no_voice(frames: int) -> None:
    assert voice_share(Clip(np.zeros((1, frames), np.float32), 48_000)) == 0.0
