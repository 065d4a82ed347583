"""Draft: a brief while it is being filled in, one option at a time, from whatever form it comes."""

from __future__ import annotations

import re
from typing import Any

from core.brief import Brief
from core.catalog import Catalog
from core.wish import problems
from core.wish.cleaning import clean, keyword
from core.wish.fields import FIELDS, Field, FieldName
from core.wish.values import (
    AUTO,
    read_bpm,
    read_concept,
    read_duration,
    read_key,
    read_likeness,
    read_seed,
    read_text_weight,
    read_yes_no,
)

_ENGINE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_LIST = re.compile(r"[,+/]")


class Draft:
    """Collects values and makes a Brief of them; every way of asking uses the same readers.

    Values are kept as the brief will have them: catalog ids, seconds, a Key, a number.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._values: dict[FieldName, list[Any]] = {}

    def __contains__(self, name: FieldName) -> bool:
        return name in self._values

    @property
    def empty(self) -> bool:
        return not self._values

    def read(self, field: Field, text: str) -> tuple[Field, Any]:
        """One value of `field`, and the field that it really is for: `tempo:84` means beats per minute.

        Raises:
            WishError: the text is no such value.
        """
        if field.kind is not None:
            if field.name == "tempo" and (bpm := read_bpm(text)) is not None:
                return FIELDS["bpm"], bpm
            entry = self._catalog.find(field.kind, text)
            if entry is None:
                raise self._unknown(field, text)
            return field, entry.id
        return field, self._read_plain(field, text)

    def add(self, field: Field, value: object) -> None:
        """Take a value that `read` gave.

        Raises:
            WishError: the option has a value already and takes only one, or has too many.
        """
        values = self._values.setdefault(field.name, [])
        if value in values and field.many:
            return
        if len(values) >= field.most:
            raise problems.TooManyValues(field) if field.many else problems.RepeatedOption(field)
        values.append(value)

    def add_text(self, field: Field, text: str) -> None:
        """Read and take everything in `text`: a list for options that take several values.

        Raises:
            WishError: as `read` and `add` do.
        """
        parts = [part for part in _LIST.split(text) if part.strip()] if field.many else [text]
        for part in parts:
            if field.name not in ("keywords", "avoid") or keyword(part):
                self.add(*self.read(field, clean(part).strip()))

    def add_keyword(self, text: str) -> None:
        """Take free words as one keyword; words that hold nothing readable are dropped."""
        if bare := keyword(text):
            self.add(FIELDS["keywords"], bare)

    def build(self) -> Brief:
        """The brief. Only what was given is set, so that `merge` can tell a choice from a default.

        Raises:
            Contradiction: an instrument is both wanted and left out.
        """
        for instrument in self._values.get("no", ()):
            if instrument in self._values.get("instrument", ()):
                raise problems.Contradiction(self._catalog.instruments[instrument])
        return Brief(
            **{
                FIELDS[name].attribute: tuple(values) if FIELDS[name].many else values[0]
                for name, values in self._values.items()
            }
        )

    def _unknown(self, field: Field, text: str) -> problems.UnknownName:
        kind = field.kind or "genre"
        suggestions = self._catalog.nearest(kind, text) or self._catalog.entries(kind)[:4]
        return problems.UnknownName(kind, text, suggestions)

    def _read_plain(self, field: Field, text: str) -> object:
        value: object
        match field.name:
            case "bpm" | "key" | "seed" if text.strip().casefold() in AUTO:
                return None
            case "bpm":
                value = read_bpm(text)
            case "duration":
                value = read_duration(text)
            case "key":
                value = read_key(text)
            case "likeness":
                value = read_likeness(text)
            case "text_weight":
                value = read_text_weight(text)
            case "seed":
                value = read_seed(text)
            case "loop":
                value = read_yes_no(text)
            case "concept":
                value = read_concept(text)
            case "keywords" | "avoid":
                value = keyword(text) or None
            case _:
                name = "auto" if text.strip().casefold() in AUTO else text.strip().lower()
                value = name if _ENGINE.fullmatch(name) else None
        if value is None:
            raise problems.BadValue(field, text)
        return value
