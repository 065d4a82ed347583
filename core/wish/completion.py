"""Completes the option that somebody is typing."""

from __future__ import annotations

from collections.abc import Iterator

from core.brief import Key
from core.catalog import Catalog, Kind
from core.wish.cleaning import clean
from core.wish.fields import FIELDS, FieldName
from core.wish.values import LIKENESS, read_duration, write_duration, write_key
from core.words import Language

LONGEST_VALUE = 100
"""Characters that a suggestion may have; Discord shows no longer ones."""

_MANY = 1000

_FIFTHS = (0, 7, 2, 9, 4, 5, 10, 3, 11, 6, 8, 1)
"""Tonics from the keys with the fewest accidentals on."""


def complete_option(name: FieldName, typed: str, catalog: Catalog, language: Language, limit: int = 25) -> list[str]:
    """What an option may become that holds `typed` so far.

    In a list the last value is completed; the suggestions begin with those before it and repeat none of them.
    """
    field = FIELDS[name]
    kept, last = _split(clean(typed)) if field.many else ([], clean(typed).strip())
    before = "".join(f"{item}, " for item in kept)
    if field.kind is None:
        labels = _values(name, last, catalog, language)
    else:
        labels = _names(field.kind, kept, last, catalog, language)
    return [before + label for label in labels if len(before + label) <= LONGEST_VALUE][:limit]


def _split(typed: str) -> tuple[list[str], str]:
    *kept, last = (part.strip() for part in typed.split(","))
    return [part for part in kept if part], last


def _names(kind: Kind, kept: list[str], last: str, catalog: Catalog, language: Language) -> list[str]:
    chosen = {entry.id for item in kept if (entry := catalog.find(kind, item)) is not None}
    return [e.name(language) for e in catalog.complete(kind, last, language, _MANY) if e.id not in chosen]


def _values(name: FieldName, typed: str, catalog: Catalog, language: Language) -> list[str]:
    match name:
        case "duration":
            asked = read_duration(typed)
            offered = [write_duration(seconds) for seconds in catalog.durations]
            return [label for label in offered if label.startswith(typed)] if asked is None else [write_duration(asked)]
        case "key":
            spellings = [
                (write_key(key, language), f"{write_key(key, 'en')} {write_key(key, 'ko')}") for key in _keys()
            ]
            return [key for key, both in spellings if f" {typed}".lower() in f" {both}".lower()]
        case "likeness":
            words = [names[language == "ko"] for names in LIKENESS]
            return [word for word in words if word.startswith(typed.casefold())]
        case "loop":
            return ["예", "아니요"] if language == "ko" else ["yes", "no"]
        case _:
            return []


def _keys() -> Iterator[Key]:
    for tonic in _FIFTHS:
        yield Key(tonic=tonic, mode="major")
        yield Key(tonic=(tonic + 9) % 12, mode="minor")
