"""Extractive summary: the sentences that stand for the whole, without saying the same thing twice.

Centrality after G. Erkan and D. Radev, "LexRank", 2004; redundancy after J. Carbonell and J. Goldstein, "The Use of
MMR", 1998; the first and last sentences get a small start, because messages and stories open and close with their
point.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.text.depth import Summary
from core.text.passages import Passages
from core.text.sentences import Sentence
from core.text.wordbag import word_vectors

Floats = npt.NDArray[np.float32]

_SENTENCES = 3
_REDUNDANCY = 0.45
_SAME = 0.95
"""Likeness from which a sentence says nothing that has not been said."""
_OPENING = 0.12
_ENDING = 0.06
_FEWEST_LETTERS = 12
_CANDIDATES = 400
_ENDS = (".", "!", "?", "…", "。", ",", ";", ":", "~", '"', "”", "'", "’", ")")


class Extractive:
    """Chooses whole sentences; needs vectors where there are any, counts words where there are none."""

    def summarise(self, passages: Passages, longest: int) -> Summary:
        spoken = [row for row, sentence in enumerate(passages.sentences) if sentence.words]
        whole = _together(passages.sentences[row].words for row in spoken)
        if len(whole) <= min(longest, 160) or len(spoken) <= 1:
            return Summary(cut(whole, longest), tuple(spoken))
        rows = _candidates(passages, spoken)
        vectors = word_vectors(passages.english) if passages.vectors is None else passages.vectors.sentence
        chosen = _choose(vectors[rows], _starts(rows, passages), _lengths(rows, passages.sentences), longest)
        kept = tuple(sorted(rows[place] for place in chosen))
        return Summary(cut(_together(passages.sentences[row].words for row in kept), longest), kept)


def _candidates(passages: Passages, spoken: list[int]) -> list[int]:
    """Sentences long enough to say something; of a long text a regular sample, so that the cost stays linear."""
    long_enough = [row for row in spoken if passages.sentences[row].letters >= _FEWEST_LETTERS] or spoken
    step = -(-len(long_enough) // _CANDIDATES)
    return sorted({*long_enough[::step], long_enough[-1]})


def _starts(rows: list[int], passages: Passages) -> Floats:
    starts = np.zeros(len(rows), np.float32)
    starts[0] += _OPENING
    starts[-1] += _ENDING
    starts += 0.1 * passages.coverage[rows] - 0.1
    return starts


def _lengths(rows: list[int], sentences: tuple[Sentence, ...]) -> list[int]:
    return [len(sentences[row].words) + 1 for row in rows]


def _choose(vectors: Floats, starts: Floats, lengths: list[int], longest: int) -> list[int]:
    alike = vectors @ vectors.T
    centrality = alike.mean(axis=1) + starts
    chosen: list[int] = []
    room = longest
    while len(chosen) < _SENTENCES:
        repeats = alike[:, chosen].max(axis=1) if chosen else np.zeros(len(vectors), np.float32)
        gain = centrality - _REDUNDANCY * repeats
        open_rows = [row for row in range(len(vectors)) if repeats[row] < _SAME and lengths[row] <= room]
        if not open_rows:
            break
        best = max(open_rows, key=lambda row: float(gain[row]))
        chosen.append(best)
        room -= lengths[best]
    return chosen or [int(np.argmax(centrality))]


def _together(sentences: Iterable[str]) -> str:
    """Sentences in a row; lines of a chat or a heading that end without a mark get a full stop before the next."""
    parts = list(sentences)
    ended = [part if part.endswith(_ENDS) else f"{part}." for part in parts[:-1]]
    return " ".join([*ended, *parts[-1:]])


def cut(text: str, longest: int) -> str:
    """`text`, ended at a word where it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
