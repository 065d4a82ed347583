"""NameIndex: finds the entries of one kind by what people type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    def longest_name(self) -> int:
        """How many normalised characters the longest name has."""
        return max(map(len, self._by_name), default=0)

    @cached_property
    def _spelt(self) -> tuple[tuple[str, ...], tuple[E, ...]]:
        return tuple(map(letters, self._by_name)), tuple(self._by_name.values())

    def find(self, text: str) -> E | None:
        """The entry that `text` names, in either language and any spelling that `normalise` evens out."""
        name = normalise(text)
        return next((self._by_name[form] for form in variants(name) if form in self._by_name), None)

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
        """What `prefix` may become: popular entries first, then names that begin with it before those that hold it.

        Half-typed syllables (피ㅇ) and first consonants (ㅍㅇㄴ) work as prefixes; misspellings when nothing else fits.
        """
        wanted = letters(normalise(prefix))
        if not wanted:
            return list(self.entries[:limit])
        ranked = sorted(
            (rank, not entry.popular, entry.name(language), position)
            for position, entry in enumerate(self.entries)
            if (rank := min(_ranks(entry, wanted, language), default=None)) is not None
        )
        found = [self.entries[position] for _, _, _, position in ranked[:limit]]
        return found or self.nearest(prefix, limit)


def _korean_forms(entry: Entry) -> Iterator[str]:
    for name in (entry.ko, *entry.aliases):
        yield from adjective_forms(name)


def _ranks(entry: Entry, wanted: str, language: Language) -> Iterator[int]:
    """How well each name of `entry` continues `wanted`; lower is better, a name that does not fit has no rank."""
    shown = entry.name(language)
    for name in (shown, entry.en, entry.ko, *entry.aliases):
        spelt = letters(normalise(name))
        if spelt.startswith(wanted):
            yield 0 if name is shown else 1
        elif any(letters(normalise(word)).startswith(wanted) for word in name.split()):
            yield 2
        elif len(wanted) > 1 and has_hangul(name) and initials(normalise(name)).startswith(wanted):
            yield 3
        elif len(wanted) > 2 and wanted in spelt:
            yield 4
