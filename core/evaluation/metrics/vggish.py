"""VGGish embeddings, with the weights that were converted for torch (Hershey et al. 2017, arXiv:1609.09430)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from core.audio.clip import Samples
from core.engines.musicgen.tensors import CheckpointError, load_data
from core.evaluation.metrics.embedding import patches_of
from core.evaluation.metrics.mel import Doubles, log_mel

WIDTHS = ((64,), (128,), (256, 256), (512, 512))
"""Output channels of the convolutions before each pooling."""


class VGGish:
    """128 numbers for every 0.96 s, before PCA and quantisation, as the Fréchet audio distance takes them."""

    name = "VGGish"

    def __init__(self, weights: Path) -> None:
        """`weights` is a state dict with `features.*` and `embeddings.*`.

        Raises:
            CheckpointError: it is something else.
        """
        self._network = network()
        try:
            self._network.load_state_dict(load_data(weights))
        except (RuntimeError, TypeError, AttributeError) as error:
            raise CheckpointError(weights, "it holds no VGGish", "VGGish 가중치가 아닙니다") from error
        self._network.eval()

    def __call__(self, samples: Samples, sample_rate: int) -> Doubles:
        patches = torch.from_numpy(patches_of(log_mel(samples, sample_rate)).astype(np.float32))[:, None]
        with torch.inference_mode():
            maps = self._network.features(patches)
            # Weights come from a framework that flattens time, band and channel in this order.
            vectors: Any = self._network.embeddings(maps.permute(0, 2, 3, 1).flatten(1))
        return np.asarray(vectors.double().numpy())


def network() -> Any:  # noqa: ANN401  (torch is untyped here)
    """The layers, named as in the converted weights."""
    features: list[Any] = []
    before = 1
    for widths in WIDTHS:
        for width in widths:
            features += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU(inplace=True)]
            before = width
        features.append(nn.MaxPool2d(2))
    embeddings: list[Any] = []
    for inputs, outputs in ((512 * 6 * 4, 4096), (4096, 4096), (4096, 128)):
        embeddings += [nn.Linear(inputs, outputs), nn.ReLU(inplace=True)]
    return nn.ModuleDict({"features": nn.Sequential(*features), "embeddings": nn.Sequential(*embeddings)})
