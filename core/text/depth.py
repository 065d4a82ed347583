"""The form that both depths of reading share: encoder, translator, summariser, classifiers of topic and emotion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.text.minilm import Vectors
from core.text.passages import Passages
from core.text.reading import Emotion
from core.words import Words

Floats = npt.NDArray[np.float32]

EMOTIONS: tuple[Emotion, ...] = ("fear", "surprise", "anger", "sadness", "neutral", "happiness", "disgust")


@dataclass(frozen=True, slots=True)
class English:
    """Texts in English, as far as they could be translated; `coverage`, 0..1 each, tells how far."""

    texts: tuple[str, ...]
    coverage: tuple[float, ...]

    @classmethod
    def joined(cls, parts: Iterable[English]) -> English:
        """Several one after another."""
        texts, coverage = list[str](), list[float]()
        for part in parts:
            texts += part.texts
            coverage += part.coverage
        return cls(tuple(texts), tuple(coverage))


@dataclass(frozen=True, slots=True)
class Feelings:
    """What n sentences feel like: `valence` and `arousal`, shape (n,), -1..1; `emotions`, shape (n, 7), rows add up to
    1 in the order of `EMOTIONS`; `mood_shares`, shape (n, len(moods)), the same for moods of the catalog by id.
    """

    valence: Floats
    arousal: Floats
    emotions: Floats
    moods: tuple[str, ...]
    mood_shares: Floats

    def part(self, span: range) -> Feelings:
        """Those of some of the sentences."""
        rows = slice(span.start, span.stop)
        return Feelings(self.valence[rows], self.arousal[rows], self.emotions[rows], self.moods, self.mood_shares[rows])


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary no longer than the text, and the rows of the sentences that carried it."""

    text: str
    rows: tuple[int, ...]


class Encoder(Protocol):
    @property
    def multilingual(self) -> bool:
        """Whether it reads texts as they are; others read them in English."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class Translator(Protocol):
    def to_english(self, texts: Sequence[str], languages: Sequence[str]) -> English: ...


class TopicClassifier(Protocol):
    @property
    def labels(self) -> tuple[str, ...]:
        """English names of the topics, in the order of the columns."""
        ...

    def probabilities(self, passages: Passages) -> Floats:
        """Calibrated probabilities of the topics for every sentence with its surroundings, shape (n, labels)."""
        ...


class EmotionClassifier(Protocol):
    def feel(self, passages: Passages) -> Feelings: ...


class Summariser(Protocol):
    def summarise(self, passages: Passages, longest: int) -> Summary:
        """A summary of at most `longest` characters."""
        ...


@dataclass(frozen=True, slots=True)
class Depth:
    """Everything that a Reader needs to read with. `name` is "embedded" or "full"; `explanation` says what is active.

    `note` is for people whose text is read less deeply than whoever runs this meant it to be.
    `encoder` is None where the weights are missing; then words and their lists are all there is to go by.
    """

    name: str
    explanation: str
    encoder: Encoder | None
    translator: Translator
    topics: TopicClassifier
    emotions: EmotionClassifier
    summariser: Summariser
    note: Words | None = None
