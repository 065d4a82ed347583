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
from core.engines.musicgen.download import STYLE, downloads, style_downloads
from core.errors import WishError
from core.text.full.models import text_downloads
from core.words import Words

GIGABYTE = 1e9
TEXT = "text"
"""The name under which all models of the full depth of reading are fetched."""


@click.command()
@click.argument("name", required=False)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Folder for models. Default: data folder.")
@click.option("--yes", is_flag=True, help="Do not ask: the licence is accepted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else; only without NAME.")
def download(name: str | None, *, to: Path | None, yes: bool, as_json: bool) -> None:
    """Fetch the model NAME, or with `text` all that read texts; without NAME, list the models there are.

    Sizes and licences are shown first. What was interrupted goes on where it stopped.
    """
    with errors_in_words():
        settings = load_settings()
        folder = to or settings.models_dir
        known = {model.name: [model] for model in downloads(folder)}
        known[STYLE] = list(style_downloads(folder))
        known[TEXT] = text_downloads(settings.text.models, folder)
        if name is None:
            _list(known, as_json=as_json)
            return
        models = [_sized(model) for model in _named(name, known)]
        for model in models:
            _show(model)
        question = "Their licences hold" if len(models) > 1 else "Its licence holds"
        purpose = "the models" if name == TEXT else "the music made with it"
        if not yes:
            click.confirm(f"{question} for {purpose}. Download?", abort=True)
        for model in models:
            with progress_bar() as show:
                model.fetch(lambda there, total, name=model.name: show(there / total, name))  # type: ignore[misc]
    if name == TEXT:
        click.echo("Done. Read with them with TEXTUNES_TEXT__MODEL_SET=full")
    else:
        click.echo(f"Done. Use it with TEXTUNES_ENGINE__MUSICGEN={models[0].folder}")


def _sized(model: Downloadable) -> Downloadable:
    """With size and licence, which only the hub can tell of some."""
    return model if model.size else model.looked_up()


def _show(model: Downloadable) -> None:
    there = ", already here" if model.present else ""
    click.echo(f"{model.name}: about {model.size / GIGABYTE:.1f} GB, {model.licence}, into {model.folder}{there}")


def _named(name: str, known: dict[str, list[Downloadable]]) -> Sequence[Downloadable]:
    if name not in known:
        names = ", ".join(known)
        raise WishError(
            Words(f"There is no model “{name}”. Models: {names}.", f"“{name}” 모델은 없습니다. 모델: {names}")
        )
    return known[name]


def _list(known: dict[str, list[Downloadable]], *, as_json: bool) -> None:
    rows = [
        (name, sum(model.size for model in models), _licences(models), all(model.present for model in models))
        for name, models in known.items()
    ]
    if as_json:
        models = [
            {"name": name, "bytes": size, "licence": licence, "present": present}
            for name, size, licence, present in rows
        ]
        click.echo(json.dumps({"models": models}))
        return
    for name, size, licence, present in rows:
        there = "here" if present else ""
        click.echo(f"{name:<24} {size / GIGABYTE:>5.1f} GB  {licence}  {there}".rstrip())
    click.echo("The composer and the embedded reader need none of them.")


def _licences(models: Sequence[Downloadable]) -> str:
    return ", ".join(dict.fromkeys(model.licence for model in models))
