"""Feelings of sentences in the embedded depth, from sentence vectors, words of feeling and the marks of chat."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from core.catalog import Catalog
from core.text.affect_words import AffectWords, WordFeeling
from core.text.chat import Mark
from core.text.depth import Encoder, Feelings
from core.text.mood import MoodPrototypes
from core.text.passages import Passages
from core.text.sentences import Sentence
from core.text.sentiment import KoreanSentiment
from core.text.tables import read_model

Floats = npt.NDArray[np.float32]

_MIDDLE = np.array([2.98, 3.04], np.float32)
_SPREAD = np.array([0.40, 0.30], np.float32)
"""Where EmoBank's ratings (1..5) lie, and how far from there a sentence must be to count as strong."""

_CHANGED = 0.5
"""How much of what negation and emphasis do to words is added to what the vectors tell."""
_WORDS = 0.25
_MARKS = 0.55
_MARKS_ALONE = 0.9
"""How far marks draw the feeling of a sentence towards their own, beside words and without any."""


class EmbeddedEmotions:
    """A head on the encoder's layers, corrected by words of feeling, emoji, laughter, capitals and the like.

    Korean has a head of its own for valence, which joins what its English gloss says.
    """

    def __init__(
        self, head: dict[str, Floats], korean: KoreanSentiment, words: AffectWords, moods: MoodPrototypes
    ) -> None:
        self._weights, self._bias = head["weights"], head["bias"]
        self._korean = korean
        self._words = words
        self._moods = moods

    @classmethod
    def load(cls, catalog: Catalog, encoder: Encoder | None) -> Self:
        """With the tables and models that ship with the package."""
        return cls(
            read_model("affect_en.safetensors"),
            KoreanSentiment.load(),
            AffectWords.load(),
            MoodPrototypes.load(catalog, encoder),
        )

    def feel(self, passages: Passages) -> Feelings:
        worded = [self._words.measure(text) for text in passages.english]
        felt = self._by_vectors(passages)
        for row, (sentence, words) in enumerate(zip(passages.sentences, worded, strict=True)):
            felt[row] = with_marks(with_words(felt[row], words), sentence)
            if sentence.language == "ko":
                felt[row, 0] = self._korean.valence(sentence.text, float(felt[row, 0]))
        moods = self._moods.probabilities(passages, felt)
        return Feelings(felt[:, 0], felt[:, 1], self._moods.emotions(moods), self._moods.moods, moods)

    def _by_vectors(self, passages: Passages) -> Floats:
        if passages.vectors is None:
            return np.zeros((len(passages), 2), np.float32)
        layers = passages.vectors.layers.reshape(len(passages), self._weights.shape[0])
        felt: Floats = np.tanh((layers @ self._weights + self._bias - _MIDDLE) / _SPREAD)
        return felt * passages.coverage[:, None]


def with_words(felt: Floats, words: WordFeeling) -> Floats:
    """Valence and arousal of a sentence, drawn towards what its words of feeling say."""
    if not words.words:
        return felt
    valence = (1 - _WORDS) * felt[0] + _WORDS * words.valence + _CHANGED * words.change
    arousal = (1 - _WORDS) * felt[1] + _WORDS * words.arousal
    return np.clip(np.array([valence, arousal], np.float32), -1, 1)


def with_marks(felt: Floats, sentence: Sentence) -> Floats:
    """Marks with a feeling of their own draw towards it; capitals and "!!!" raise what is there."""
    if not sentence.marks:
        return felt
    valence, arousal = float(felt[0]), float(felt[1])
    own = [mark for mark in sentence.marks if mark.valence is not None]
    if own:
        pull = _MARKS if sentence.letters > 3 else _MARKS_ALONE
        valence += pull * (_mean_valence(own) - valence)
        arousal += pull * (sum(mark.arousal for mark in own) / len(own) - arousal)
    for mark in sentence.marks[:4]:
        if mark.valence is None:
            arousal += 0.6 * mark.arousal * (1 - arousal)
            valence *= 1.15
    return np.clip(np.array([valence, arousal], np.float32), -1, 1)


def _mean_valence(marks: list[Mark]) -> float:
    return sum(mark.valence or 0.0 for mark in marks) / len(marks)
