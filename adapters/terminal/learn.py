"""`textunes learn NAME FOLDER`"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.terminal.person import errors_in_words
from adapters.terminal.progress import progress_bar
from bot.concept_folder import ConceptFolder, bad_name
from bot.settings import Settings, load_settings
from core.catalog.catalog import Catalog
from core.engines.lesson import Lesson
from core.engines.musicgen.download import downloaded
from core.errors import ConceptError
from core.wish.values import read_concept
from core.words import Words

if TYPE_CHECKING:
    from core.engines.musicgen.learning.material import Take
    from core.engines.musicgen.learning.teacher import Taught, Teacher

DEFAULT = Lesson(name="default")
READING = 0.1
"""The share of the progress bar that reading the recordings gets."""


@click.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--consent", type=click.Choice(["yes", "no"]), default="no", help="Whether those recorded agree to this.")
@click.option("--licence", default="", help="Licence of the recordings; it stays with the concept.")
@click.option("--source", default="", help="Where the recordings come from. Default: the folder's name.")
@click.option("--class-word", default=DEFAULT.class_word, show_default=True, help="What it is one of: zither, jazz, …")
@click.option("--instrument", help="Learn only from recordings whose metadata name this instrument.")
@click.option(
    "--method",
    type=click.Choice(["pivotal", "lora", "tokens", "full"]),
    default=DEFAULT.method,
    show_default=True,
    help="What is trained beside the identifier tokens: a few entries of the value projections, low-rank matrices, "
    "nothing, or everything (which makes a model of its own).",
)
@click.option("--tokens", default=DEFAULT.tokens, show_default=True, help="Identifier tokens.")
@click.option("--fraction", default=DEFAULT.fraction, show_default=True, help="Share of entries that pivotal trains.")
@click.option("--rank", default=DEFAULT.rank, show_default=True, help="Rank of lora's matrices.")
@click.option("--steps", default=DEFAULT.steps, show_default=True, help="Most steps of training.")
@click.option("--batch", default=DEFAULT.batch, show_default=True, help="Windows in a step.")
@click.option("--window", default=DEFAULT.window, show_default=True, help="Seconds of a window.")
@click.option("--rate", type=float, help="Learning rate of the weights. Default: one that suits the method.")
@click.option("--rehearsal", default=DEFAULT.rehearsal, show_default=True, help="Weight of the model's own music.")
@click.option("--seed", default=DEFAULT.seed, show_default=True, help="What is drawn; the same one learns the same.")
@click.option("--device", type=click.Choice(["auto", "cuda", "mps", "cpu"]), default="auto", show_default=True)
@click.option(
    "--model", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of the checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on where a lesson of this name was interrupted.")
@click.option("--replace", is_flag=True, help="Replace a concept of this name.")
def learn(name: str, folder: Path, **options: Any) -> None:  # noqa: ANN401  (as click hands them over)
    r"""Learn the concept NAME from the recordings in FOLDER (or one file), for `concept:NAME` in a wish.

    At least half a minute of sound is needed; two minutes are better. Clips may be short. What JSON and MIDI files of
    the same names say of instruments, genre, mood and tempo becomes the captions:

    \b
        textunes learn kayagum ./gugak --instrument gayageum --class-word zither --consent yes --licence CC-BY-4.0
    """
    with errors_in_words():
        settings = load_settings()
        lesson = lesson_of(name, folder, options)
        shelf = ConceptFolder(settings.concepts_dir)
        if shelf.path(lesson.name).exists() and not options["replace"]:
            raise taken(lesson.name)
        from core.engines.musicgen.learning.teacher import open_teacher  # noqa: PLC0415 - needs torch

        checkpoint = options["model"] or settings.engine.musicgen or downloaded(settings.models_dir)
        teacher = open_teacher(None if checkpoint is None else str(checkpoint), options["device"], os.cpu_count())
        notes = settings.data_dir / "lessons" / lesson.name
        if not options["resume"]:
            shutil.rmtree(notes, ignore_errors=True)
        with progress_bar() as show:
            from core.engines.musicgen.learning.dataset import read_dataset  # noqa: PLC0415

            catalog = Catalog.load()
            dataset = read_dataset(
                folder, catalog, options["instrument"], lambda fraction: show(READING * fraction, "read")
            )
            taught = follow(teacher, lesson, dataset.takes, notes, show)
        report(taught, keep(taught, teacher, settings, shelf), notes, len(dataset.takes), dataset.passed_over)


def lesson_of(name: str, folder: Path, options: dict[str, Any]) -> Lesson:
    """The lesson that the options ask for.

    Raises:
        ConceptError: there is no consent, or the name cannot be one.
    """
    if options["consent"] != "yes":
        raise ConceptError(
            Words(
                "A concept is only learned with the consent of those who made the recordings: add --consent yes.",
                "녹음을 만든 사람의 동의가 있어야 콘셉트를 학습할 수 있습니다. --consent yes를 붙여 주세요.",
            )
        )
    known = read_concept(name)
    if known is None:
        raise bad_name(name)
    fields = ("licence", "class_word", "method", "tokens", "fraction", "rank", "steps", "batch", "window", "rate")
    given = {field: options[field] for field in (*fields, "rehearsal", "seed")}
    try:
        return Lesson(name=known, source=options["source"] or folder.resolve().name, **given)
    except ValueError as error:
        wrong = ", ".join(sorted({str(one["loc"][0]) for one in getattr(error, "errors", list)()}))
        raise ConceptError(
            Words(f"Out of range: {wrong}. See --help.", f"범위를 벗어난 값: {wrong}. --help를 참고해 주세요.")
        ) from error


def follow(teacher: Teacher, lesson: Lesson, takes: tuple[Take, ...], notes: Path, show: Any) -> Taught:  # noqa: ANN401
    """Hold the lesson, showing how far it is."""
    lectures = teacher.teach(lesson, takes, notes)
    while True:
        try:
            lecture = next(lectures)
        except StopIteration as end:
            taught: Taught = end.value
            return taught
        loss = "" if lecture.row is None else f" {lecture.row.step}, loss {lecture.row.loss:.3f}"
        show(READING + (1 - READING) * lecture.fraction, f"{lecture.stage}{loss}")


def keep(taught: Taught, teacher: Teacher, settings: Settings, shelf: ConceptFolder) -> Path:
    """Write what was learned to where the bot finds it."""
    if taught.data is None:
        from core.engines.musicgen.learning.whole_model import write_model  # noqa: PLC0415 - needs torch

        model = settings.models_dir / taught.card.name
        write_model(teacher.checkpoint, taught.outcome.tensors, model)
        return model
    path = shelf.path(taught.card.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(taught.data)
    beside.replace(path)
    return path


def report(taught: Taught, path: Path, notes: Path, used: int, passed_over: int) -> None:
    outcome = taught.outcome
    click.echo(path)
    click.echo(f"{taught.card.kind} concept “{taught.card.name}” from {used} recordings ({passed_over} passed over)")
    click.echo(f"held-out loss {outcome.before:.3f} → {outcome.after:.3f} after {outcome.steps} steps; record: {notes}")
    if taught.data is None:
        click.echo(f"Use it with TEXTUNES_ENGINE__MUSICGEN={path}")
    else:
        click.echo(f"Use it with: textunes bgm concept:{taught.card.name} --engine musicgen")


def taken(name: str) -> ConceptError:
    return ConceptError(
        Words(
            f"There is a concept “{name}” already; add --replace to learn it anew.",
            f"“{name}” 콘셉트가 이미 있습니다. 새로 학습하려면 --replace를 붙여 주세요.",
        )
    )
