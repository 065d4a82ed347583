"""Marks of feeling that chats have beside words: emoji, emoticons, laughter, capitals, exclamation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, Self

from core.text.tables import read_json

MarkKind = Literal["emoji", "emoticon", "sound", "capitals", "exclamation"]

EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_EMOJI = re.compile(f"[{EMOJI}](?:[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d[{EMOJI}])*")
_NAME = re.compile(r"(?<!\w):([a-zA-Z0-9_+-]{2,40}):(?!\w)")
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z'’]{3,}(?![\w-])")
_CALLS = re.compile(r"!{2,}|[?!]*(?:!\?|\?!)[?!]*")
_JOINERS = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark and what it tells of feeling: valence -1..1, arousal -1..1.

    `valence` is None for marks that only raise what the words say, such as "!!!".
    """

    kind: MarkKind
    quote: str
    valence: float | None
    arousal: float


class ChatMarks:
    """Finds marks by a table of emoji, their names in chats, emoticons and sounds such as laughter."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._emoji = {mark: (row["valence"], row["arousal"]) for row in table["emoji"] for mark in row["marks"]}
        self._names = {mark: (row["valence"], row["arousal"]) for row in table["shortcodes"] for mark in row["marks"]}
        kinds: tuple[tuple[MarkKind, str], ...] = (("sound", "sounds"), ("emoticon", "emoticons"))
        self._patterns = tuple(
            (kind, re.compile(row["pattern"]), row["valence"], row["arousal"])
            for kind, key in kinds
            for row in table[key]
        )

    @classmethod
    def load(cls) -> Self:
        """With the table that ships with the package."""
        return cls(read_json("chat_marks.json"))

    def read(self, text: str) -> tuple[str, tuple[Mark, ...]]:
        """The words of a sentence without emoji, emoticons and laughter, and the marks found."""
        marks: list[Mark] = []

        def take(found: re.Match[str], feeling: tuple[float, float] | None) -> str:
            if feeling is not None:
                marks.append(Mark("emoji", found.group(), *feeling))
            return " "

        words = _NAME.sub(lambda found: take(found, self._names.get(found.group(1).lower())), text)
        words = _EMOJI.sub(lambda found: take(found, self._emoji.get(found.group()[0])), words)
        for kind, pattern, valence, arousal in self._patterns:
            found = [match.group().strip() for match in pattern.finditer(words)]
            if found:
                marks += [Mark(kind, quote, valence, arousal) for quote in found]
                words = pattern.sub(" ", words)
        marks += _loud(words)
        return re.sub(r"\s+", " ", _JOINERS.sub("", words)).strip(), tuple(marks)


def _loud(words: str) -> list[Mark]:
    """Shouting: words in capitals that are no abbreviations, and rows of exclamation marks."""
    shouted = _CAPITALS.findall(words)
    letters = [character for character in words if character.isalpha()]
    capital = sum(map(str.isupper, letters))
    marks = []
    if letters and shouted and (len(shouted) >= 2 or capital > 0.7 * len(letters)):
        marks.append(Mark("capitals", " ".join(shouted[:4]), None, 0.6))
    marks += [Mark("exclamation", quote, None, min(0.3 + 0.1 * len(quote), 0.8)) for quote in _CALLS.findall(words)[:4]]
    return marks
