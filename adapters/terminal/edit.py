"""`textunes edit FILE INSTRUCTION…`"""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal.making import Making, make, making_options, show, write
from adapters.terminal.person import errors_in_words
from core.audio.provenance import Provenance, read_provenance
from core.brief import Brief
from core.fleet.fleet import Finished, Recording

COMPOSER = "composer"


@click.command()
@click.argument("track", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("instruction", nargs=-1, required=True)
@making_options
def edit(track: Path, instruction: tuple[str, ...], **options: object) -> None:
    """Change the instruments of TRACK, any audio file.

    INSTRUCTION says what to add, remove or keep, in English or Korean: "Remove drums", "Add strings", "Only piano",
    "드럼 빼줘". What the composer made is changed in its score, and everything else stays as it was, note by note.
    Other recordings are edited by ear, which needs a MusicGen model with an editor beside it (`textunes convert`).
    """
    with errors_in_words():
        making = Making(**options)  # type: ignore[arg-type]
        data, wanted = track.read_bytes(), " ".join(instruction)
        origin = read_provenance(data)
        if origin is not None and origin.engine == COMPOSER:
            finished = _from_score(track.name, origin, wanted, making)
        else:
            finished = make(Brief(), making, edits=(wanted,), recordings=(Recording("edit", data),))
        show(finished, write(finished.piece, making), making)


def _from_score(name: str, origin: Provenance, wanted: str, making: Making) -> Finished:
    """A piece of the composer, made again from what its file says of its making, with one edit more."""
    finished = make(origin.brief, making, edits=(*origin.edits, wanted))
    made = finished.piece.facts.model
    if made != origin.model:
        click.echo(f"Note: {name} was made by {origin.model}; this is {made}, and may differ.", err=True)
    return finished
