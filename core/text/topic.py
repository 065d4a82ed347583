"""Topics of a text: 32 kinds of book, by likeness to sentences that are typical of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.text.depth import Encoder
from core.text.passages import Passages
from core.text.tables import read_json
from core.text.wordbag import word_vectors

Floats = npt.NDArray[np.float32]

_SHARPNESS = 14.0


class Prototypes:
    """Each topic is the mean of a few typical sentences; probabilities come from the likeness to each."""

    def __init__(self, encoder: Encoder | None) -> None:
        prototypes: dict[str, list[str]] = read_json("topic_prototypes.json")
        self.labels = tuple(prototypes)
        means = []
        for sentences in prototypes.values():
            vectors = word_vectors(sentences) if encoder is None else encoder.encode(sentences).sentence
            means.append(vectors.mean(axis=0))
        centres = np.stack(means)
        self._centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)

    def probabilities(self, passages: Passages) -> Floats:
        vectors = word_vectors(passages.english) if passages.vectors is None else passages.vectors.sentence
        likeness = vectors @ self._centres.T
        scores = np.exp(_SHARPNESS * (likeness - likeness.max(axis=1, keepdims=True)))
        probabilities: Floats = scores / scores.sum(axis=1, keepdims=True)
        return probabilities
