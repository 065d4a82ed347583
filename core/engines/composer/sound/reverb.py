"""Reverb: a synthetic room as an impulse response, convolved block by block."""

from __future__ import annotations

import numpy as np
from scipy import fft, signal

from core.audio.clip import Samples

PREDELAY = 0.012
EARLY_WINDOW = 0.075
EARLY_ECHOES = 14
CROSSOVER = 700.0
LOWEST = 160.0
SEED = 20_260_101


def impulse_response(seconds: float, brightness: float, sample_rate: int) -> Samples:
    """A room of a given RT60, shape (2, frames), of unit energy per channel.

    Decaying noise in two bands, the upper one decaying sooner the darker the room (Moorer, "About this reverberation
    business", 1979), after a few early echoes. Left and right are independent; below 160 Hz there is none, so that
    the bass stays dry and mono.
    """
    frames = round((PREDELAY + seconds) * sample_rate)
    begin = round(PREDELAY * sample_rate)
    rng = np.random.default_rng(SEED)
    time = np.arange(frames - begin) / sample_rate
    decay = np.log(1000.0) / seconds
    noise = rng.standard_normal((2, frames - begin))
    low_sections = signal.butter(2, CROSSOVER, fs=sample_rate, output="sos")
    low = signal.sosfilt(low_sections, noise, axis=-1)
    corner = 2500.0 * 5.0**brightness
    high = signal.sosfilt(signal.butter(1, corner, fs=sample_rate, output="sos"), noise - low, axis=-1)
    late = low * np.exp(-decay * time) + high * np.exp(-decay * time * (1.9 - 0.8 * brightness))
    late *= np.minimum(1.0, time / 0.02)
    response = np.zeros((2, frames))
    response[:, begin:] = late
    scale = np.sqrt(np.sum(late**2, axis=-1))
    for channel in range(2):
        at = begin + (rng.uniform(0.0, EARLY_WINDOW, EARLY_ECHOES) * min(1.0, seconds) * sample_rate).astype(int)
        echoes = rng.choice([-1.0, 1.0], EARLY_ECHOES) * rng.uniform(0.3, 1.0, EARLY_ECHOES)
        np.add.at(response[channel], at, 0.12 * scale[channel] * echoes)
    response = signal.sosfilt(signal.butter(2, LOWEST, "high", fs=sample_rate, output="sos"), response, axis=-1)
    fade = round(0.1 * frames)
    response[:, -fade:] *= np.linspace(1.0, 0.0, fade)
    response /= np.sqrt(np.sum(response**2, axis=-1, keepdims=True))
    room: Samples = response.astype(np.float32)
    return room


class Reverb:
    """Overlap-add convolution of stereo streams with one room; every stream keeps its own tail."""

    def __init__(self, response: Samples, block: int) -> None:
        self._block = block
        self._tail_frames = response.shape[-1]
        self._size = fft.next_fast_len(block + self._tail_frames, real=True)
        self._spectrum = fft.rfft(response, self._size)
        self._tails: Samples | None = None

    def process(self, samples: Samples) -> Samples:
        """The room's answer to the next samples, shape (streams, 2, frames) with at most `block` frames."""
        frames = samples.shape[-1]
        if self._tails is None:
            self._tails = np.zeros((*samples.shape[:-1], self._tail_frames), np.float32)
        wet: Samples = fft.irfft(fft.rfft(samples, self._size) * self._spectrum, self._size)
        wet[..., : self._tail_frames] += self._tails
        self._tails = wet[..., frames : frames + self._tail_frames].copy()
        return wet[..., :frames]
