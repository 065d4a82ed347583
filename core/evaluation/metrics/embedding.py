"""Embeddings: what a listener makes of a sound, as vectors. The one that is always there needs no weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from core.audio.clip import Samples
from core.evaluation.metrics.mel import Doubles, log_mel

PATCH = 96
"""Frames of 10 ms in a patch: the 0.96 s that VGGish hears at once."""


class Embedding(Protocol):
    """Turns mono samples into vectors, one for each stretch of sound: shape (vectors, size)."""

    @property
    def name(self) -> str: ...

    def __call__(self, samples: Samples, sample_rate: int) -> Doubles: ...


class LogMelEmbedding:
    """Mean and spread of each log-mel band over 0.96 s, every 0.48 s: 128 numbers.

    It hears balance and movement of the spectrum and nothing of meaning. Fréchet distances over it compare systems that
    are measured alike; they are no substitute for VGGish's, whose scale is another.
    """

    name = "log-mel"

    def __call__(self, samples: Samples, sample_rate: int) -> Doubles:
        patches = patches_of(log_mel(samples, sample_rate), PATCH // 2)
        return np.concatenate([patches.mean(axis=1), patches.std(axis=1)], axis=1)


def patches_of(frames: Doubles, step: int = PATCH) -> Doubles:
    """Frames (frames, bands) cut into patches (patches, 96, bands), one every `step` frames; at least one."""
    frames = np.pad(frames, ((0, max(0, PATCH - len(frames))), (0, 0)), mode="edge")
    return np.moveaxis(np.lib.stride_tricks.sliding_window_view(frames, PATCH, axis=0)[::step], 2, 1)


def embedded(embedding: Embedding, sounds: Iterable[Samples], sample_rate: int) -> Doubles:
    """The vectors of several sounds together."""
    return np.concatenate([embedding(sound, sample_rate) for sound in sounds])
