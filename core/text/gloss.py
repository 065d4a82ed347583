"""Korean into English, word by word: not a translation, but enough for an English encoder to know what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from core.text.conjugation import stems
from core.text.depth import English
from core.text.tables import read_table

WordClass = Literal["n", "v", "a", "x"]

_TOKEN = re.compile(r"[가-힣]+|[^\W\d_가-힣]+(?:['’-][^\W\d_가-힣]+)*|\d+")
_PARTICLES = frozenset("은는이가을를에의도만로으와과랑부까처보마밖뿐들께한하였라다야요인일임여")
_ENDINGS = frozenset(
    "다고지는은을니며면서자네나던게기아어었았였겠습세셨시려러도요죠질잖거구군음야라래더든듯수까줄때것건걸중"
)
_LONGING = re.compile(r"((?:이|가|엄마|아빠|할머니|할아버지|친구|너무|많이|정말) )보고\s?싶")
"""To want to see somebody is to miss them; to want to see something is not."""
_FEWEST_ANYWHERE = 2
_NOT_AFTER = ("않", "못하", "못했", "못한", "말아", "마라", "마세", "말자")


@dataclass(frozen=True, slots=True)
class _Meaning:
    english: str
    declined: bool


class Glosser:
    """Finds the longest known stem at the start of each word, and known nouns in what follows it."""

    def __init__(self, entries: Iterable[tuple[WordClass, str, str]]) -> None:
        """`entries` are (class, Korean, English): noun, verb or adjective in its dictionary form, or anything else."""
        self._meanings: dict[str, _Meaning] = {}
        bare: list[tuple[str, _Meaning]] = []
        conjugated: list[tuple[str, _Meaning]] = []
        actions: list[tuple[str, _Meaning]] = []
        for word_class, korean, english in entries:
            if word_class in ("v", "a"):
                plain, *others = stems(korean)
                bare.append((plain, _Meaning(english, declined=False)))
                conjugated += [(stem, _Meaning(english, declined=False)) for stem in others]
                if korean.endswith("하다") and len(korean) > 3:
                    actions.append((korean.removesuffix("하다"), _Meaning(english, declined=True)))
            else:
                self._meanings[korean] = _Meaning(english, declined=True)
        for stem, meaning in (*bare, *conjugated, *actions):
            self._meanings.setdefault(stem, meaning)
        self._longest = max(map(len, self._meanings), default=0)

    @classmethod
    def load(cls) -> Self:
        """With the table that ships with the package."""
        rows = (line.split("\t") for line in read_table("ko_gloss.tsv").splitlines() if not line.startswith("#"))
        return cls((_word_class(row[0]), row[1], row[2]) for row in rows)

    def to_english(self, texts: Sequence[str], languages: Sequence[str]) -> English:
        """Korean texts word by word, English ones as they are, others not at all."""
        known = {"en": 1.0}
        glosses = [
            self.gloss(text) if language == "ko" else (text, known.get(language, 0.0))
            for text, language in zip(texts, languages, strict=True)
        ]
        return English(tuple(text for text, _ in glosses), tuple(coverage for _, coverage in glosses))

    def gloss(self, text: str) -> tuple[str, float]:
        """English words for a Korean text in its order, and the share of its words that are known."""
        words: list[str] = []
        known = total = 0
        last: list[str] = []
        for token in _TOKEN.findall(_LONGING.sub(r"\1그립", text)):
            if not "가" <= token[0] <= "힣":
                words.append(token)
                continue
            total += 1
            if token.startswith(_NOT_AFTER) and words:
                words.insert(len(words) - len(last), "not")
                known += 1
                continue
            last = self._read(token)
            known += bool(last)
            words += last
        return " ".join(words), known / total if total else float(bool(words))

    def _read(self, token: str) -> list[str]:
        found: list[str] = []
        position = 0
        while position < len(token):
            length = self._match(token, position, after=bool(found))
            if length:
                found.append(self._meanings[token[position : position + length]].english)
            elif not found and position > 2:
                break
            position += max(length, 1)
        return found

    def _match(self, token: str, position: int, *, after: bool) -> int:
        """How many syllables of the longest stem at `position` are taken, 0 for none."""
        anywhere = position > 0
        for length in range(min(self._longest, len(token) - position), 0, -1):
            meaning = self._meanings.get(token[position : position + length])
            if meaning is None or (anywhere and (length < _FEWEST_ANYWHERE or (after and not meaning.declined))):
                continue
            rest = token[position + length :]
            if length > 1 or not rest or rest[0] in (_PARTICLES if meaning.declined else _ENDINGS):
                return length
        return 0


def _word_class(name: str) -> WordClass:
    match name:
        case "n" | "v" | "a" | "x":
            return name
        case _:
            raise ValueError(f"ko_gloss.tsv: no word class {name!r}")
