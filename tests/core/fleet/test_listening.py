"""Recordings as people send them: those that can be heard, and those that serve no purpose."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from core.brief import Brief
from core.errors import AudioError
from core.fleet.fleet import Recording
from core.fleet.listening import going_on, listen
from tests.core.audio.test_voice import SPEECH


def sound(seconds: float, *, level: float = 0.3, rate: int = 16_000, channels: int = 1, kind: str = "WAV") -> bytes:
    noise = np.random.default_rng(1).standard_normal((round(seconds * rate), channels)) * level
    written = io.BytesIO()
    soundfile.write(written, np.clip(noise, -1, 1), rate, format=kind)
    return written.getvalue()


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (96_000, 2)])
def test_any_rate_is_heard(rate: int, channels: int) -> None:
    reference = listen(Recording("style", sound(2.0, rate=rate, channels=channels)))
    assert (reference.use, reference.clip.channels) == ("style", channels)
    assert reference.clip.frames / reference.clip.sample_rate == pytest.approx(2.0, abs=0.01)


def test_a_recording_that_is_too_short_is_refused() -> None:
    with pytest.raises(AudioError, match="at least") as caught:
        listen(Recording("style", sound(1.0)))
    assert "1.5초 이상" in caught.value.words.ko


def test_silence_is_refused() -> None:
    with pytest.raises(AudioError, match="only silence"):
        listen(Recording("style", sound(3.0, level=1e-5)))


@pytest.mark.parametrize("use", ["style", "extend", "edit", "learn"])
def test_speech_is_refused(use) -> None:
    with pytest.raises(AudioError, match="only a voice"):
        listen(Recording(use, SPEECH.read_bytes()))


def test_a_melody_may_be_sung() -> None:
    assert listen(Recording("melody", SPEECH.read_bytes())).clip.frames


def test_one_loud_second_among_silence_is_enough() -> None:
    written = io.BytesIO()
    samples = np.zeros(20 * 8_000)
    samples[-8_000:] = 0.1
    soundfile.write(written, samples, 8_000, format="WAV")
    assert listen(Recording("style", written.getvalue())).clip.frames == 160_000


def test_a_clip_of_half_an_hour_is_refused() -> None:
    with pytest.raises(AudioError, match="too long"):
        listen(Recording("style", sound(1_800, rate=8_000, kind="FLAC", level=0.0)))


@pytest.mark.parametrize(("asked", "expected"), [({}, 33.0), ({"duration": 10.0}, 10.0)])
def test_what_goes_on_from_a_recording_adds_half_a_minute_unless_told_otherwise(asked, expected) -> None:
    reference = listen(Recording("extend", sound(3.0)))
    assert going_on(Brief(**asked), [reference]).duration == expected
    assert going_on(Brief(), [listen(Recording("style", sound(3.0)))]).duration == 30.0


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(AudioError, match="damaged"):
        listen(Recording("style", sound(3.0)[:3] + b"F" + b"junkWAVEjunk"))


def test_a_picture_is_refused() -> None:
    with pytest.raises(AudioError, match="not an audio file"):
        listen(Recording("style", b"\x89PNG" + bytes(100)))
