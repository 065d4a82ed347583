"""Reads the catalog's data files; a broken one is told by file and entry."""

from __future__ import annotations

import json
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from core.brief import LONGEST_SECONDS, SHORTEST_SECONDS
from core.catalog.entries import Entry
from core.catalog.index import DuplicateName, NameIndex

E = TypeVar("E", bound=Entry)


class CatalogError(ValueError):
    """A data file of the catalog is missing or wrong; the message names the file and the entry."""


def index_file(folder: Traversable, file: str, model: type[E]) -> NameIndex[E]:
    """The entries of a file that holds a JSON array of objects.

    Raises:
        CatalogError: no such file, broken JSON, an entry that does not fit `model`, or a name used twice.
    """
    text = _text(folder, file)
    try:
        return NameIndex(TypeAdapter(list[model]).validate_json(text))  # type: ignore[valid-type]
    except ValidationError as error:
        raise CatalogError(f"{file}: {_first_problem(text, error)}") from error
    except DuplicateName as error:
        raise CatalogError(f"{file}: {error}") from error


def read_durations(folder: Traversable, file: str) -> tuple[float, ...]:
    """The offered durations in seconds, rising.

    Raises:
        CatalogError: no such file, or it holds anything but durations that a brief may have.
    """
    try:
        durations = TypeAdapter(tuple[float, ...]).validate_json(_text(folder, file))
    except ValidationError as error:
        raise CatalogError(f"{file}: {error.errors()[0]['msg']}") from error
    for duration in durations:
        if not SHORTEST_SECONDS <= duration <= LONGEST_SECONDS:
            raise CatalogError(f"{file}: {duration:g} s lies outside {SHORTEST_SECONDS:g}..{LONGEST_SECONDS:g} s")
    return tuple(sorted(durations))


def _text(folder: Traversable, file: str) -> str:
    try:
        return folder.joinpath(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{file}: cannot be read: {error}") from error


def _first_problem(text: str, error: ValidationError) -> str:
    problem = error.errors()[0]
    place = problem["loc"]
    if not place:
        return problem["msg"]
    entry = json.loads(text)[place[0]]
    name = entry.get("id", f"number {place[0]}") if isinstance(entry, dict) else f"number {place[0]}"
    field = ".".join(map(str, place[1:]))
    return f"entry {name!r}{f', {field}' if field else ''}: {problem['msg']}"
