"""Music that a text names itself: "sad piano", "like a western", "no drums", 느린 국악, 120 BPM."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Self

from core.brief import FASTEST_BPM, SLOWEST_BPM, Key, Tempo
from core.catalog import Catalog
from core.catalog.hangul import adjective_forms, has_hangul
from core.catalog.names import normalise, without_particle
from core.text.sentences import Sentence
from core.text.tables import read_json

Kind = Literal["genre", "mood", "instrument", "tempo"]
_KINDS: tuple[Literal["genre", "mood", "instrument"], ...] = ("instrument", "genre", "mood")

_TOKEN = re.compile(r"[a-zA-Z0-9][\w&'’+#-]*|[가-힣]+|[^\W\d_]+|[,;.!?]")
_BPM = re.compile(r"(?<![\d.])(\d{2,3}(?:\.\d)?)\s?-?\s?(?:bpm|BPM|비피엠|beats per minute)")
_KEY = re.compile(r"\b(?:in|key(?: of)?)\s+([A-G][#b♯♭]?\s(?:major|minor))\b")
_LONGEST_NAME = 4
_REACH = 6
"""Tokens before a name that may stand between it and what negates it."""

_STOPS = frozenset(",;.!?")
_JOINING = frozenset({"or", "and", "nor", ","})
_ARTICLES = frozenset({"a", "an", "the", "some", "in", "from", "old", "classic", "out", "of", "something", "style"})
_AS_KO = ("처럼", "같은", "같이")
_LIKE = frozenset({"like", "as", "style"})


@dataclass(frozen=True, slots=True)
class Named:
    """Something musical that the text names: the catalog's id, whether it is refused, and how it was said."""

    kind: Kind
    id: str
    refused: bool
    phrase: str


@dataclass(frozen=True, slots=True)
class MusicWords:
    """What a text says about its music itself, oftenest first; refused things are in `refused` alone."""

    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    tempo: Tempo | None = None
    bpm: float | None = None
    key: Key | None = None
    refused_genres: frozenset[str] = frozenset()
    refused_instruments: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()

    @property
    def refused(self) -> frozenset[str]:
        """Ids of all that is refused."""
        return self.refused_genres | frozenset(self.refused_instruments)


@dataclass(frozen=True, slots=True)
class _Name:
    kind: Kind
    id: str
    plain: bool
    """Means music wherever it stands; other names need a musical word beside them."""


@dataclass(frozen=True, slots=True)
class _Hit:
    name: _Name
    first: int
    last: int
    in_context: bool
    """A musical word is part of it: 기타 연주, 신나는 음악."""


