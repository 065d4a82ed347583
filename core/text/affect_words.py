"""Words of feeling in English: how pleasant and how excited they are, and what negation and emphasis do to them.

Rules in the spirit of C. Hutto and E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", 2014, with a list of words of our own. Korean passes through its gloss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from core.text.tables import read_table

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[,;.!?]")
_BREAKS = frozenset(",;.!?")
_NEGATIONS = frozenset(
    {
        "no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "without", "hardly", "barely", "cannot",
        "can't", "don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "weren't", "won't", "wouldn't", "couldn't",
        "shouldn't", "ain't", "dont", "cant", "isnt", "wasnt", "didnt",
    }
)  # fmt: skip
_EMPHASIS: Mapping[str, float] = {
    "very": 1.35, "so": 1.25, "really": 1.3, "extremely": 1.5, "totally": 1.35, "absolutely": 1.45, "incredibly": 1.45,
    "utterly": 1.45, "deeply": 1.35, "hugely": 1.4, "insanely": 1.45, "completely": 1.35, "most": 1.25, "super": 1.35,
    "too": 1.15, "more": 1.15, "fucking": 1.5, "terribly": 1.3, "truly": 1.25, "always": 1.1,
    "slightly": 0.55, "somewhat": 0.65, "bit": 0.6, "little": 0.6, "fairly": 0.8, "kinda": 0.7, "mildly": 0.6,
    "almost": 0.7, "partly": 0.65,
}  # fmt: skip
_TURNED = -0.65
"""What is left of a feeling that is negated: "not good" is bad, but less so than "bad" itself is."""
_REACH = 3
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "ness", "ful", "er", "est")


@dataclass(frozen=True, slots=True)
class FeltWord:
    """A word of feeling as it stands in a sentence: what it means alone, and here."""

    word: str
    valence: float
    arousal: float
    alone: float
    """Valence of the bare word."""


@dataclass(frozen=True, slots=True)
class WordFeeling:
    """What the words of a sentence feel like. `valence` and `arousal` are means over its words of feeling, 0 for none;
    `change` is how much negation and emphasis moved the valence.
    """

    valence: float
    arousal: float
    change: float
    words: tuple[FeltWord, ...]


class AffectWords:
    """Looks words of feeling up and reads what stands around them."""

    def __init__(self, words: Mapping[str, tuple[float, float]]) -> None:
        self._words = dict(words)

    @classmethod
    def load(cls) -> Self:
        """With the list that ships with the package."""
        rows = (line.split("\t") for line in read_table("affect_en.tsv").splitlines() if not line.startswith("#"))
        return cls({row[0]: (float(row[1]), float(row[2])) for row in rows})

    def measure(self, text: str) -> WordFeeling:
        """What the words of an English sentence, or of a gloss, feel like."""
        tokens = _TOKEN.findall(text.lower().replace("’", "'"))
        words = tuple(self._felt(tokens))
        if not words:
            return WordFeeling(0.0, 0.0, 0.0, ())
        valence = sum(word.valence for word in words) / len(words)
        arousal = sum(word.arousal for word in words) / len(words)
        return WordFeeling(valence, arousal, valence - sum(word.alone for word in words) / len(words), words)

    def _felt(self, tokens: Sequence[str]) -> Iterator[FeltWord]:
        for place, token in enumerate(tokens):
            feeling = self._look_up(token)
            if feeling is None:
                continue
            before = _clause(tokens, place)
            emphasis = max((_EMPHASIS[word] for word in before[-2:] if word in _EMPHASIS), key=_strength, default=1.0)
            turned = _is_turned(before)
            valence = max(-1.0, min(1.0, feeling[0] * emphasis)) * (_TURNED if turned else 1.0)
            arousal = max(-1.0, min(1.0, feeling[1] * emphasis)) * (0.5 if turned else 1.0)
            yield FeltWord(token, valence, arousal, feeling[0])

    def _look_up(self, token: str) -> tuple[float, float] | None:
        if token in self._words:
            return self._words[token]
        for suffix in _SUFFIXES:
            stem = token.removesuffix(suffix)
            if stem != token and len(stem) > 2:
                for form in (stem, f"{stem}e", f"{stem[:-1]}y" if stem.endswith("i") else stem):
                    if form in self._words:
                        return self._words[form]
        return None


def _clause(tokens: Sequence[str], place: int) -> Sequence[str]:
    """The few words before `place` in its clause."""
    first = place
    while first > 0 and place - first < _REACH and tokens[first - 1] not in _BREAKS:
        first -= 1
    return tokens[first:place]


def _is_turned(before: Sequence[str]) -> bool:
    """Negated, unless as in "never felt so happy", which is emphasis."""
    negated = [place for place, word in enumerate(before) if word in _NEGATIONS]
    return bool(negated) and not (before[negated[-1]] == "never" and before[-1] in ("so", "this", "more"))


def _strength(emphasis: float) -> float:
    return abs(emphasis - 1.0)
