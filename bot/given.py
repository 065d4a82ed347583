"""What a command was given: a typed line, or options by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands import CONCEPT_ACTION, CONCEPT_OPTIONS, SCORE_OPTIONS
from core.brief import Brief
from core.catalog import Catalog
from core.wish import UnknownName, brief_from_fields, find_field, parse_wish
from core.wish.values import read_yes_no

Wish = str | Mapping[str, str]
"""A typed wish (`genre:jazz mood:calm rain`), or options by their English names."""

_LEADING_OPTION = re.compile(r"\s*([^\W\d_]+):(\"[^\"]*\"|\S+)\s*")


def read_wish(wish: Wish, catalog: Catalog, *, may_be_empty: bool = False) -> Brief:
    """The brief that a wish describes.

    Raises:
        WishError: it cannot be understood, or is empty though it may not be.
    """
    if isinstance(wish, str):
        return parse_wish(wish, catalog, allow_empty=may_be_empty)
    fields = {"wish" if name == "words" else name: text for name, text in wish.items()}
    return brief_from_fields(fields, catalog, allow_empty=may_be_empty)


def known_topic(name: str, catalog: Catalog) -> str:
    """The id of a topic by one of its names.

    Raises:
        UnknownName: there is none; with the topics that are spelled most like it.
    """
    found = catalog.find("topic", name)
    if found is None:
        raise UnknownName("topic", name, catalog.nearest("topic", name) or catalog.entries("topic")[:4])
    return found.id


def score_options(given: Wish) -> tuple[str, dict[str, str], str | None]:
    """Text, wish and topic: options by name, or a line that may begin with options (`mood:dark The ship…`)."""
    if isinstance(given, str):
        options = {}
        while (found := _LEADING_OPTION.match(given)) is not None and (name := _score_option(found[1])) is not None:
            options[name] = found[2].strip('"')
            given = given[found.end() :]
        return given, options, options.pop("topic", None)
    options = dict(given)
    return options.pop("text", ""), options, options.pop("topic", None)


def _score_option(written: str) -> str | None:
    """The English name of an option of `score`, or None: a text may well begin with a word and a colon."""
    field = find_field(written)
    name = field.name if field is not None else written
    return next((option.name.en for option in SCORE_OPTIONS if name in (option.name.en, option.name.ko)), None)


def only_option(given: Wish, name: str) -> str:
    """The one option of a command, which a typed line gives without its name."""
    return given.strip() if isinstance(given, str) else given.get(name, "")


def page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


@dataclass(frozen=True, slots=True)
class ConceptOrder:
    """What `/concept` was asked to do, with which concept, and whether consent was given."""

    action: str
    name: str
    consent: bool


def concept_order(given: Wish) -> ConceptOrder:
    """Options by name, or a line such as `learn name:our-band consent:yes` or `show our-band`."""
    if not isinstance(given, str):
        return _concept_order(given)
    options: dict[str, str] = {}
    for word in given.split():
        name, colon, value = word.partition(":")
        option = next((each for each in CONCEPT_OPTIONS if name in (each.name.en, each.name.ko)), None)
        if colon and option is not None:
            options[option.name.en] = value
        else:
            options.setdefault("action" if "action" not in options else "name", word)
    return _concept_order(options)


def _concept_order(options: Mapping[str, str]) -> ConceptOrder:
    written = options.get("action", "list").lower()
    spoken = (choice for choice in CONCEPT_ACTION.choices if written in (choice.value, choice.label.ko))
    action = next((choice.value for choice in spoken), written)
    return ConceptOrder(action, options.get("name", ""), read_yes_no(options.get("consent", "")) is True)
