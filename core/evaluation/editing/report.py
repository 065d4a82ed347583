"""Behind `textunes evaluate editing`: a small editor is taught on composed stems, and judged on others.

A model of a few hundred thousand weights first learns composed music, codes of a codec fitted to it, and is frozen.
Then an editor of the published kind learns pairs of sounds before and after an edit. It is judged on clips of other
seeds beside two that cannot do it: one that leaves everything as it was, and one that reads and does not hear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from core.engines.musicgen.editing.training import Lesson
from core.engines.musicgen.editing.weights import EditingWeights
from core.engines.musicgen.sampling import Sampling
from core.evaluation.composed.commissions import commissions
from core.evaluation.composed.making import Workroom
from core.evaluation.editing.baselines import Copying
from core.evaluation.editing.codec import RATE, SmallCodec, fitted
from core.evaluation.editing.course import OnStep, Piece, Schedule, encoded, teach_editor, teach_model
from core.evaluation.editing.judging import Prediction, Separated, edited, predicted, separated
from core.evaluation.editing.pairs import ACTIONS, EditPair, PairMaker
from core.evaluation.editing.small_model import newborn, small_config
from core.evaluation.report import Figure, OnProgress, Report

GENRES = ("rock", "pop", "jazz", "funk", "lofi", "blues", "country", "disco")
"""Whose bands have drums, a bass, and pianos or guitars."""

TAUGHT, HELD_OUT = 1, 2
"""Seeds of the clips that are taught with and of those that are judged with: no piece is in both."""

BATCH = 8
RATE_OF_LEARNING = 2e-3
LIKELIEST = Sampling(temperature=0.0, guidance=1.0)
AS_SERVED = Sampling(top_k=100, guidance=3.0)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is made and taught: clips, pairs, seconds of each pair, and steps of model, editor and deaf editor."""

    clips: int
    held_clips: int
    pairs: int
    held_pairs: int
    seconds: float
    model_steps: int
    editor_steps: int
    deaf_steps: int
    size: int
    layers: int


QUICK = Extent(96, 24, 1_200, 120, 2.0, 800, 2_500, 400, size=96, layers=3)
FULL = Extent(600, 60, 12_000, 240, 2.0, 6_000, 20_000, 2_000, size=192, layers=4)


def evaluate_editing(
    on_progress: OnProgress = lambda _fraction, _what: None,
    *,
    full: bool = False,
    clips: Path | None = None,
    extent: Extent | None = None,
) -> Report:
    """Teach and judge; composed clips are kept in the folder `clips`.

    Raises:
        EngineUnavailable: FluidSynth or its soundfont is missing.
    """
    extent = extent or (FULL if full else QUICK)
    folder = clips or Path(gettempdir()) / "textunes-composed"
    pairs, held = _pairs(extent, folder, on_progress)
    on_progress(0.2, "codec")
    sounds = [sound for pair in pairs[:200] for sound in (pair.before, pair.after)]
    config = small_config(size=extent.size, layers=extent.layers, codebooks=4, seconds=extent.seconds)
    codec = fitted(sounds, books=config.codebooks, entries=config.vocabulary, seed=TAUGHT)
    pieces, unseen = encoded(codec, pairs), encoded(codec, held)
    lesson = Lesson(config, newborn(config, TAUGHT))
    sides = [side for piece in pieces for side in (piece.codes, piece.heard) if side is not None]
    wordless = [Piece(side, pieces[0].text[:0]) for side in sides]

    def told(first: float, last: float, what: str, steps: int) -> OnStep:
        return lambda step, loss: on_progress(first + (last - first) * step / steps, f"{what} (loss {loss:.2f})")

    model = Schedule(extent.model_steps, BATCH, RATE_OF_LEARNING)
    teach_model(lesson, wordless, model, told(0.22, 0.4, "model", extent.model_steps))
    taught = Schedule(extent.editor_steps, BATCH, RATE_OF_LEARNING)
    told_editor = told(0.4, 0.8, "editor", extent.editor_steps)
    editor = teach_editor(lesson, pieces, taught, told_editor, deaf=False, seed=TAUGHT)
    deaf_course = Schedule(extent.deaf_steps, BATCH, RATE_OF_LEARNING)
    told_deaf = told(0.8, 0.88, "text only", extent.deaf_steps)
    deaf = teach_editor(lesson, pieces, deaf_course, told_deaf, deaf=True, seed=TAUGHT)
    unheard = [Piece(piece.codes, piece.text) for piece in unseen]
    copying = Copying.counted(pieces, config.vocabulary)
    predictions = {
        "editor": predicted(lesson, unseen, editor),
        "text_only": predicted(lesson, unheard, deaf),
        "model": predicted(lesson, unheard, None),
        "copy_input": Prediction(*copying.judged(unseen)),
    }
    figures = [*_predictions(predictions), *_by_action(lesson, editor, unseen, held, copying)]
    for share, (name, sampling) in enumerate({"likeliest": LIKELIEST, "as_served": AS_SERVED}.items()):

        def shown(done: float, before: int = share) -> None:
            on_progress(0.9 + 0.05 * (before + done), "edits")

        codes = edited(lesson, editor, unseen, sampling, shown)
        figures += _separations(name, separated(codec, held, codes))
    return Report("Editing", tuple(figures), _conditions(extent, codec, lesson, editor.tensors["gates"].tolist()))


