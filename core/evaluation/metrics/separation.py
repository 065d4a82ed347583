"""SI-SDR and its improvement: how much of a sound is what was wanted (Le Roux et al. 2019, arXiv:1811.02508)."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples

TINY = float(np.finfo(np.float64).eps)


def si_sdr(found: Samples, wanted: Samples) -> float:
    """Scale-invariant signal-to-distortion ratio in dB, of samples (samples,) that begin together.

    The wanted sound is scaled to lie as near to the found one as it can; what then remains is distortion. Means are
    left in. Silence has no ratio: against a silent `wanted`, or of a silent `found`, it is minus infinity.
    """
    if found.shape != wanted.shape:
        raise ValueError("both sounds must have the same length")
    estimate, target = found.astype(np.float64), wanted.astype(np.float64)
    power = float(target @ target)
    if power <= TINY or float(estimate @ estimate) <= TINY:
        return -np.inf
    heard = (float(estimate @ target) / power) * target
    rest = estimate - heard
    return float(10.0 * np.log10((heard @ heard + TINY) / (rest @ rest + TINY)))


def si_sdr_improvement(found: Samples, wanted: Samples, before: Samples) -> float:
    """By how many dB `found` is nearer to the wanted sound than the mixture `before` was."""
    return si_sdr(found, wanted) - si_sdr(before, wanted)
