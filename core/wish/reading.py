"""Reads wishes: one line of text, or the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.brief import Brief
from core.catalog import Catalog
from core.errors import WishError
from core.wish import problems
from core.wish.cleaning import clean
from core.wish.draft import Draft
from core.wish.fields import Field, find_field
from core.wish.phrases import FreeWords
from core.wish.syntax import Token, tokens

LONGEST_WISH = 2000
"""Characters that a wish may have."""

_LONGEST_VALUE = 5
"""Words that a value may have without quotation marks."""


def parse_wish(text: str, catalog: Catalog, *, allow_empty: bool = False) -> Brief:
    """The brief that a line such as `calm jazz instrument:piano duration:0:30 "rainy window"` asks for.

    Options are `name:value`, several values are separated by commas; names and values may be English or Korean.
    Names of the catalog, lengths, tempos and keys are found in free words too; other words and everything in quotation
    marks become keywords. `-drums` leaves an instrument out.

    Raises:
        WishError: the wish is empty (unless `allow_empty`), too long, or says something that cannot be understood.
    """
    draft = Draft(catalog)
    _read_line(text, catalog, draft)
    return _finished(draft, allow_empty=allow_empty)


def brief_from_fields(fields: Mapping[str, str], catalog: Catalog, *, allow_empty: bool = False) -> Brief:
    """The brief that a form or the options of a command ask for.

    `fields` maps option names (either language) to text; values in lists are separated by commas, blank fields are
    passed over. A field named `wish` is read like `parse_wish` reads a line, and the others are added to it.

    Raises:
        WishError: as `parse_wish`.
    """
    draft = Draft(catalog)
    for name, text in fields.items():
        if len(text) > LONGEST_WISH:
            raise problems.WishTooLong(LONGEST_WISH)
        if name != "wish" and clean(text).strip():
            draft.add_text(_field(name), clean(text).strip())
    _read_line(fields.get("wish", ""), catalog, draft)
    return _finished(draft, allow_empty=allow_empty)


def merge(brief: Brief, over: Brief) -> Brief:
    """`brief` with everything that was given explicitly for `over`.

    A new tempo replaces the old BPM. New moods replace the sections and the valence and arousal that came from a text.
    An instrument asked for is no longer left out, one left out no longer asked for.
    """
    changes = {name: getattr(over, name) for name in over.model_fields_set}
    if "tempo" in changes:
        changes.setdefault("bpm", None)
    if "moods" in changes:
        changes = {"valence": None, "arousal": None, "sections": ()} | changes
    changes.setdefault("excluded_instruments", _less(brief.excluded_instruments, over.instruments))
    changes.setdefault("instruments", _less(brief.instruments, over.excluded_instruments))
    return Brief.model_validate(dict(brief) | changes)


def _read_line(text: str, catalog: Catalog, draft: Draft) -> None:
    if len(text) > LONGEST_WISH:
        raise problems.WishTooLong(LONGEST_WISH)
    free = FreeWords(catalog, draft)
    run: list[str] = []
    pending = list(tokens(clean(text)))
    position = 0
    while position < len(pending):
        token = pending[position]
        if run and (token.option or token.quoted or token.joined):
            free.take(run)
            run = []
        position += 1
        if token.option:
            position = _take_values(pending, position, _field(token.text), draft)
        elif token.quoted:
            draft.add_keyword(token.text)
        else:
            run.append(token.text)
    free.take(run)
    free.finish()


def _take_values(pending: Sequence[Token], position: int, field: Field, draft: Draft) -> int:
    """Give the values that stand at `position` to the draft; returns the position after them."""
    if position >= len(pending) or pending[position].option:
        raise problems.MissingValue(field)
    while True:
        token = pending[position]
        length = 1 if token.quoted else _value_length(pending, position, field, draft)
        draft.add_text(field, " ".join(part.text for part in pending[position : position + length]))
        position += length
        if not (field.many and position < len(pending) and pending[position].joined and not pending[position].option):
            return position


def _value_length(pending: Sequence[Token], position: int, field: Field, draft: Draft) -> int:
    """How many words belong to a value without quotation marks: as many as make a name, `genre:hip hop`."""
    if field.name in ("keywords", "avoid", "likeness", "text_weight", "engine", "seed", "loop"):
        return 1
    end = position + 1
    while end < len(pending) and end - position < _LONGEST_VALUE and _continues(pending[end]):
        end += 1
    for length in range(end - position, 1, -1):
        try:
            draft.read(field, " ".join(part.text for part in pending[position : position + length]))
        except WishError:
            continue
        return length
    return 1


def _continues(token: Token) -> bool:
    return not (token.option or token.quoted or token.joined)


def _field(name: str) -> Field:
    field = find_field(name)
    if field is None:
        raise problems.UnknownOption(name)
    return field


def _finished(draft: Draft, *, allow_empty: bool) -> Brief:
    if draft.empty and not allow_empty:
        raise problems.EmptyWish
    return draft.build()


def _less(names: tuple[str, ...], without: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in without)
