"""Behind `textunes evaluate editing`: a small editor is taught on composed stems, and judged on others.

A model of a few hundred thousand weights first learns composed music, codes of a codec fitted to it, and is frozen.
Then an editor of the published kind learns to hear, and then pairs of sounds before and after an edit. It is judged on
clips of other seeds beside two that cannot do it: one that leaves everything as it was, and one that reads the same
instructions for as many steps and does not hear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from core.engines.musicgen.editing.training import Lesson
from core.engines.musicgen.editing.weights import EditingWeights
from core.engines.musicgen.sampling import Sampling
from core.evaluation.composed.commissions import commissions
from core.evaluation.composed.making import Workroom
from core.evaluation.editing.baselines import Copying
from core.evaluation.editing.codec import FRAME_RATE, RATE, fitted
from core.evaluation.editing.course import (
    HEARING,
    READING,
    OnStep,
    Piece,
    Schedule,
    described,
    echoes,
    encoded,
    newcomer,
    teach_editor,
    teach_model,
)  # fmt: skip
from core.evaluation.editing.judging import LIKELIEST, Prediction, Separated, alignment, edited, predicted, separated
from core.evaluation.editing.pairs import ACTIONS, EditPair, PairMaker
from core.evaluation.editing.small_model import newborn, small_config
from core.evaluation.report import Figure, OnProgress, Report

GENRES = ("rock", "pop", "jazz", "funk", "lofi", "blues", "country", "disco")
"""Whose bands have drums, a bass, and pianos or guitars."""

TAUGHT, HELD_OUT = 1, 2
"""Seeds of the clips that are taught with and of those that are judged with: no piece is in both."""

BATCH = 16
WATCHED = 24
"""Edits whose attention is looked at."""

AS_SERVED = Sampling(top_k=100, guidance=3.0)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is made and taught: clips, pairs, seconds of each pair, and steps of the model and of its editor.

    The editor learns to hear for some steps, and then to edit for as many as the one that only reads.
    """

    clips: int
    held_clips: int
    pairs: int
    held_pairs: int
    seconds: float
    model_steps: int
    hearing_steps: int
    editing_steps: int
    size: int
    layers: int
    codebooks: int
    entries: int


QUICK = Extent(240, 48, 6_000, 240, 2.0, 1_200, 300, 2_000, size=128, layers=4, codebooks=1, entries=128)
FULL = Extent(600, 60, 20_000, 480, 2.0, 8_000, 1_000, 20_000, size=192, layers=6, codebooks=1, entries=128)


class Classroom:
    """What is learned from and judged by: a codec, a lesson, and pairs to learn from and apart from them."""

    def __init__(self, extent: Extent, pairs: Sequence[EditPair], held: Sequence[EditPair]) -> None:
        self.extent = extent
        self.held = held
        self.config = small_config(
            size=extent.size, layers=extent.layers, codebooks=extent.codebooks, entries=extent.entries,
            seconds=extent.seconds,
        )  # fmt: skip
        sounds = [sound for pair in pairs[:600] for sound in (pair.before, pair.after)]
        self.codec = fitted(sounds, books=extent.codebooks, entries=extent.entries, seed=TAUGHT)
        self.pieces, self.unseen = encoded(self.codec, pairs), encoded(self.codec, held)
        self.described = described(self.pieces, pairs)
        self.lesson = Lesson(self.config, newborn(self.config, TAUGHT))

    def of_action(self, action: str) -> list[Piece]:
        """Held-out pieces of one action."""
        return [piece for piece, pair in zip(self.unseen, self.held, strict=True) if pair.action == action]


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
    room = Classroom(extent, *_pairs(extent, folder, on_progress))
    lesson, pieces = room.lesson, room.pieces

    def told(first: float, last: float, what: str, steps: int) -> OnStep:
        return lambda step, loss: on_progress(first + (last - first) * step / steps, f"{what} (loss {loss:.2f})")

    model, editing = Schedule(extent.model_steps, BATCH), Schedule(extent.editing_steps, BATCH)
    hearing, reading = Schedule(extent.hearing_steps, BATCH, HEARING), replace(editing, kinds=READING)
    teach_model(lesson, room.described, model, told(0.2, 0.4, "model", model.steps))
    new = newcomer(lesson, pieces[0].codes.shape[1], TAUGHT)
    told_hearing = told(0.4, 0.45, "hearing", hearing.steps)
    hears = teach_editor(lesson, new, echoes(pieces), hearing, told_hearing)
    editor = teach_editor(lesson, hears, pieces, editing, told(0.45, 0.75, "editor", editing.steps))
    unheard = [piece.unheard for piece in pieces]
    deaf = teach_editor(lesson, new, unheard, reading, told(0.75, 0.9, "text only", reading.steps))
    figures = [
        *_predictions(room, editor, deaf, Copying.counted(pieces, room.config.vocabulary)),
        *_alignments(room, {"new": new, "hearing": hears, "editing": editor}),
    ]
    made = {"likeliest": (editor, LIKELIEST), "as_served": (editor, AS_SERVED), "text_only": (deaf, AS_SERVED)}
    for number, (name, (weights, sampling)) in enumerate(made.items()):

        def shown(done: float, before: int = number) -> None:
            on_progress(0.9 + 0.1 * (before + done) / len(made), "edits")

        codes = edited(lesson, weights, room.unseen, sampling, shown)
        figures += _separations(name, separated(room.codec, room.held, codes))
    return Report("Editing", tuple(figures), _conditions(extent, lesson, editor.tensors["gates"].tolist()))


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


