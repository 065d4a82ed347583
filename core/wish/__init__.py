"""Wishes: reads what people ask for into a Brief, and writes a Brief for people."""

from core.wish.completion import complete_option
from core.wish.fields import FIELDS, Field, FieldName, find_field
from core.wish.problems import EmptyWish, NothingToBeLike, UnknownName
from core.wish.reading import LONGEST_WISH, brief_from_fields, merge, parse_wish
from core.wish.values import LIKENESS
from core.wish.writing import describe, describe_track, render_wish

__all__ = [
    "FIELDS",
    "LIKENESS",
    "LONGEST_WISH",
    "EmptyWish",
    "Field",
    "FieldName",
    "NothingToBeLike",
    "UnknownName",
    "brief_from_fields",
    "complete_option",
    "describe",
    "describe_track",
    "find_field",
    "merge",
    "parse_wish",
    "render_wish",
]
