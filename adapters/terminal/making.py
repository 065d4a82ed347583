"""Making one piece from the command line: shared by `bgm`, `score` and `edit`."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click

from adapters.terminal.person import language
from adapters.terminal.progress import progress_bar
from bot.app import build_fleet
from bot.concept_folder import ConceptFolder
from bot.settings import load_settings
from core.brief import MAX_SEED, Brief
from core.catalog.catalog import Catalog
from core.engines.engine import Progress
from core.errors import EngineFailed, WishError
from core.fleet.fleet import Finished, ReadText, Recording, Work
from core.piece import AudioFormat, FileKind, Order, Piece
from core.wish import describe_track
from core.words import Words

OUT = Path("out")
ENDINGS: dict[FileKind, str] = {
    "waveform": ".png",
    "stems": "-stems.zip",
    "midi": ".mid",
    "chart": ".txt",
    "curve": "-curve.png",
}


@dataclass(frozen=True, slots=True)
class Making:
    """How the piece is wanted: `out` names the audio file, and its ending the format."""

    out: Path | None
    engine: str | None
    stems: bool
    midi: bool
    as_json: bool

    @property
    def order(self) -> Order:
        return Order(format=audio_format(self.out), stems=self.stems, midi=self.midi)


def making_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every command that makes a piece has."""
    options = (
        click.option(
            "--out",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Audio file to write; its ending "
            f"picks the format: {', '.join(get_args(AudioFormat))}. Default: a name in ./out.",
        ),
        click.option("--engine", help="Engine to use instead of the best one there is."),
        click.option("--stems", is_flag=True, help="Write every part as an audio file of its own, in a ZIP file."),
        click.option("--midi", is_flag=True, help="Write a MIDI file and a chord chart."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def audio_format(out: Path | None) -> AudioFormat:
    """The format that a file's ending stands for.

    Raises:
        WishError: no audio format has this ending.
    """
    if out is None:
        return "mp3"
    ending = out.suffix.lower().removeprefix(".")
    formats: tuple[AudioFormat, ...] = get_args(AudioFormat)
    found = next((name for name in formats if name == ending), None)
    if found is None:
        known = ", ".join(f".{name}" for name in formats)
        raise WishError(
            Words(
                en=f"“{out.name}” does not end in an audio format that I write: {known}.",
                ko=f"“{out.name}”의 확장자로는 저장할 수 없습니다. 쓸 수 있는 확장자: {known}.",
            )
        )
    return found


def make(
    brief: Brief,
    making: Making,
    *,
    read: ReadText | None = None,
    edits: tuple[str, ...] = (),
    recordings: tuple[Recording, ...] = (),
) -> Finished:
    """Make the piece in a supervised engine process, showing progress, and wait for it."""
    seed = secrets.randbelow(MAX_SEED + 1) if brief.seed is None else brief.seed
    # A copy, not a new brief: what was not asked for must stay open to what a text suggests.
    brief = brief.model_copy(update={"seed": seed, "engine": making.engine or brief.engine})
    work = Work(
        id=secrets.token_hex(8),
        brief=brief,
        order=making.order,
        read=read,
        edits=edits,
        recordings=recordings,
        concepts=ConceptFolder(load_settings().concepts_dir).take(brief.concepts),
    )
    return asyncio.run(_run(work))


async def _run(work: Work) -> Finished:
    fleet = build_fleet(load_settings())
    await fleet.start()
    try:
        with progress_bar() as show:
            async with aclosing(fleet.run(work)) as events:
                async for event in events:
                    if isinstance(event, Progress):
                        show(event.fraction, event.stage)
                    elif isinstance(event, Finished):
                        return event
    finally:
        await fleet.close()
    raise EngineFailed(
        Words(en="The engine stopped without a result.", ko="엔진이 결과 없이 멈췄습니다."), retryable=False
    )


def write(piece: Piece, making: Making) -> dict[FileKind, Path]:
    """Write the files of a piece and say where each is.

    Raises:
        WishError: a file cannot be written there.
    """
    audio = piece.file("audio")
    if audio is None:
        raise ValueError("a piece without audio")
    target = making.out or OUT / audio.name
    wanted = {"audio", "waveform", "curve"} | ({"stems"} if making.stems else set())
    wanted |= {"midi", "chart"} if making.midi else set()
    written: dict[FileKind, Path] = {}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for file in piece.files:
            if file.kind in wanted:
                path = target if file.kind == "audio" else target.with_name(target.stem + ENDINGS[file.kind])
                path.write_bytes(file.data)
                written[file.kind] = path
    except OSError as error:
        raise WishError(
            Words(
                en=f"“{target}” cannot be written: {error.strerror}.",
                ko=f"“{target}”에 저장할 수 없습니다: {error.strerror}.",
            )
        ) from error
    return written


def show(finished: Finished, written: dict[FileKind, Path], making: Making) -> None:
    """Print what was made: a few lines for a person, or one JSON object."""
    piece = finished.piece
    if making.as_json:
        click.echo(json.dumps(as_json(finished, written), ensure_ascii=False))
        return
    for path in written.values():
        click.echo(path)
    click.echo(describe_track(piece.facts, Catalog.load(), language()))
    notes = [piece.note] if piece.note else []
    notes += finished.reading.notes if finished.reading else []
    for note in notes:
        click.echo(note.to(language()))


def as_json(finished: Finished, written: dict[FileKind, Path]) -> dict[str, Any]:
    """What was made, as measured; with a text also what was read in it."""
    piece, reading = finished.piece, finished.reading
    paths: dict[str, Any] = {kind: str(path) for kind, path in written.items() if kind != "audio"}
    notes = [piece.note.en] if piece.note else []
    read = {} if reading is None else {"reading": reading.model_dump(mode="json")}
    return {"file": str(written["audio"]), **piece.facts.model_dump(mode="json"), **paths, "notes": notes, **read}
