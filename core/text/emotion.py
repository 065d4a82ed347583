"""Feelings of sentences in the embedded depth, from sentence vectors, words of feeling and the marks of chat."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from core.catalog import Catalog
from core.text.affect import Affect
from core.text.affect_words import AffectWords, WordFeeling
from core.text.chat import Mark
from core.text.depth import Encoder, Feelings
from core.text.mood import MoodPrototypes
from core.text.passages import Passages
from core.text.sentences import Sentence
from core.text.sentiment import KoreanSentiment

Floats = npt.NDArray[np.float32]

_WORDS, _WORDS_ALONE = 0.25, 0.8
"""How much words of feeling count beside what the vectors tell of a gloss, and without any vectors."""
_CHANGED, _CHANGED_PROSE = 0.5, 0.2
"""How much of what negation and emphasis do to words is added in a gloss, and in English, whose vectors know of it."""
_MARKS = 0.55
_MARKS_ALONE = 0.9
"""How far marks draw the feeling of a sentence towards their own, beside words and without any."""


class EmbeddedEmotions:
    """Heads on the encoder's layers; emoji, laughter, capitals and the like change what they say, where there are any.

    Korean has a head of its own for valence, which joins what its English gloss says.
    """

    def __init__(self, affect: Affect, korean: KoreanSentiment, words: AffectWords, moods: MoodPrototypes) -> None:
        self._affect = affect
        self._korean = korean
        self._words = words
        self._moods = moods

    @classmethod
    def load(cls, catalog: Catalog, encoder: Encoder | None) -> Self:
        """With the tables and models that ship with the package."""
        return cls(Affect.load(), KoreanSentiment.load(), AffectWords.load(), MoodPrototypes.load(catalog, encoder))

    def feel(self, passages: Passages) -> Feelings:
        worded = [self._words.measure(text) for text in passages.english]
        felt = self._by_vectors(passages)
        for row, (sentence, words) in enumerate(zip(passages.sentences, worded, strict=True)):
            if passages.vectors is None:
                felt[row] = _with_words(felt[row], words, _WORDS_ALONE, _CHANGED)
            elif sentence.language == "en":
                felt[row] = _with_words(felt[row], words, 0.0, _CHANGED_PROSE)
            else:
                felt[row] = _with_words(felt[row], words, _WORDS, _CHANGED)
            felt[row] = with_marks(felt[row], sentence)
            if sentence.language == "ko":
                felt[row, 0] = self._korean.valence(sentence.text, float(felt[row, 0]))
        moods = self._moods.probabilities(passages, felt)
        return Feelings(felt[:, 0], felt[:, 1], self._moods.emotions(moods), self._moods.moods, moods)

    def _by_vectors(self, passages: Passages) -> Floats:
        if passages.vectors is None:
            return np.zeros((len(passages), 2), np.float32)
        felt: Floats = self._affect.felt(passages.vectors) * passages.coverage[:, None]
        return felt


def _with_words(felt: Floats, words: WordFeeling, weight: float, changed: float) -> Floats:
    """Drawn towards what the words of feeling say by `weight`, and moved by what was done to them."""
    if not words.words:
        return felt
    valence = (1 - weight) * felt[0] + weight * words.valence + changed * words.change
    arousal = (1 - weight) * felt[1] + weight * words.arousal
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
