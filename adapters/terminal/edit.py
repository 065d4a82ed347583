"""`textunes edit FILE INSTRUCTION…`"""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal.making import Making, make, making_options, show, write
from adapters.terminal.person import errors_in_words
from core.audio.provenance import Provenance, read_provenance
from core.errors import AudioError
from core.words import Words

COMPOSER = "composer"


@click.command()
@click.argument("track", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("instruction", nargs=-1, required=True)
@making_options
def edit(track: Path, instruction: tuple[str, ...], **options: object) -> None:
    """Change the parts of TRACK, an audio file that `bgm` or `score` wrote.

    INSTRUCTION says what to add, remove or keep, in English or Korean: "Remove drums", "Add strings", "Only piano",
    "드럼 빼줘". Everything else stays as it was, note by note.
    """
    with errors_in_words():
        making = Making(**options)  # type: ignore[arg-type]
        origin = origin_of(track)
        finished = make(origin.brief, making, edits=(*origin.edits, " ".join(instruction)))
        made = finished.piece.facts.model
        if made != origin.model:
            click.echo(f"Note: {track.name} was made by {origin.model}; this is {made}, and may differ.", err=True)
        show(finished, write(finished.piece, making), making)


def origin_of(track: Path) -> Provenance:
    """What a file says of its making.

    Raises:
        AudioError: it says nothing, or was made by an engine whose pieces have no parts.
    """
    origin = read_provenance(track.read_bytes())
    if origin is None:
        raise AudioError(
            Words(
                f"“{track.name}” does not say how it was made, so I cannot take it apart.",
                f"“{track.name}”에는 만든 과정이 적혀 있지 않아 파트를 나눌 수 없습니다.",
            )
        )
    if origin.engine != COMPOSER:
        raise AudioError(
            Words(
                f"“{track.name}” was made by {origin.engine}, which keeps no separate parts.",
                f"“{track.name}”은(는) 파트를 따로 두지 않는 {origin.engine} 엔진으로 만들었습니다.",
            )
        )
    return origin
