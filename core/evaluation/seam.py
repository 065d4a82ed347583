"""Seam: whether the join of a loop can be told from the music around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d

from core.audio.clip import Clip
from core.evaluation.independent import tool

WINDOW = 1024
HOP = 256
CONTEXT = 2 * WINDOW
NEAR = 5
"""Frames of which the strongest counts, so that the join is compared with stretches as long as itself."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seam:
    """Where the join lies among the piece's own values, 0..1 each: a step between samples, and spectral flux.

    `flux` compares with all frames of the piece, `flux_of_onsets` with those where librosa hears something struck, as
    it nearly always is at the join, and `flux_of_bars` with the bar lines.
    """

    step: float
    flux: float
    flux_of_onsets: float
    flux_of_bars: float


def seam(clip: Clip, bar_seconds: float) -> Seam:
    """Raises EngineUnavailable when librosa is missing."""
    samples = clip.samples.astype(np.float64)
    steps = np.abs(np.diff(samples, axis=1)).max(axis=0)
    join = np.abs(samples[:, 0] - samples[:, -1]).max()
    round_and_round = np.concatenate([samples[:, -CONTEXT:], samples, samples[:, :CONTEXT]], axis=1).mean(axis=0)
    rising = spectral_flux(round_and_round)
    flux = maximum_filter1d(rising, NEAR)
    first, last = CONTEXT // HOP, (CONTEXT + clip.frames) // HOP
    own = flux[first + NEAR : last - NEAR]
    struck = own[onsets(rising[first + NEAR : last - NEAR], clip.sample_rate)]
    around = flux[last]
    bars = np.arange(1, int(clip.seconds / bar_seconds)) * bar_seconds * clip.sample_rate
    lines = flux[((CONTEXT + bars) / HOP).astype(int)]
    return Seam(
        step=float(np.mean(steps <= join)),
        flux=float(np.mean(own <= around)),
        flux_of_onsets=float(np.mean(struck <= around)) if len(struck) else 0.0,
        flux_of_bars=float(np.mean(lines <= around)) if len(lines) else 0.5,
    )


def spectral_flux(mono: Doubles) -> Doubles:
    """Rise of the magnitude spectrum from frame to frame, summed over frequency; frame k is centred at k · HOP."""
    padded = np.pad(mono, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    size = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), axis=1)).astype(np.float32)
    rise: Doubles = np.maximum(np.diff(size, axis=0, prepend=size[:1]), 0.0).sum(axis=1).astype(np.float64)
    return rise


def onsets(flux: Doubles, sample_rate: int) -> npt.NDArray[np.intp]:
    """The frames at which something is struck: a local maximum alone may be no more than the noise of a decay."""
    found: npt.NDArray[np.intp] = tool("librosa").onset.onset_detect(
        onset_envelope=flux, sr=sample_rate, hop_length=HOP
    )
    return found
