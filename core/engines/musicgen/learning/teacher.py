"""The teacher: recordings and a lesson in, a concept file out."""

from __future__ import annotations

import datetime
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from core.catalog import Catalog
from core.engines.lesson import Lesson
from core.engines.musicgen.checkpoint import Checkpoint, read_checkpoint
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.concepts.card import Card
from core.engines.musicgen.concepts.file import write_concept
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.device import DeviceWish, choose_device, choose_precision, use_threads
from core.engines.musicgen.fingerprint import fingerprint
from core.engines.musicgen.learning.course import Course, Outcome
from core.engines.musicgen.learning.material import Example, Take, prepare
from core.engines.musicgen.learning.model import TrainedModel
from core.engines.musicgen.learning.record import Row
from core.engines.musicgen.learning.rehearsal import rehearse
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.text import TextEncoder
from core.errors import EngineUnavailable
from core.words import Words

LISTENING = 0.05
BEFORE_TRAINING = 0.1
"""Shares of the progress that are told before training begins."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """How far a lesson is: the fraction done 0..1, what is done ("listen", "rehearse", "probe", "train"), the step."""

    fraction: float
    stage: str
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of a lesson: the concept file, or all weights of the decoder where all were trained."""

    card: Card
    outcome: Outcome
    data: bytes | None


class RememberedText:
    """A frozen text encoder that encodes each caption once."""

    def __init__(self, text: TextEncoder) -> None:
        self.text = text
        self._known: dict[str, tuple[Tensor, bool]] = {}

    def length(self, text: str) -> int:
        return self.text.length(text)

    def encode(self, caption: str) -> tuple[Tensor, bool]:
        if caption not in self._known:
            states, cut = self.text.encode(caption)
            # Tensors of inference mode cannot be differentiated through; copies can.
            self._known[caption] = states.clone(), cut
        return self._known[caption]


class Teacher:
    """Teaches concepts on one checkpoint."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        """Raises CheckpointError: codec or text encoder cannot be loaded."""
        self.checkpoint = checkpoint
        self.device = device
        self.text = TextEncoder(checkpoint, device)
        self.codec = Codec(checkpoint, device)
        self._base = fingerprint(checkpoint.decoder)

    def decoder(self) -> Decoder:
        """The base model as it is served."""
        kernels = Kernels(choose_precision("auto", self.device), self.device)
        return Decoder(self.checkpoint.config, self.checkpoint.decoder, kernels)

    @cached_property
    def _model(self) -> TrainedModel:
        return TrainedModel(self.checkpoint.config, self.checkpoint.decoder, self.device)

    def teach(
        self, lesson: Lesson, takes: Sequence[Take], folder: Path | None = None
    ) -> Generator[Lecture, None, Taught]:
        """Learn a concept step by step; what was kept in `folder` by an earlier try is gone on with.

        Raises:
            ConceptError: there is too little to learn from, or the concept would be too large.
            EngineUnavailable: this kind of model cannot learn.
        """
        model, config = self._model, self.checkpoint.config
        yield Lecture(0.0, "listen")
        material = prepare(takes, self.codec, config.sample_rate, min(lesson.window, config.max_seconds))
        yield Lecture(LISTENING, "rehearse")
        rehearsal: tuple[Example, ...] = ()
        if lesson.rehearsal and lesson.method != "tokens":
            decoder = self.decoder()
            playing = rehearse(lesson, decoder, self.text, Catalog.load())
            while True:
                try:
                    next(playing)
                except StopIteration as end:
                    rehearsal = end.value
                    break
                yield Lecture(LISTENING, "rehearse")
            del decoder
        card = card_for(lesson, self._base, self.checkpoint.folder.name)
        course = Course(
            lesson,
            model,
            RememberedText(self.text),
            card=card,
            material=material,
            rehearsal=rehearsal,
            folder=folder,
        )
        outcome = yield from _lectures(course, lesson)
        card = card.model_copy(update={"steps": outcome.steps})
        data = None if lesson.method == "full" else write_concept(card, {"tokens": outcome.tokens, **outcome.tensors})
        return Taught(card, outcome, data)


def card_for(lesson: Lesson, base: str, model: str) -> Card:
    """The card of what a lesson teaches on this model; a lesson is only held with the consent of those recorded."""
    return Card(
        name=lesson.name,
        kind="tokens" if lesson.method == "full" else lesson.method,
        base=base,
        model=model,
        source=lesson.source,
        licence=lesson.licence,
        consent=True,
        class_word=lesson.class_word,
        steps=lesson.steps,
        date=datetime.datetime.now(datetime.UTC).date(),
        fraction=lesson.fraction if lesson.method == "pivotal" else None,
        rank=lesson.rank if lesson.method == "lora" else None,
    )


def _lectures(course: Course, lesson: Lesson) -> Generator[Lecture, None, Outcome]:
    probe = lesson.probe if lesson.method == "pivotal" else 0
    steps = course.run()
    while True:
        try:
            row = next(steps)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        done = row.step + (probe if row.phase == "train" else 0)
        yield Lecture(BEFORE_TRAINING + (1 - BEFORE_TRAINING) * done / (probe + lesson.steps), row.phase, row)


def open_teacher(folder: str | None = None, device: DeviceWish = "auto", threads: int | None = None) -> Teacher:
    """The teacher for the checkpoint in `folder`.

    Raises:
        EngineUnavailable: there is no usable checkpoint, or not the device asked for.
    """
    if folder is None or not Path(folder).is_dir():
        raise EngineUnavailable(
            Words(
                "Concepts are learned on a MusicGen model, and no weights are at hand. "
                "Get them with `textunes download musicgen-small`.",
                "콘셉트는 MusicGen 모델에서 학습하는데 가중치가 없습니다. "
                "`textunes download musicgen-small` 명령으로 받아 주세요.",
            )
        )
    place = choose_device(device)
    if place.type == "cpu":
        use_threads(threads)
    return Teacher(read_checkpoint(Path(folder)), place)
