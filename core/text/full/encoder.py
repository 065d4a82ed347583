"""Sentence vectors by a multilingual encoder, so that English and Korean lie in one space."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import torch

from core.text.full.loading import Loaded, batches
from core.text.full.models import POOLING
from core.text.minilm import Vectors


class SentenceEncoder:
    """One vector of length 1 for each text: the mean over its tokens, or the first token where the model says so.

    N. Reimers and I. Gurevych, "Making Monolingual Sentence Embeddings Multilingual using Knowledge Distillation",
    2020.
    """

    multilingual = True

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._first_token = _reads_first_token(loaded)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, in their order."""
        width = int(self._loaded.model.config.hidden_size)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        sentence = np.zeros((len(texts), width), np.float32)
        done = 0
        for batch in batches([texts[row] for row in order]):
            sentence[order[done : done + len(batch)]] = self._vectors(batch)
            done += len(batch)
        return Vectors(sentence, np.zeros((len(texts), 0, width), np.float32))

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        batch = self._loaded.tokens(texts)
        states = self._loaded.model(**batch).last_hidden_state
        if self._first_token:
            pooled = states[:, 0]
        else:
            mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
            pooled = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
        vectors: np.ndarray = torch.nn.functional.normalize(pooled, dim=-1).float().cpu().numpy()
        return vectors


def _reads_first_token(loaded: Loaded) -> bool:
    path = loaded.folder / POOLING
    if not path.is_file():
        return False
    try:
        return bool(json.loads(path.read_bytes()).get("pooling_mode_cls_token", False))
    except (ValueError, AttributeError):
        return False
