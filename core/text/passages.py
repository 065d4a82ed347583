"""Passages: the sentences of a document in the form that classifiers read them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.text.minilm import Vectors
from core.text.sentences import Sentence

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passages:
    """n sentences of one document.

    `english` is each sentence in English, or as much of it as could be translated; `coverage`, shape (n,), tells how
    much that is, 0..1. `weights`, shape (n,), add up to 1: how much each sentence counts. `vectors` is None where no
    encoder is installed.
    """

    sentences: tuple[Sentence, ...]
    english: tuple[str, ...]
    coverage: Floats
    weights: Floats
    vectors: Vectors | None

    def __len__(self) -> int:
        return len(self.sentences)
