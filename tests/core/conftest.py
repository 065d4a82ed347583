import io

import numpy as np
import pytest
import soundfile

from core.audio.clip import Clip


@pytest.fixture
def music():
    """A function that makes a bright, bouncing, dense clip: `music(seconds, sample_rate, channels)`."""
    return make_music


def make_music(seconds: float = 3.0, sample_rate: int = 44_100, channels: int = 2, seed: int = 0) -> Clip:
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    sound = np.zeros((channels, time.size))
    for pitch in (110.0, 164.8, 220.0, 554.4, 1318.5):
        phase = random.uniform(0, 6.28, (channels, 1))
        sound += np.sin(2 * np.pi * pitch * time + phase) * np.exp(-4 * (time % 0.5)) * 220 / (220 + pitch)
    sound += 0.4 * random.standard_normal((channels, time.size)) * np.exp(-40 * (time % 0.25))
    return Clip((0.6 * sound / np.abs(sound).max()).astype(np.float32), sample_rate)


def decode(data: bytes) -> Clip:
    """A file as players decode it."""
    samples, sample_rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    return Clip(np.ascontiguousarray(samples.T), sample_rate)


def sine(
    frequency: float, decibels: float, seconds: float = 5.0, sample_rate: int = 48_000, phase: float = 0.0
) -> Clip:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * frequency * time + phase)
    return Clip(np.stack([wave, wave]).astype(np.float32), sample_rate)


def seam_step(clip: Clip) -> float:
    """The jump from a loop's last sample to its first, over the 99.9th percentile of its own steps between samples."""
    jump = np.abs(clip.samples[:, 0] - clip.samples[:, -1]).max()
    return float(jump / np.percentile(np.abs(np.diff(clip.samples, axis=1)), 99.9))