class MusicWordFinder:
    """Finds the names of the catalog where they are meant musically."""

    def __init__(self, catalog: Catalog, table: dict[str, Any]) -> None:
        self._context = frozenset(table["context"])
        self._context_before = frozenset(table["context_before"])
        self._context_ko = tuple(table["context_ko"])
        self._handled_ko = (*table["played_ko"], "넣", "빼", "뺀")
        self._like = frozenset(map(normalise, (*table["like"]["en"], *table["like"]["ko"])))
        self._verbs = frozenset(table["verbs"])
        self._doers = frozenset(table["doers"])
        self._negations = frozenset(table["negations"])
        self._fillers = frozenset(table["fillers"])
        self._negations_ko = tuple(table["negations_ko"])
        self._forbidden_ko = tuple(table["forbidden_ko"])
        weak = frozenset(map(normalise, (*table["weak"]["en"], *table["weak"]["ko"])))
        self._names: dict[str, _Name] = {}
        for kind in _KINDS:
            for entry in catalog.entries(kind):
                for spelling in _spellings(entry.en, entry.ko, *entry.aliases):
                    plain = kind != "mood" and spelling not in weak and len(spelling) > 1
                    self._names.setdefault(spelling, _Name(kind, entry.id, plain))
        plain_tempos = frozenset(table["plain_tempos"])
        for words in (table["tempos"], table["tempos_ko"]):
            for tempo, spellings in words.items():
                for spelling in spellings:
                    self._names[normalise(spelling)] = _Name("tempo", tempo, spelling in plain_tempos)
        self._starts = frozenset(spelling[:2] for spelling in self._names)

    @classmethod
    def load(cls, catalog: Catalog) -> Self:
        """With the table that ships with the package."""
        return cls(catalog, read_json("music_words.json"))

    def find(self, sentences: Iterable[Sentence]) -> MusicWords:
        """What the sentences say about their music."""
        named: list[Named] = []
        bpm: float | None = None
        key: Key | None = None
        for sentence in sentences:
            named += self._named(sentence.words)
            bpm = bpm or _bpm(sentence.words)
            key = key or _key(sentence.words)
        return _gather(named, bpm, key)

    def _named(self, text: str) -> Iterator[Named]:
        tokens = _TOKEN.findall(text)
        lowered = [token.lower().replace("’", "'") for token in tokens]
        hits = [hit for hit in self._hits(lowered) if not self._is_verb(hit, lowered)]
        meant = self._meant(hits, lowered)
        refused: set[int] = set()
        for hit in meant:
            if self._is_refused(hit, lowered, refused):
                refused.update(range(hit.first, hit.last + 1))
            phrase = " ".join(tokens[hit.first : hit.last + 1])
            yield Named(hit.name.kind, hit.name.id, hit.first in refused, phrase)

    def _hits(self, tokens: Sequence[str]) -> Iterator[_Hit]:
        position = 0
        while position < len(tokens):
            hit = self._longest(tokens, position)
            if hit is not None:
                yield hit
                position = hit.last
            position += 1

    def _is_verb(self, hit: _Hit, tokens: Sequence[str]) -> bool:
        """Something that somebody does: "I love", "to dance"."""
        doer = tokens[hit.first - 1] if hit.first else ""
        return hit.first == hit.last and tokens[hit.first] in self._verbs and doer in self._doers

    def _longest(self, tokens: Sequence[str], first: int) -> _Hit | None:
        if normalise(tokens[first])[:2] not in self._starts:
            return None
        for length in range(min(_LONGEST_NAME, len(tokens) - first), 0, -1):
            run = tokens[first : first + length]
            if length > 1 and not _STOPS.isdisjoint(run):
                continue
            whole = "".join(map(normalise, run))
            for spelling in _forms(whole, ()):
                if (name := self._names.get(spelling)) is not None:
                    return _Hit(name, first, first + length - 1, in_context=False)
            for spelling in _forms(whole, self._context_ko):
                if (name := self._names.get(spelling)) is not None:
                    return _Hit(name, first, first + length - 1, in_context=True)
            for spelling in _forms(whole, _AS_KO):
                if (name := self._names.get(spelling)) is not None:
                    return _Hit(name, first, first + length - 1, in_context=False)
        return None

    def _meant(self, hits: Sequence[_Hit], tokens: Sequence[str]) -> list[_Hit]:
        """Hits that mean music: plain ones, ones with a musical word beside them, and moods beside either."""
        musical = {hit.first for hit in hits if _means_music(hit, tokens) or self._has_context(hit, tokens)}
        for before, after in reversed(list(pairwise(hits))):
            if after.first in musical and _beside(before, after, tokens):
                musical.add(before.first)
        for before, after in pairwise(hits):
            if before.first in musical and after.name.kind == "instrument" and _listed(before, after, tokens):
                musical.add(after.first)
        return [hit for hit in hits if hit.first in musical]

    def _has_context(self, hit: _Hit, tokens: Sequence[str]) -> bool:
        name, after = hit.name, tokens[hit.last + 1 : hit.last + 2]
        own = normalise(tokens[hit.last])
        if has_hangul(own):
            return (
                any(own.endswith(word) and own != word for word in self._context_ko)
                or any(token.startswith(self._context_ko) for token in after)
                or (name.kind == "instrument" and any(token.startswith(self._handled_ko) for token in after))
                or (own.endswith(_AS_KO) and self._is_like(tokens, hit))
                or (any(token.startswith(_AS_KO) for token in after) and self._is_like(tokens, hit))
            )
        if any(token in self._context or token.startswith(self._context_ko) for token in after):
            return True
        before = [token for token in tokens[max(0, hit.first - 3) : hit.first] if token not in _ARTICLES]
        if name.kind == "instrument" and before and before[-1] in self._context_before:
            return True
        return bool(before) and before[-1] in _LIKE and self._is_like(tokens, hit)

    def _is_like(self, tokens: Sequence[str], hit: _Hit) -> bool:
        spelling = "".join(map(normalise, tokens[hit.first : hit.last + 1]))
        return any(form in self._like for form in _forms(spelling, _AS_KO))

    def _is_refused(self, hit: _Hit, tokens: Sequence[str], refused: set[int]) -> bool:
        first = hit.last + 1
        if first < len(tokens) and tokens[first].startswith((*self._context_ko, "소리")):
            first += 1
        following = tokens[first : first + 2]
        if following and following[0].startswith(self._negations_ko):
            return True
        if (
            len(following) == 2
            and following[0] in self._forbidden_ko
            and following[1].startswith(("넣", "나", "쓰", "들"))
        ):
            return True
        if len(following) == 2 and following[0] in self._forbidden_ko and following[1].startswith("마"):
            return True
        for place in range(hit.first - 1, max(-1, hit.first - 1 - _REACH), -1):
            token = tokens[place]
            if token in self._negations or place in refused:
                return True
            if token not in self._fillers and token not in _JOINING:
                return False
        return False


