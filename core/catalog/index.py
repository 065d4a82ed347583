"""NameIndex: finds the entries of one kind by what people type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from core.catalog.entries import Entry
from core.catalog.hangul import adjective_forms, has_hangul, initials, letters
from core.catalog.names import normalise, variants
from core.words import Language

E = TypeVar("E", bound=Entry)

_ALIKE = 55.0
"""How alike two names must be, 0..100, to be suggested for one another."""

_LESS_ALIKE = 20.0
"""How much less alike than the best suggestion another may be."""


class DuplicateName(ValueError):
    """Two entries of one kind share a name."""


class NameIndex(Generic[E]):
    """The entries of one kind, popular ones first, in the order of the data file otherwise.

    Raises:
        DuplicateName: two entries share an id or, after normalisation, a name or alias.
    """

    def __init__(self, entries: Iterable[E]) -> None:
        self.entries: tuple[E, ...] = tuple(sorted(entries, key=lambda entry: not entry.popular))
        self.by_id: dict[str, E] = {}
        self._by_name: dict[str, E] = {}
        for entry in self.entries:
            if entry.id in self.by_id:
                raise DuplicateName(f"entry {entry.id!r}: the id is used twice")
            self.by_id[entry.id] = entry
            self._name(entry)
        for entry in self.entries:
            for form in _korean_forms(entry):
                self._by_name.setdefault(normalise(form), entry)

    def _name(self, entry: E) -> None:
        for name in (entry.id, entry.en, entry.ko, *entry.aliases):
            owner = self._by_name.setdefault(normalise(name), entry)
            if owner is not entry:
                raise DuplicateName(f"entry {entry.id!r}: {name!r} is also a name of {owner.id!r}")

    @cached_property
    def _spelt(self) -> tuple[tuple[str, ...], tuple[E, ...]]:
        return tuple(map(letters, self._by_name)), tuple(self._by_name.values())

    def find(self, text: str) -> E | None:
        """The entry that `text` names, in either language and any spelling that `normalise` evens out."""
        return next(filter(None, map(self.named, variants(normalise(text)))), None)

    def named(self, name: str) -> E | None:
        """The entry with exactly this normalised name."""
        return self._by_name.get(name)

    def nearest(self, text: str, n: int = 3) -> list[E]:
        """Up to `n` entries whose names look like `text`, the most alike first; Hangul is compared by letters."""
        names, owners = self._spelt
        scored = process.extract(letters(normalise(text)), names, scorer=fuzz.ratio, limit=n * 8, score_cutoff=_ALIKE)
        best = max((score for _, score, _ in scored), default=0.0)
        ranked = sorted(
            (hit for hit in scored if hit[1] >= best - _LESS_ALIKE),
            key=lambda hit: (-hit[1], not owners[hit[2]].popular),
        )
        return list(dict.fromkeys(owners[position] for _, _, position in ranked))[:n]

    def complete(self, prefix: str, language: Language, limit: int = 25) -> list[E]:
        """What `prefix` may become: names that begin with it before those that hold it, popular entries before others.

        Half-typed syllables (피ㅇ) and first consonants (ㅍㅇㄴ) work as prefixes; misspellings when nothing else fits.
        An empty prefix gives the popular entries and then the others.
        """
        wanted = letters(normalise(prefix))
        if not wanted:
            return list(self.entries[:limit])
        ranked = sorted(
            (rank, not entry.popular, entry.name(language), position)
            for position, (entry, names) in enumerate(zip(self.entries, self._completable, strict=True))
            if (rank := min(name.rank(wanted, language) for name in names)) < _UNFIT
        )
        found = [self.entries[position] for *_, position in ranked[:limit]]
        return found or self.nearest(prefix, limit)

    @cached_property
    def _completable(self) -> tuple[tuple[_Name, ...], ...]:
        return tuple(
            (_Name.of(entry.en, "en"), _Name.of(entry.ko, "ko"), *map(_Name.of, entry.aliases))
            for entry in self.entries
        )


def _korean_forms(entry: Entry) -> Iterator[str]:
    for name in (entry.ko, *entry.aliases):
        yield from adjective_forms(name)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as completion compares it: spelt in letters, as a whole, by word, and by first consonants."""

    shown_in: Language | None
    spelt: str
    words: tuple[str, ...]
    initials: str

    @classmethod
    def of(cls, text: str, shown_in: Language | None = None) -> _Name:
        words = tuple(letters(normalise(word)) for word in text.split())
        return cls(shown_in, letters(normalise(text)), words, initials(normalise(text)) if has_hangul(text) else "")

    def rank(self, wanted: str, language: Language) -> int:
        """How well this name continues `wanted`: 0 best, _UNFIT not at all."""
        if self.spelt.startswith(wanted):
            return 0 if self.shown_in == language else 1
        if any(word.startswith(wanted) for word in self.words):
            return 2
        if len(wanted) > 1 and self.initials.startswith(wanted):
            return 3
        return 4 if len(wanted) > 2 and wanted in self.spelt else _UNFIT


_UNFIT = 5
