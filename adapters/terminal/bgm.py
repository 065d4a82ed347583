"""`textunes bgm WISH…`"""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal.making import Making, make, making_options, show, write
from adapters.terminal.person import errors_in_words
from bot.recordings import too_large
from core.catalog.catalog import Catalog
from core.engines.engine import Use
from core.fleet.fleet import LARGEST_RECORDING, Recording
from core.wish import NothingToBeLike, parse_wish

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("wish", nargs=-1)
@click.option("--style", type=FILE, help="Recording whose style the music should have.")
@click.option("--melody", type=FILE, help="Recording whose tune the music should follow.")
@click.option("--extend", type=FILE, help="Recording that the music should go on from.")
@making_options
def bgm(
    wish: tuple[str, ...], *, style: Path | None, melody: Path | None, extend: Path | None, **options: object
) -> None:
    r"""Make background music for WISH.

    WISH is any of genre: mood: instrument: no: tempo: bpm: duration: key: seed: loop: with names from
    `textunes catalog`, and free words. With --style also likeness: (loose to close) and text_weight: (1 to 9):

    \b
        textunes bgm genre:jazz,blues mood:calm bpm:84 duration:0:30
        textunes bgm 장르:재즈 분위기:차분한
        textunes bgm rainy night --style song.mp3 likeness:close
    """
    with errors_in_words():
        making = Making(**options)  # type: ignore[arg-type]
        given: dict[Use, Path | None] = {"style": style, "melody": melody, "extend": extend}
        recordings = tuple(recording(use, path) for use, path in given.items() if path is not None)
        brief = parse_wish(line(wish), Catalog.load(), allow_empty=bool(recordings))
        if style is None and {"likeness", "text_weight"} & brief.model_fields_set:
            raise NothingToBeLike
        finished = make(brief, making, recordings=recordings)
        show(finished, write(finished.piece, making), making)


def recording(use: Use, path: Path) -> Recording:
    """A file as a recording.

    Raises:
        AudioError: it is larger than a recording may be.
    """
    if path.stat().st_size > LARGEST_RECORDING:
        raise too_large(path.name)
    return Recording(use, path.read_bytes())


def line(words: tuple[str, ...]) -> str:
    """The wish as it was typed: the shell took the quotation marks of `genre:"hip hop"` away."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    name, colon, value = word.partition(":")
    one_value = colon and name.isalpha() and " " in value and ":" not in value and '"' not in value
    return f'{name}:"{value}"' if one_value else word
