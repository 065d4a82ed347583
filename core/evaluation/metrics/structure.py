"""Structural similarity of mel spectrograms (SSIM: Wang et al. 2004)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from core.audio.clip import Samples
from core.evaluation.metrics.mel import OFFSET, Doubles, log_mel

SIDE = 7
LUMINANCE, CONTRAST = 0.01, 0.03


def mel_ssim(found: Samples, wanted: Samples, sample_rate: int) -> float:
    """SSIM of the log-mel spectrograms of two sounds of one length, scaled together to 0..1 by the wanted one."""
    pictures = [log_mel(sound, sample_rate) for sound in (found, wanted)]
    lowest, highest = np.log(OFFSET), max(float(pictures[1].max()), np.log(OFFSET) + 1e-3)
    one, other = ((picture - lowest) / (highest - lowest) for picture in pictures)
    return ssim(one, other)


def ssim(one: Doubles, other: Doubles) -> float:
    """SSIM of two pictures with values 0..1: mean over windows of 7 × 7 with sample covariances."""
    if one.shape != other.shape or min(one.shape) < SIDE:
        raise ValueError(f"both pictures must have one shape, of at least {SIDE} × {SIDE}")
    sample = SIDE**2 / (SIDE**2 - 1)
    mean_one, mean_other = uniform_filter(one, SIDE), uniform_filter(other, SIDE)
    spread_one = sample * (uniform_filter(one * one, SIDE) - mean_one**2)
    spread_other = sample * (uniform_filter(other * other, SIDE) - mean_other**2)
    together = sample * (uniform_filter(one * other, SIDE) - mean_one * mean_other)
    luminance, contrast = LUMINANCE**2, CONTRAST**2
    likeness = ((2 * mean_one * mean_other + luminance) * (2 * together + contrast)) / (
        (mean_one**2 + mean_other**2 + luminance) * (spread_one + spread_other + contrast)
    )
    edge = SIDE // 2
    return float(likeness[edge:-edge, edge:-edge].mean())