def _pairs(extent: Extent, folder: Path, on_progress: OnProgress) -> tuple[list[EditPair], list[EditPair]]:
    room = Workroom(folder, RATE)
    try:
        asked = commissions(extent.clips, TAUGHT, genres=GENRES)
        asked_apart = commissions(extent.held_clips, HELD_OUT, genres=GENRES)
        taught = list(room.clips(asked, lambda done: on_progress(0.15 * done, "composing")))
        held = list(room.clips(asked_apart, lambda done: on_progress(0.15 + 0.05 * done, "composing")))
    finally:
        room.close()
    return (
        list(PairMaker(taught, extent.seconds, TAUGHT).pairs(extent.pairs)),
        list(PairMaker(held, extent.seconds, HELD_OUT).pairs(extent.held_pairs)),
    )


def _predictions(found: dict[str, Prediction]) -> Iterator[Figure]:
    for name, prediction in found.items():
        yield Figure(name=f"held_out.loss.{name}", value=prediction.loss, unit="nats")
    for name, prediction in found.items():
        yield Figure(name=f"held_out.accuracy.{name}", value=100 * prediction.accuracy, unit="%")


def _by_action(
    lesson: Lesson, editor: EditingWeights, unseen: Sequence[Piece], held: Sequence[EditPair], copying: Copying
) -> Iterator[Figure]:
    for action in ACTIONS:
        some = [piece for piece, pair in zip(unseen, held, strict=True) if pair.action == action]
        if some:
            found = predicted(lesson, some, editor)
            note = f"{len(some)} pairs; copied input: {100 * copying.judged(some)[1]:.1f} %"
            yield Figure(name=f"accuracy.{action}", value=100 * found.accuracy, unit="%", note=note)


def _separations(how: str, found: Sequence[Separated]) -> Iterator[Figure]:
    for action in ("remove", "extract"):
        of_action = [each for each in found if each.action == action and np.isfinite(each.edited)]
        instruments = dict.fromkeys(each.instrument for each in of_action)
        for name in ("all", *instruments):
            some = [each for each in of_action if name in ("all", each.instrument)]
            if not some:
                continue
            gained = np.mean([each.edited - each.before for each in some])
            most = np.mean([each.ceiling - each.before for each in some])
            note = f"{len(some)} pairs; oracle codec {most:+.1f} dB; recording as it is: 0"
            yield Figure(name=f"si_sdri.{how}.{action}.{name.lower()}", value=float(gained), unit="dB", note=note)


def _conditions(extent: Extent, codec: SmallCodec, lesson: Lesson, gates: list[float]) -> tuple[str, ...]:
    weights = sum(tensor.numel() for tensor in lesson.own.values())
    config = lesson.config
    return (
        f"{extent.clips} + {extent.held_clips} composed clips of 10 s in {len(GENRES)} genres; {extent.pairs} pairs of "
        f"{extent.seconds:g} s to learn from, {extent.held_pairs} held out",
        f"model of {weights / 1e3:.0f} thousand weights, {config.layers} layers; codec of {len(codec.books)} codebooks "
        f"of {config.vocabulary} at {RATE / 1000:g} kHz",
        f"steps of {BATCH}: model {extent.model_steps}, editor {extent.editor_steps}, text only {extent.deaf_steps}; "
        f"gates {', '.join(f'{gate:+.2f}' for gate in gates)}",
    )
