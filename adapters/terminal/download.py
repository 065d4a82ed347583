"""`textunes download [NAME]`"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from adapters.terminal.person import errors_in_words
from adapters.terminal.progress import progress_bar
from bot.settings import load_settings
from core.download import Downloadable
from core.engines.musicgen.download import downloads
from core.errors import WishError
from core.words import Words

GIGABYTE = 1e9


@click.command()
@click.argument("name", required=False)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Folder for models. Default: data folder.")
@click.option("--yes", is_flag=True, help="Do not ask: the licence is accepted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else; only without NAME.")
def download(name: str | None, *, to: Path | None, yes: bool, as_json: bool) -> None:
    """Fetch the model NAME; without NAME, list the models there are.

    Its size and licence are shown first. What was interrupted goes on where it stopped.
    """
    with errors_in_words():
        known = downloads(to or load_settings().data_dir / "models")
        if name is None:
            _list(known, as_json=as_json)
            return
        model = _named(name, known)
        click.echo(f"{model.name}: about {model.size / GIGABYTE:.1f} GB, {model.licence}, into {model.folder}")
        if not yes:
            click.confirm("Its licence holds for the music made with it. Download?", abort=True)
        with progress_bar() as show:
            folder = model.fetch(lambda there, total: show(there / total, model.name))
    click.echo(f"Done. Use it with TEXTUNES_ENGINE__MUSICGEN={folder}")


def _named(name: str, known: Sequence[Downloadable]) -> Downloadable:
    found = next((model for model in known if model.name == name), None)
    if found is None:
        names = ", ".join(model.name for model in known)
        raise WishError(
            Words(f"There is no model “{name}”. Models: {names}.", f"“{name}” 모델은 없습니다. 모델: {names}")
        )
    return found


def _list(known: Sequence[Downloadable], *, as_json: bool) -> None:
    if as_json:
        models = [
            {"name": each.name, "bytes": each.size, "licence": each.licence, "present": each.present} for each in known
        ]
        click.echo(json.dumps({"models": models}))
        return
    for each in known:
        there = "here" if each.present else ""
        click.echo(f"{each.name:<24} {each.size / GIGABYTE:>5.1f} GB  {each.licence}  {there}".rstrip())
    click.echo("The composer and the embedded reader need none of them.")