def wanted_part(phrase: str, words: MusicWords, catalog: Catalog) -> str:
    """An English phrase up to where it names music that the text refuses: engines would hear a "no" as a yes."""
    refused = [catalog.instruments[name].en for name in words.refused_instruments]
    refused += [catalog.genres[name].en for name in words.refused_genres]
    for name in refused:
        phrase = re.split(rf"(?i)(?:\b(?:but|and|with|without|no|not|any|the|a)\s+)*\b{re.escape(name)}", phrase)[
            0
        ].strip()
    return phrase


def _spellings(english: str, korean: str, *aliases: str) -> Iterator[str]:
    for name in (english, korean, *aliases):
        yield normalise(name)
        yield from map(normalise, adjective_forms(name))


def _forms(spelling: str, tails: Sequence[str]) -> Iterator[str]:
    yield spelling
    if has_hangul(spelling):
        yield from without_particle(spelling)
        for tail in tails:
            if spelling.endswith(tail) and spelling != tail:
                yield spelling.removesuffix(tail)
        for bare in without_particle(spelling):
            for tail in tails:
                if bare.endswith(tail) and bare != tail:
                    yield bare.removesuffix(tail)
    elif spelling.endswith("s") and len(spelling) > 4:
        yield spelling[:-1]


def _means_music(hit: _Hit, tokens: Sequence[str]) -> bool:
    """By itself, or by a word that is part of it; a drum of oil does not."""
    holds = hit.name.kind == "instrument" and tokens[hit.last + 1 : hit.last + 2] == ["of"]
    return hit.in_context or (hit.name.plain and not holds)


def _beside(hit: _Hit, other: _Hit, tokens: Sequence[str]) -> bool:
    between = tokens[hit.last + 1 : other.first]
    return len(between) <= 2 and all(word in _JOINING or word in ("any", "or") for word in between)


def _listed(before: _Hit, after: _Hit, tokens: Sequence[str]) -> bool:
    between = tokens[before.last + 1 : after.first]
    return 0 < len(between) <= 2 and all(word in _JOINING or word in ("any", "a", "the") for word in between)


def _gather(named: list[Named], bpm: float | None, key: Key | None) -> MusicWords:
    refused_genres = frozenset(item.id for item in named if item.kind == "genre" and item.refused)
    refused_instruments = tuple(dict.fromkeys(i.id for i in named if i.kind == "instrument" and i.refused))

    def wanted(kind: Kind, most: int, unless: Callable[[str], bool] = lambda _: False) -> tuple[str, ...]:
        counts = Counter(item.id for item in named if item.kind == kind and not item.refused and not unless(item.id))
        return tuple(entry for entry, _ in counts.most_common(most))

    tempos = wanted("tempo", 1)
    return MusicWords(
        genres=wanted("genre", 2, refused_genres.__contains__),
        moods=wanted("mood", 2),
        instruments=wanted("instrument", 4, refused_instruments.__contains__),
        tempo=_tempo(tempos[0]) if tempos else None,
        bpm=bpm,
        key=key,
        refused_genres=refused_genres,
        refused_instruments=refused_instruments,
        named=tuple(named),
    )


def _tempo(name: str) -> Tempo:
    match name:
        case "slow" | "medium" | "fast":
            return name
        case _:
            return "auto"


def _bpm(text: str) -> float | None:
    values = (float(value) for value in _BPM.findall(text))
    return next((value for value in values if SLOWEST_BPM <= value <= FASTEST_BPM), None)


def _key(text: str) -> Key | None:
    found = _KEY.search(text)
    return Key.parse(found.group(1)) if found else None
