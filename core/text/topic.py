"""Topics of a text: 32 kinds of book, by a head trained on titles, and by likeness to sentences typical of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from core.text.kernel import Arrays, KernelMachine
from core.text.lexical import weigh
from core.text.minilm import Vectors
from core.text.passages import Passages
from core.text.tables import read_json, read_model
from core.text.wordbag import word_vectors

Floats = npt.NDArray[np.float32]

LIKENESS = 0.3
"""How much likeness to the typical sentences counts beside the head; titles say little of how stories read."""
_SHARPNESS = 14.0


class TopicHead:
    """A kernel machine on sentence vectors, weights of words, and the mean of each topic's typical sentences."""

    def __init__(self, labels: Sequence[str], arrays: Arrays) -> None:
        """`arrays` as `core.text.training.topic` stores them; `labels` in the order of their columns."""
        self.labels = tuple(labels)
        self._machine = KernelMachine.unpacked(arrays)
        self._words: npt.NDArray[np.int8] = arrays["words"]
        self._scale = arrays["words.scale"]
        self._centres = arrays["centres"]
        self._temperature = float(arrays["temperature"][0])

    @classmethod
    def load(cls) -> Self:
        """With the model that ships with the package."""
        return cls(tuple(read_json("topic_prototypes.json")), read_model("topic.safetensors"))

    def probabilities(self, passages: Passages) -> Floats:
        """Calibrated, shape (n, labels). Needs sentence vectors."""
        if passages.vectors is None:
            raise ValueError("topics are told from sentence vectors")
        return self.of(passages.english, passages.vectors)

    def of(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """The same for texts outside a document."""
        scores = self._machine.predict(vectors) + LIKENESS * vectors.sentence @ self._centres.T
        scores += np.stack([self._worded(text) for text in texts])
        return softmax(scores, self._temperature)

    def _worded(self, text: str) -> Floats:
        buckets, weights = weigh(text)
        scores: Floats = (weights @ self._words[buckets].astype(np.float32)) * self._scale
        return scores


class WordTopics:
    """Stands in where no encoder is installed: words shared with each topic's typical sentences."""

    def __init__(self) -> None:
        prototypes: dict[str, list[str]] = read_json("topic_prototypes.json")
        self.labels = tuple(prototypes)
        centres = np.stack([word_vectors(sentences).mean(axis=0) for sentences in prototypes.values()])
        self._centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)

    def probabilities(self, passages: Passages) -> Floats:
        """Shape (n, labels); not calibrated."""
        return softmax(word_vectors(passages.english) @ self._centres.T, 1 / _SHARPNESS)


def softmax(scores: npt.NDArray[Any], temperature: float) -> Floats:
    """Rows of scores as probabilities; the higher the temperature, the more alike."""
    exponents = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), np.float32)
