"""A MusicGen of a few hundred thousand weights: the real geometry, small enough to be taught on a processor."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.engines.musicgen.config import DecoderConfig
from core.evaluation.editing.codec import FRAME_RATE, RATE
from core.evaluation.editing.words import SIZE


def small_config(
    *, size: int = 96, layers: int = 3, heads: int = 4, codebooks: int = 8, entries: int = 256, seconds: float = 2.0
) -> DecoderConfig:
    return DecoderConfig(
        size=size, layers=layers, heads=heads, inner=4 * size, codebooks=codebooks, vocabulary=entries,
        text_size=SIZE, max_seconds=seconds, frame_rate=FRAME_RATE, sample_rate=RATE,
    )  # fmt: skip


def newborn(config: DecoderConfig, seed: int) -> dict[str, Tensor]:
    """Weights before anything was learned, under the decoder's names."""
    dice = torch.Generator().manual_seed(seed)
    size, inner = config.size, config.inner

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=dice) / math.sqrt(shape[-1])

    tensors = {
        "embeddings": drawn(config.codebooks, config.vocabulary + 1, size),
        "heads": drawn(config.codebooks * config.vocabulary, size),
        "text.weight": drawn(size, config.text_size),
        "text.bias": torch.zeros(size),
    }
    norms = ["norm"]
    for layer in range(config.layers):
        at = f"layers.{layer}."
        norms += [f"{at}norm", f"{at}inner_norm", f"{at}cross_norm"]
        matrices = {
            "qkv": (3 * size, size), "out": (size, size), "up": (inner, size), "down": (size, inner),
            "cross_query": (size, size), "cross_key_value": (2 * size, size), "cross_out": (size, size),
        }  # fmt: skip
        tensors |= {at + name: drawn(*shape) for name, shape in matrices.items()}
    for name in norms:
        tensors |= {f"{name}.weight": torch.ones(size), f"{name}.bias": torch.zeros(size)}
    return tensors
