"""`textunes bgm WISH…`"""

from __future__ import annotations

import click

from adapters.terminal.making import Making, make, making_options, show, write
from adapters.terminal.person import errors_in_words
from core.catalog.catalog import Catalog
from core.wish import parse_wish


@click.command()
@click.argument("wish", nargs=-1, required=True)
@making_options
def bgm(wish: tuple[str, ...], **options: object) -> None:
    r"""Make background music for WISH.

    WISH is any of genre: mood: instrument: no: tempo: bpm: duration: key: seed: loop: with names from
    `textunes catalog`, and free words:

    \b
        textunes bgm genre:jazz,blues mood:calm bpm:84 duration:0:30
        textunes bgm 장르:재즈 분위기:차분한
    """
    with errors_in_words():
        making = Making(**options)  # type: ignore[arg-type]
        brief = parse_wish(line(wish), Catalog.load())
        finished = make(brief, making)
        show(finished, write(finished.piece, making), making)


def line(words: tuple[str, ...]) -> str:
    """The wish as it was typed: the shell took the quotation marks of `genre:"hip hop"` away."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    name, colon, value = word.partition(":")
    one_value = colon and name.isalpha() and " " in value and ":" not in value and '"' not in value
    return f'{name}:"{value}"' if one_value else word
