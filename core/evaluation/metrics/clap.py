"""CLAP: sounds and texts as vectors in one space, and how well they go together (Wu et al. 2023, arXiv:2211.06687)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import ClapModel, ClapProcessor

from core.audio.clip import Samples
from core.errors import EngineUnavailable
from core.evaluation.metrics.mel import Doubles, resampled
from core.words import Words

RATE = 48_000


class Clap:
    """A CLAP model as transformers saves it (`laion/larger_clap_music` for music), from a folder on disk."""

    name = "CLAP"

    def __init__(self, folder: Path) -> None:
        """Raises EngineUnavailable: the folder holds no CLAP model."""
        try:
            self._processor: Any = ClapProcessor.from_pretrained(folder, local_files_only=True)
            self._model: Any = ClapModel.from_pretrained(folder, local_files_only=True).eval()
        except (OSError, ValueError, KeyError) as error:
            raise EngineUnavailable(
                Words(f"“{folder}” holds no CLAP model.", f"“{folder}”에 CLAP 모델이 없습니다.")
            ) from error

    def __call__(self, samples: Samples, sample_rate: int) -> Doubles:
        """One vector of length 1 for the whole sound: shape (1, size)."""
        sound = resampled(samples, sample_rate, RATE).astype(np.float32)
        given = self._processor(audio=[sound], sampling_rate=RATE, return_tensors="pt")
        with torch.inference_mode():
            return unit(self._model.get_audio_features(**given))

    def texts(self, captions: Sequence[str]) -> Doubles:
        """Vectors of length 1, shape (captions, size)."""
        given = self._processor(text=list(captions), return_tensors="pt", padding=True)
        with torch.inference_mode():
            return unit(self._model.get_text_features(**given))

    def score(self, sounds: Sequence[Samples], sample_rate: int, captions: Sequence[str]) -> float:
        """Mean cosine of each sound and its caption, −1..1."""
        heard = np.concatenate([self(sound, sample_rate) for sound in sounds])
        return float(np.mean(np.sum(heard * self.texts(captions), axis=1)))


def unit(features: Any) -> Doubles:  # noqa: ANN401  (a tensor, or what newer versions wrap it in)
    vectors = np.asarray(getattr(features, "pooler_output", features).double().numpy())
    scaled: Doubles = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled
