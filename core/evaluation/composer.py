"""Behind `textunes evaluate composer`: every figure that the composer is judged by, over styles, moods and seeds.

What is heard is judged by independent tools (librosa, scikit-learn); the score is asked only for what was meant, and
for figures of theory that are about notes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.style import Style, StyleBook
from core.errors import PersonError
from core.evaluation.composer_figures import figures
from core.evaluation.composer_findings import findings
from core.evaluation.composer_pieces import Described, Wish, judged, tunes
from core.evaluation.composer_plots import draw
from core.evaluation.melodies import kept_tunes, statistics
from core.evaluation.report import OnProgress, Report
from core.words import Words


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is made: steps of each dimension of mood (the other one at rest), seeds of each, lengths in seconds.

    The first seed goes through all `steps`, the others through `again`. The style of further pieces, of `styled` seeds
    in two moods each, is judged as well: to know a style takes many pieces of it.
    """

    steps: tuple[float, ...]
    again: tuple[float, ...]
    seeds: tuple[int, ...]
    seconds: float
    loop_seconds: float
    loop_seeds: tuple[int, ...]
    styled: tuple[int, ...] = ()


_THREE = (-0.9, 0.0, 0.9)
_SEVEN = (-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9)
QUICK = Extent(
    (-0.9, -0.45, 0.0, 0.45, 0.9), _THREE, (1, 2), seconds=15.0, loop_seconds=10.0, loop_seeds=(1,),
    styled=tuple(range(3, 11)),
)  # fmt: skip
FULL = Extent(
    _SEVEN, _SEVEN, (1, 2, 3, 4, 5, 6), seconds=30.0, loop_seconds=12.0, loop_seeds=(1, 2, 3),
    styled=tuple(range(7, 15)),
)  # fmt: skip


def evaluate_composer(
    on_progress: OnProgress = lambda _fraction, _what: None,
    *,
    full: bool = False,
    plots: Path | None = None,
    extent: Extent | None = None,
    styles: Sequence[str] = (),
) -> Report:
    """Make pieces in every style (or those named), listen to them, and report each figure beside its target.

    Plots are written to the folder `plots` if it is given.

    Raises:
        EngineUnavailable: FluidSynth, a soundfont, or a tool of the `dev` extra is missing.
        PersonError: there is no style of a name.
    """
    extent = extent or (FULL if full else QUICK)
    book = _chosen(styles)
    wishes = list(wishes_for(book, extent))
    order = {wish: place for place, wish in enumerate(wishes)}
    pieces: list[Described] = []
    for piece in judged(wishes, workers=os.cpu_count() or 1):
        pieces.append(piece)
        on_progress(0.95 * len(pieces) / len(wishes), f"{piece.wish.style} ({len(pieces)} of {len(wishes)})")
    on_progress(0.96, "real tunes")
    ours = statistics(tunes([style.genres[0] for style in book], extent.seeds))
    found = findings(sorted(pieces, key=lambda piece: order[piece.wish]), ours, statistics(kept_tunes()))
    on_progress(0.99, "plots")
    pictures = draw(found, plots) if plots else ()
    return Report("Composer", tuple(figures(found, book)), conditions(extent, book, len(wishes)), pictures)


def _chosen(names: Sequence[str]) -> tuple[Style, ...]:
    book = StyleBook.read()
    known = [style.id for style in book]
    for name in names:
        if name not in known:
            raise PersonError(
                Words(
                    f"There is no style “{name}”. Styles: {', '.join(known)}.",
                    f"‘{name}’ 스타일이 없습니다. 있는 스타일: {', '.join(known)}.",
                )
            )
    return tuple(style for style in book if not names or style.id in names)


def wishes_for(styles: Sequence[Style], extent: Extent) -> Iterator[Wish]:
    """The arms of a cross in the plane of valence and arousal for each style and seed, and loops at rest."""
    for style in styles:
        genre = style.genres[0]
        for seed in extent.seeds:
            steps = extent.steps if seed == extent.seeds[0] else extent.again
            for valence, arousal in _cross(steps):
                at_rest = valence == arousal == 0.0
                yield Wish(style.id, genre, valence, arousal, seed, extent.seconds, stems=at_rest)
        moods = _cross(_THREE)
        for seed in extent.styled:
            for turn in (seed, seed + 2):
                valence, arousal = moods[turn % len(moods)]
                yield Wish(style.id, genre, valence, arousal, seed, extent.seconds, glance=True)
        for seed in extent.loop_seeds:
            yield Wish(style.id, genre, 0.0, 0.0, seed, extent.loop_seconds, loop=True)


def _cross(steps: Sequence[float]) -> list[tuple[float, float]]:
    """Points (valence, arousal) on the two axes, the origin once."""
    return list(dict.fromkeys([*((0.0, step) for step in steps), *((step, 0.0) for step in steps)]))


def conditions(extent: Extent, styles: Sequence[Style], pieces: int) -> tuple[str, ...]:
    first, others = len(_cross(extent.steps)), len(_cross(extent.again))
    return (
        f"{pieces} pieces of {extent.seconds:g} s: {len(styles)} styles, {len(extent.seeds)} seeds, "
        f"the first in {first} moods, the others in {others}, "
        f"{len(extent.styled)} more seeds in two moods for the judge of styles, "
        f"and {len(extent.loop_seeds)} loops of about {extent.loop_seconds:g} s each",
        f"soundfont {SoundFiles.find().soundfont.name}, {os.cpu_count()} processes",
    )
