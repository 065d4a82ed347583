"""Feelings of sentences: valence, arousal and seven emotions, from words and from the marks of chat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.text.depth import Feelings
from core.text.passages import Passages
from core.text.sentences import Sentence
from core.text.tables import read_model

Floats = npt.NDArray[np.float32]

_MIDDLE = np.array([2.98, 3.04], np.float32)
_SPREAD = np.array([0.40, 0.30], np.float32)
"""Where EmoBank's ratings (1..5) lie, and how far from there a sentence must be to count as strong."""

_MARK_WEIGHT = 0.6

# Where the emotions (in the order of EMOTIONS) lie in the plane of valence and arousal, and how wide they are.
_CENTRES = np.array(
    [[-0.6, 0.6], [0.15, 0.65], [-0.65, 0.75], [-0.6, -0.35], [0.05, -0.25], [0.7, 0.35], [-0.55, 0.25]], np.float32
)
_WIDTH = 0.45


class EmbeddedEmotions:
    """A linear head on the encoder's layers, corrected by emoji, laughter, capitals and the like."""

    def __init__(self) -> None:
        head = read_model("affect_en.safetensors")
        self._weights, self._bias = head["weights"], head["bias"]

    def feel(self, passages: Passages) -> Feelings:
        if passages.vectors is None:
            felt = np.zeros((len(passages), 2), np.float32)
        else:
            layers = passages.vectors.layers.reshape(len(passages), -1)
            felt = np.tanh((layers @ self._weights + self._bias - _MIDDLE) / _SPREAD)
            felt *= passages.coverage[:, None]
        for row, sentence in enumerate(passages.sentences):
            felt[row] = _with_marks(felt[row], sentence)
        return Feelings(felt[:, 0], felt[:, 1], emotions_at(felt))


def emotions_at(felt: Floats) -> Floats:
    """Probabilities of the seven emotions at points of valence and arousal, shape (n, 7)."""
    distance = ((felt[:, None] - _CENTRES[None]) ** 2).sum(axis=2)
    scores = np.exp(-distance / (2 * _WIDTH**2))
    probabilities: Floats = scores / scores.sum(axis=1, keepdims=True)
    return probabilities


def _with_marks(felt: Floats, sentence: Sentence) -> Floats:
    valence, arousal = map(float, felt)
    for mark in sentence.marks[:8]:
        weight = _MARK_WEIGHT if sentence.words else 1.0
        if mark.valence is None:
            arousal += weight * mark.arousal * (1 - max(arousal, 0.0))
            valence *= 1.2
        else:
            valence += weight * (mark.valence - valence) * 0.7
            arousal += weight * (mark.arousal - arousal) * 0.7
    return np.clip(np.array([valence, arousal], np.float32), -1, 1)
