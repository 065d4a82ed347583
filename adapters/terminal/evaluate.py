"""`textunes evaluate PART`"""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal.reporting import run_parts

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def evaluate() -> None:
    """Measure the quality of the music and of the reading."""


@evaluate.command()
@click.option("--full", is_flag=True, help="Every style, mood and seed; takes hours.")
@click.option("--style", "styles", multiple=True, metavar="STYLE", help="Only this style; may be given again.")
@click.option("--plots", type=FOLDER, help="Folder for the plots.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def composer(*, full: bool, styles: tuple[str, ...], plots: Path | None, as_json: bool) -> None:
    """Measure tempo, key, mood, style, variety, theory, loops and mix of the composer with independent tools."""
    part = {"composer": "core.evaluation.composer:evaluate_composer"}
    run_parts(part, as_json=as_json, arguments={"composer": {"full": full, "styles": styles, "plots": plots}})


@evaluate.command()
@click.option("--steps", type=click.IntRange(1), default=500, show_default=True, help="Steps of training.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of everything that is drawn.")
@click.option("--folder", type=FOLDER, help="Folder that keeps the composed music for another time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def style(*, steps: int, seed: int, folder: Path | None, as_json: bool) -> None:
    """Train a small MusicGen-Style on composed music and measure whether it takes after a recording."""
    part = {"style": "core.evaluation.style.evaluate:evaluate_style"}
    run_parts(part, as_json=as_json, arguments={"style": {"steps": steps, "seed": seed, "folder": folder}})


@evaluate.command()
@click.option("--book", type=FILE, help="CSV file with title,category.")
@click.option("--emobank", type=FILE, help="CSV file with valence,arousal,dominance,text.")
@click.option("--nsmc", type=FILE, help="TSV file with text and positive (0 or 1).")
@click.option("--plots", type=FOLDER, help="Folder for plots of how topics are guessed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def text(*, book: Path | None, emobank: Path | None, nsmc: Path | None, plots: Path | None, as_json: bool) -> None:
    """Score the shipped text models on labelled files."""
    part = {"text": "core.evaluation.text:evaluate_text"}
    arguments = {"book": book, "emobank": emobank, "nsmc": nsmc, "plots": plots}
    run_parts(part, as_json=as_json, arguments={"text": arguments})


@evaluate.command()
@click.option("--folder", type=FOLDER, help="Folder in which composed music is kept from one run to the next.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def concepts(*, folder: Path | None, as_json: bool) -> None:
    """Train a small model on composed music, teach it twenty concepts in four ways, and compare what it makes."""
    part = {"concepts": "core.evaluation.concepts.evaluation:evaluate_concepts"}
    run_parts(part, as_json=as_json, arguments={"concepts": {"folder": folder}})


@evaluate.command()
@click.option("--full", is_flag=True, help="A larger model, more clips and steps; takes hours on a processor.")
@click.option("--clips", type=FOLDER, help="Folder where composed clips are kept. Default: a temporary one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def editing(*, full: bool, clips: Path | None, as_json: bool) -> None:
    """Teach a small editor of recordings on composed stems, and judge it beside copying and reading alone."""
    part = {"editing": "core.evaluation.editing.report:evaluate_editing"}
    run_parts(part, as_json=as_json, arguments={"editing": {"full": full, "clips": clips}})
