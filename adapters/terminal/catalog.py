"""`textunes catalog [KIND] [SEARCH]`"""

from __future__ import annotations

import json
from typing import get_args

import click
from rich.console import Console
from rich.table import Table

from adapters.terminal.person import errors_in_words, language
from core.catalog.catalog import KINDS, Catalog
from core.catalog.entries import Entry, Genre, Instrument, Kind, Mood, TempoName, Topic
from core.errors import WishError
from core.words import Words

PLURALS: dict[str, Kind] = {name: kind for kind in get_args(Kind) for name in (kind, f"{kind}s")}


@click.command()
@click.argument("search", nargs=-1, metavar="[KIND] [SEARCH]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def catalog(search: tuple[str, ...], *, as_json: bool) -> None:
    """List and search what a wish can name.

    KIND is genres, moods, instruments, topics or tempos. SEARCH is any part of a name, in English or Korean.
    """
    first, *rest = search or ("",)
    kind = PLURALS.get(first)
    with errors_in_words():
        entries = _find(Catalog.load(), kind, " ".join(rest if kind else search))
    if as_json:
        click.echo(
            json.dumps(
                {"entries": [{"kind": e.kind, **e.model_dump(mode="json")} for e in entries]}, ensure_ascii=False
            )
        )
        return
    _print(entries)


def _find(known: Catalog, kind: Kind | None, text: str) -> list[Entry]:
    """Entries of a kind, or of all kinds, whose names fit the text; all of them without one.

    Raises:
        WishError: nothing fits; the sentence names what is near.
    """
    kinds = (kind,) if kind else KINDS
    everything = [entry for one in kinds for entry in known.entries(one)]
    if not text:
        return everything
    found = known.search(text, language()) if kind is None else known.complete(kind, text, language())
    if found:
        return found
    near = [entry.name(language()) for one in kinds for entry in known.nearest(one, text, 2)]
    names = ", ".join(near)
    raise WishError(
        Words(
            en=f"Nothing in the catalog is called “{text}”." + (f" Near it: {names}." if near else ""),
            ko=f"카탈로그에 “{text}”(이)라는 이름이 없습니다." + (f" 비슷한 이름: {names}." if near else ""),
        )
    )


def _print(entries: list[Entry]) -> None:
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("kind", "name", "한국어", "about"):
        table.add_column(heading, no_wrap=heading != "about")
    for entry in entries:
        table.add_row(entry.kind, f"{entry.en} *" if entry.popular else entry.en, entry.ko, _about(entry))
    console = Console()
    console.print(table)
    console.print(f"{len(entries)} entries; * popular")


def _about(entry: Entry) -> str:
    match entry:
        case Genre():
            low, high = entry.bpm_range()
            return f"{low:g}–{high:g} BPM" + (f", like {entry.parent}" if entry.parent else "")
        case Mood():
            return f"valence {entry.valence:+.1f}, arousal {entry.arousal:+.1f}"
        case Instrument():
            return f"{entry.family}: {', '.join(entry.roles)}"
        case Topic():
            return ", ".join(tag.id for tag in entry.tags)
        case TempoName():
            return f"{entry.bpm.low:g}–{entry.bpm.high:g} BPM where no genre says otherwise"
        case _:
            return ""
