"""Moods of sentences: by likeness to typical sentences, and by where they lie in the plane of valence and arousal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from core.catalog import Catalog
from core.text.depth import EMOTIONS, Encoder
from core.text.passages import Passages
from core.text.tables import read_json

Floats = npt.NDArray[np.float32]

_SHARPNESS = 9.0
_WIDTH = 0.55
"""How far, in valence and arousal, a mood reaches."""


class MoodPrototypes:
    """Probabilities of the catalog's moods that have typical sentences here. `moods` are their ids, in column order."""

    def __init__(self, catalog: Catalog, encoder: Encoder | None, sentences: Mapping[str, Sequence[str]]) -> None:
        self.moods = tuple(mood for mood in sentences if mood in catalog.moods)
        entries = [catalog.moods[mood] for mood in self.moods]
        self._places = np.array([(mood.valence, mood.arousal) for mood in entries], np.float32)
        self._emotions = np.array([EMOTIONS.index(mood.emotion) for mood in entries])
        self._centres: Floats | None = None
        if encoder is not None:
            means = np.stack([encoder.encode(sentences[mood]).sentence.mean(axis=0) for mood in self.moods])
            self._middle = means.mean(axis=0)
            self._centres = _unit(means - self._middle)

    @classmethod
    def load(cls, catalog: Catalog, encoder: Encoder | None) -> MoodPrototypes:
        """With the sentences that ship with the package."""
        return cls(catalog, encoder, read_json("mood_prototypes.json"))

    def probabilities(self, passages: Passages, felt: Floats) -> Floats:
        """Shape (n, moods), from sentences and from `felt`, shape (n, 2): valence and arousal of each."""
        distance = ((felt[:, None] - self._places[None]) ** 2).sum(axis=2)
        scores = -distance / (2 * _WIDTH**2)
        if self._centres is not None and passages.vectors is not None:
            likeness = _unit(passages.vectors.sentence - self._middle) @ self._centres.T
            scores = scores + _SHARPNESS * likeness * passages.coverage[:, None]
        return softmax(scores)

    def emotions(self, moods: Floats) -> Floats:
        """The seven emotions, shape (n, 7), from probabilities of moods: of each emotion its mean mood counts."""
        emotions = np.zeros((len(moods), len(EMOTIONS)), np.float32)
        for column in range(len(EMOTIONS)):
            of_emotion = moods[:, self._emotions == column]
            if of_emotion.shape[1]:
                emotions[:, column] = np.sqrt((of_emotion**2).mean(axis=1))
        emotions /= np.maximum(emotions.sum(axis=1, keepdims=True), 1e-9)
        return emotions


def softmax(scores: Floats) -> Floats:
    """Rows of scores as probabilities."""
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Floats = (exponents / exponents.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


def _unit(vectors: Floats) -> Floats:
    rows: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return rows
