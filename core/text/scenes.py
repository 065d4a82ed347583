"""Cuts a text into scenes where its subject or its feeling turns.

After M. Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages", 1997, with sentence vectors and
feelings in place of word counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.text.passages import Passages

Floats = npt.NDArray[np.float32]

MOST = 8
SHORTEST_SECONDS = 4.0
"""Of music; a scene that would sound shorter joins its neighbour."""

_WINDOW = 5
_FEELING = 0.5
_FEWEST_SENTENCES = 3
_FEWEST_CHARACTERS = 160
_DEPTH = 0.06


def cut(passages: Passages, vectors: Floats, feelings: Floats, seconds: float) -> tuple[range, ...]:
    """Rows of each scene, in order, together all rows.

    `vectors` has shape (n, width), `feelings` (n, 2); `seconds` is how long the music is to be.
    """
    count = len(passages)
    most = _most(passages, seconds)
    if most < 2:
        return (range(count),)
    turns = _depths(_turns(passages, vectors, feelings))
    chosen: list[int] = []
    for place in sorted(_places(passages), key=lambda place: -turns[place - 1]):
        if len(chosen) == most - 1 or turns[place - 1] < _DEPTH:
            break
        if _leaves_room([0, *sorted([*chosen, place]), count], passages, seconds):
            chosen.append(place)
    return tuple(range(first, last) for first, last in pairwise([0, *sorted(chosen), count]))


def _most(passages: Passages, seconds: float) -> int:
    characters = sum(len(sentence.words) for sentence in passages.sentences)
    return int(
        min(MOST, seconds // SHORTEST_SECONDS, len(passages) // _FEWEST_SENTENCES, characters // _FEWEST_CHARACTERS)
    )


def _places(passages: Passages) -> list[int]:
    """Where a scene may begin: at paragraphs if there are enough of them, else at every sentence."""
    sentences = passages.sentences
    everywhere = list(range(1, len(sentences)))
    paragraphs = [place for place in everywhere if sentences[place].paragraph != sentences[place - 1].paragraph]
    return paragraphs or everywhere


def _turns(passages: Passages, vectors: Floats, feelings: Floats) -> Floats:
    """How different the sentences before and after each place are, shape (n - 1,)."""
    weights = passages.weights[:, None]
    sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors * weights, axis=0)])
    felt = np.concatenate([np.zeros((1, 2)), np.cumsum(feelings * weights, axis=0)])
    weight = np.concatenate([[0.0], np.cumsum(passages.weights)])
    turns = np.empty(len(passages) - 1, np.float32)
    for place in range(1, len(passages)):
        first, last = max(0, place - _WINDOW), min(len(passages), place + _WINDOW)
        before, after = sums[place] - sums[first], sums[last] - sums[place]
        cosine = before @ after / max(np.linalg.norm(before) * np.linalg.norm(after), 1e-9)
        change = (felt[place] - felt[first]) / max(weight[place] - weight[first], 1e-9) - (
            felt[last] - felt[place]
        ) / max(weight[last] - weight[place], 1e-9)
        turns[place - 1] = 1.0 - cosine + _FEELING * np.linalg.norm(change)
    return turns


def _depths(turns: Floats) -> Floats:
    """How far each turn stands out over the calmest places beside it."""
    depths = np.empty_like(turns)
    for place, turn in enumerate(turns):
        left = turns[max(0, place - _WINDOW) : place + 1].min()
        right = turns[place : place + _WINDOW + 1].min()
        depths[place] = turn - (left + right) / 2
    return depths


def _leaves_room(bounds: Sequence[int], passages: Passages, seconds: float) -> bool:
    least = SHORTEST_SECONDS / seconds
    return all(
        float(passages.weights[first:last].sum()) >= least and last - first >= _FEWEST_SENTENCES - 1
        for first, last in pairwise(bounds)
    )
