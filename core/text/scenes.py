"""Cuts a text into scenes where its subject or its feeling turns.

In the spirit of M. Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages", 1997, with sentence
vectors and feelings in place of word counts. The cuts are those that leave every scene most like itself, found by
dynamic programming as M. Utiyama and H. Isahara do in "A Statistical Model for Domain-Independent Text Segmentation",
2001. A further scene has to explain more than chance would, judged by how much neighbouring sentences differ anyway.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.text.passages import Passages

Floats = npt.NDArray[np.float64]

MOST = 8
SHORTEST_SECONDS = 4.0
"""Of music; a scene does not sound shorter."""

_FEWEST_CHARACTERS = 110
_SYLLABLE = 2.2
"""How many letters of an alphabet a syllable of Hangul counts for."""
_SUBJECT_DIMENSIONS = 20.0
_FEELING_DIMENSIONS = 2.0
"""In how many directions sentences differ by chance; of the hundreds that vectors have most vary together."""
_AT_PARAGRAPH = 0.65
_WITHIN_PARAGRAPH = 1.3
"""What a cut costs at the end of a paragraph, and elsewhere in a text that has paragraphs."""
_LOUDEST = 2.5
"""A sentence counts at most this many times as much as the average one, however long it is."""
_MOST_PLACES = 600


def cut(
    passages: Passages, vectors: npt.NDArray[np.float32], feelings: npt.NDArray[np.float32], seconds: float
) -> tuple[range, ...]:
    """Rows of each scene, in order, together all rows: one to eight scenes.

    `vectors` has shape (n, width), `feelings` (n, 2); `seconds` is how long the music is to be.
    """
    places = _places(len(passages))
    explained = _explained(vectors, passages.weights, places) / _chance(len(passages), _SUBJECT_DIMENSIONS)
    explained += _explained(feelings, passages.weights, places) / _chance(len(passages), _FEELING_DIMENSIONS)
    explained[~_long_enough(passages, places, seconds)] = -np.inf
    bounds = _best(explained, 2.0 * _costs(passages, places), min(MOST, max(1, int(seconds // SHORTEST_SECONDS))))
    return tuple(range(int(places[first]), int(places[last])) for first, last in pairwise(bounds))


def _places(count: int) -> npt.NDArray[np.intp]:
    """Where scenes may begin and end: before every sentence, in very long texts before every few."""
    step = -(-count // _MOST_PLACES)
    return np.array([*range(0, count, step), count])


def _explained(
    values: npt.NDArray[np.float32], weights: npt.NDArray[np.float32], places: npt.NDArray[np.intp]
) -> Floats:
    """How well its own mean describes what lies between any two places, in units of the noise of one sentence.

    Shape (places, places), from row to column; the sum of squares that the mean takes away.
    """
    rows = values.astype(np.float64)
    weight = np.minimum(weights.astype(np.float64) * len(rows), _LOUDEST)
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows * weight[:, None], axis=0)])[places]
    total = np.concatenate([[0.0], np.cumsum(weight)])[places]
    products = sums @ sums.T
    squares = np.diag(products)
    between: Floats = squares[None] + squares[:, None] - 2 * products
    between /= np.maximum(total[None] - total[:, None], 1e-9) * _noise(rows)
    return between


def _noise(rows: Floats) -> float:
    """Half the mean square of the difference of neighbours, which turns of the text hardly touch."""
    if len(rows) < 2:
        return 1.0
    return max(0.5 * float((np.diff(rows, axis=0) ** 2).sum(axis=1).mean()), 1e-6)


def _chance(count: int, dimensions: float) -> float:
    """What the best of many cuts explains where nothing turns, in units of the noise of one sentence."""
    return 1.0 + math.log(count) / dimensions


def _long_enough(passages: Passages, places: npt.NDArray[np.intp], seconds: float) -> npt.NDArray[np.bool_]:
    """Whether what lies between two places has enough to say, and is heard long enough; the whole always is."""
    characters = np.cumsum([0.0, *(_length(sentence.words) for sentence in passages.sentences)])[places]
    shares = np.concatenate([[0.0], np.cumsum(passages.weights.astype(np.float64))])[places]
    enough = characters[None] - characters[:, None] >= _FEWEST_CHARACTERS
    heard = shares[None] - shares[:, None] >= SHORTEST_SECONDS / seconds - 1e-6
    fits: npt.NDArray[np.bool_] = enough & heard
    fits[0, -1] = True
    return fits


def _length(words: str) -> float:
    return sum(_SYLLABLE if "가" <= character <= "힣" else 1.0 for character in words)


def _costs(passages: Passages, places: npt.NDArray[np.intp]) -> Floats:
    """What it costs to end a scene at each place; nothing at the end of the text."""
    paragraphs = [sentence.paragraph for sentence in passages.sentences]
    ends = np.array([paragraphs[place - 1] != paragraphs[place] for place in places[1:-1]])
    within = _WITHIN_PARAGRAPH if ends.any() else 1.0
    return np.array([0.0, *np.where(ends, _AT_PARAGRAPH, within), 0.0])


def _best(explained: Floats, costs: Floats, most: int) -> list[int]:
    """The bounds of at most `most` scenes that together explain most, less what they cost."""
    count = len(costs)
    reached = np.full(count, -np.inf)
    reached[0] = 0.0
    came_from: list[npt.NDArray[np.intp]] = []
    ends: list[float] = []
    for _ in range(most):
        candidates = reached[:, None] + explained
        came_from.append(candidates.argmax(axis=0))
        reached = candidates.max(axis=0) - costs
        ends.append(float(reached[-1]))
    bounds = [count - 1]
    for scene in range(int(np.argmax(ends)), -1, -1):
        bounds.append(int(came_from[scene][bounds[-1]]))
    return bounds[::-1]
