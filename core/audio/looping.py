"""Loops: pieces whose end joins their beginning, made so and checked for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.clip import Clip, Samples

SPECTRUM = 1024
HOP = 256
BATCH = 1024


def fold_tail(clip: Clip, frames: int) -> Clip:
    """A loop of exactly `frames`: what rings on after that is added over the head, as it sounds when looped.

    This is the way for music that was composed in whole bars; a tail longer than the loop goes round more than once.

    Raises:
        ValueError: the clip is shorter than the loop.
    """
    if not 0 < frames <= clip.frames:
        raise ValueError(f"a loop of {frames} frames cannot be made of {clip.frames}")
    loop = clip.samples[:, :frames].copy()
    for start in range(frames, clip.frames, frames):
        tail = clip.samples[:, start : start + frames]
        loop[:, : tail.shape[1]] += tail
    return Clip(loop, clip.sample_rate)


def crossfade_loop(clip: Clip, overlap: float = 1.0) -> Clip:
    """A loop of any sound: its last `overlap` seconds are blended into its first, so it becomes that much shorter.

    The blend keeps the power of unrelated sounds.

    Raises:
        ValueError: the clip is shorter than two overlaps.
    """
    length = round(overlap * clip.sample_rate)
    if clip.frames < 2 * length:
        raise ValueError(f"a clip of {clip.seconds:.2f} s is too short for an overlap of {overlap:g} s")
    angle = np.linspace(0.0, np.pi / 2, length, dtype=np.float32)
    loop = clip.samples[:, : clip.frames - length].copy()
    loop[:, :length] = loop[:, :length] * np.sin(angle) + clip.samples[:, clip.frames - length :] * np.cos(angle)
    return Clip(loop, clip.sample_rate)


@dataclass(frozen=True, slots=True)
class Seam:
    """How a join compares with the music around it; at most 1 in both is not to be told from the music.

    `step` is the jump from the last sample to the first over the music's own 99.9th percentile of sample-to-sample
    differences; `flux` is the rise in magnitude spectrum around the join over the 95th percentile of such rises.
    """

    step: float
    flux: float

    @property
    def inaudible(self) -> bool:
        return self.step <= 1.0 and self.flux <= 1.0


def seam(clip: Clip) -> Seam:
    """Measure the join from the end of a loop to its beginning; the clip must last half a second or more."""
    differences = np.abs(np.diff(clip.samples, axis=1))
    jump = float(np.max(np.abs(clip.samples[:, 0] - clip.samples[:, -1])))
    usual = float(np.percentile(differences, 99.9))
    # Rolled so that the join falls in the middle of the sound, on a border between spectra.
    middle = clip.frames // 2 // HOP * HOP
    flux = spectral_flux(np.roll(clip.samples.mean(axis=0), middle))
    # A spectrum spans this many hops, so this many rises see the join; music is looked at through the same window.
    around = SPECTRUM // HOP
    rises = np.lib.stride_tricks.sliding_window_view(flux, around).max(axis=1)
    return Seam(ratio(jump, usual), ratio(float(rises[middle // HOP - around]), float(np.percentile(rises, 95))))


def spectral_flux(mono: Samples) -> Samples:
    """Rise in magnitude from one spectrum to the next, summed over frequencies."""
    spectra = np.lib.stride_tricks.sliding_window_view(mono, SPECTRUM)[::HOP]
    window = np.hanning(SPECTRUM).astype(np.float32)
    rises = []
    for start in range(0, len(spectra) - 1, BATCH):
        magnitudes = np.abs(np.fft.rfft(spectra[start : start + BATCH + 1] * window, axis=1))
        rises.append(np.maximum(np.diff(magnitudes, axis=0), 0.0).sum(axis=1))
    return np.concatenate(rises).astype(np.float32)


def ratio(value: float, reference: float) -> float:
    return value / reference if reference > 0 else (0.0 if value == 0 else float("inf"))
