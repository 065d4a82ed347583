"""Passages: the sentences of a document in the form that classifiers read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from core.text.minilm import Vectors
from core.text.sentences import Sentence

Floats = npt.NDArray[np.float32]

MOST_READ = 40_000
"""Characters that are read closely. Of a longer text every group of neighbouring sentences is heard through one."""


@dataclass(frozen=True, slots=True)
class Passages:
    """n sentences of one document.

    `english` is each sentence in English, or as much of it as could be translated; `coverage`, shape (n,), tells how
    much that is, 0..1. `weights`, shape (n,), add up to 1: how much of the document each sentence stands for.
    `vectors` is None where no encoder is installed.
    """

    sentences: tuple[Sentence, ...]
    english: tuple[str, ...]
    coverage: Floats
    weights: Floats
    vectors: Vectors | None

    def __len__(self) -> int:
        return len(self.sentences)

    def part(self, span: range) -> Passages:
        """Some of the sentences as a document of their own."""
        rows = slice(span.start, span.stop)
        return Passages(
            sentences=self.sentences[rows],
            english=self.english[rows],
            coverage=self.coverage[rows],
            weights=self.weights[rows] / max(float(self.weights[rows].sum()), 1e-9),
            vectors=None if self.vectors is None else self.vectors.take(span),
        )


def as_one(sentences: Sequence[Sentence], language: str) -> Sentence:
    """A message as a single sentence, in its main language."""
    return Sentence(
        text=" ".join(sentence.text for sentence in sentences),
        words=" ".join(sentence.words for sentence in sentences if sentence.words),
        language=language,
        paragraph=0,
        letters=sum(sentence.letters for sentence in sentences),
        marks=tuple(mark for sentence in sentences for mark in sentence.marks),
    )


def closely_read(sentences: Sequence[Sentence], most: int = MOST_READ) -> tuple[list[Sentence], Floats]:
    """The sentences to read closely, and the share of the document that each stands for.

    All of a text of up to `most` characters; of a longer one the longest sentence of every group of neighbours, in
    groups of equal count.
    """
    characters = sum(len(sentence.text) for sentence in sentences)
    size = max(1, -(-characters // most))
    groups = [sentences[first : first + size] for first in range(0, len(sentences), size)]
    chosen = [max(group, key=lambda sentence: sentence.letters) for group in groups]
    weights = np.array([max(sum(sentence.letters for sentence in group), 1) for group in groups], np.float32)
    return chosen, weights / max(float(weights.sum()), 1.0)


def windows(rows: int, reach: int) -> list[slice]:
    """For each row the rows around it, `reach` on either side."""
    return [slice(max(0, row - reach), row + reach + 1) for row in range(rows)]


def starts(weights: Floats) -> list[float]:
    """Where in the document, 0..1, each sentence begins."""
    return [0.0, *accumulate(weights.tolist())][:-1]