def _predictions(room: Classroom, editor: EditingWeights, deaf: EditingWeights, copying: Copying) -> Iterator[Figure]:
    judged: dict[str, list[Piece]] = {"all": room.unseen} | {action: room.of_action(action) for action in ACTIONS}
    for name, unseen in judged.items():
        if not unseen:
            continue
        unheard = [piece.unheard for piece in unseen]
        found = {
            "editor": predicted(room.lesson, unseen, editor),
            "text_only": predicted(room.lesson, unheard, deaf),
            "model": predicted(room.lesson, unheard, None),
            "copy_input": Prediction(*copying.judged(unseen)),
        }
        note = f"{len(unseen)} pairs"
        for who, prediction in found.items():
            yield Figure(name=f"held_out.{name}.loss.{who}", value=prediction.loss, unit="nats", note=note)
        for who, prediction in found.items():
            yield Figure(name=f"held_out.{name}.accuracy.{who}", value=100 * prediction.accuracy, unit="%", note=note)


def _alignments(room: Classroom, stages: Mapping[str, EditingWeights]) -> Iterator[Figure]:
    even = 100 / (room.unseen[0].codes.shape[1] + 1)
    for stage, weights in stages.items():
        share = 100 * alignment(room.lesson, weights, room.unseen[:WATCHED])
        note = f"of the best head's attention is on the frame that is predicted; evenly spread: {even:.0f} %"
        yield Figure(name=f"alignment.{stage}", value=share, unit="%", note=note)


def _separations(how: str, found: Sequence[Separated]) -> Iterator[Figure]:
    for action in ("remove", "extract"):
        of_action = [each for each in found if each.action == action]
        instruments = dict.fromkeys(each.instrument for each in of_action)
        for name in ("all", *instruments):
            some = [each for each in of_action if name in ("all", each.instrument)]
            if not some:
                continue
            gained = np.mean([each.edited - each.before for each in some])
            most = np.mean([each.ceiling - each.before for each in some])
            note = f"{len(some)} pairs; oracle codec {most:+.1f} dB; recording as it is: 0"
            yield Figure(name=f"si_sdri.{how}.{action}.{name.lower()}", value=float(gained), unit="dB", note=note)


def _conditions(extent: Extent, lesson: Lesson, gates: list[float]) -> tuple[str, ...]:
    weights = sum(tensor.numel() for tensor in lesson.own.values())
    config = lesson.config
    return (
        f"{extent.clips} + {extent.held_clips} composed clips of 10 s in {len(GENRES)} genres; {extent.pairs} pairs of "
        f"{extent.seconds:g} s to learn from, {extent.held_pairs} held out",
        f"model of {weights / 1e3:.0f} thousand weights, {config.layers} layers; codec of {config.codebooks} × "
        f"{config.vocabulary} entries, {FRAME_RATE} frames a second at {RATE / 1000:g} kHz",
        f"steps of {BATCH}: model {extent.model_steps}, hearing {extent.hearing_steps}, editor and text only "
        f"{extent.editing_steps} each; gates {', '.join(f'{gate:+.2f}' for gate in gates)}",
    )
