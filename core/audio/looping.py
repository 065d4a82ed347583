"""Loops of sound that was not composed as one: its end is made to join its beginning."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Clip


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
