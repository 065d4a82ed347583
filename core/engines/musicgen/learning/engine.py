"""The teacher as an engine: a recording in, a concept and a sample of it out, step by step."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from core.audio.clip import Clip
from core.engines.engine import Composition, Done, EngineInfo, Event, OneAtATime, Progress, Request
from core.engines.lesson import Lesson, Method
from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.concepts.file import MOST_TOKENS, read_concept
from core.engines.musicgen.concepts.placing import placed
from core.engines.musicgen.device import DeviceWish
from core.engines.musicgen.engine import LICENCE
from core.engines.musicgen.learning.material import Take
from core.engines.musicgen.learning.teacher import Taught, Teacher, open_teacher
from core.engines.musicgen.sampling import Sampling
from core.engines.musicgen.text import LIMIT
from core.errors import ConceptError, EngineUnavailable
from core.words import Words

NAME = "teacher"
LEARNING = 0.9
"""The share of the progress that the lesson gets; the rest is for the sample."""

BEHIND_OTHERS = 5
"""By how much more than other engines its process steps back (nice)."""

NOTES_KEPT = 2 * 86_400.0
"""Seconds after which the notes of a lesson that nobody went on with are thrown away."""

SOURCE = "a recording given in chat"


def open_learning(
    folder: str | None = None,
    notes: str | None = None,
    method: Method = "pivotal",
    steps: int = 300,
    device: DeviceWish = "auto",
) -> OneAtATime:
    """The engine that learns on the checkpoint in `folder`; what it loads, it loads with the first lesson.

    In `notes` it keeps how far lessons are, so that one that was interrupted goes on.

    Raises:
        EngineUnavailable: a package is missing, or there is no checkpoint.
    """
    if method == "lora" and importlib.util.find_spec("peft") is None:
        raise EngineUnavailable(
            Words("The method lora needs the package peft.", "lora 방식으로 학습하려면 peft 패키지가 필요합니다.")
        )
    if folder is None or not Path(folder).is_dir():
        open_teacher(folder, device)
    learning = Learning(folder, None if notes is None else Path(notes), method, steps, device)
    model = Path(folder or "").name
    return OneAtATime(EngineInfo(NAME, model, LICENCE, commercial=False, features=frozenset({"learn"})), learning.make)


class Learning:
    """Holds a lesson for each request with a recording to learn; the brief names the concept."""

    def __init__(self, folder: str | None, notes: Path | None, method: Method, steps: int, device: DeviceWish) -> None:
        self._folder = folder
        self._notes = notes
        self._method: Method = method
        self._steps = steps
        self._device: DeviceWish = device
        self._teacher: Teacher | None = None

    def make(self, request: Request) -> Iterator[Event]:
        recording = request.reference("learn")
        if recording is None or not request.brief.concepts:
            raise ConceptError(Words("There is nothing to learn from.", "학습할 녹음이 없습니다."))
        teacher = self._open()
        lesson = Lesson(name=request.brief.concepts[0], source=SOURCE, method=self._method, steps=self._steps)
        notes = self._notes_of(request, recording)
        lectures = teacher.teach(lesson, [Take(recording)], notes)
        while True:
            try:
                lecture = next(lectures)
            except StopIteration as end:
                taught: Taught = end.value
                break
            yield Progress(request.id, LEARNING * lecture.fraction, lecture.stage)
        for event in self._sample(request, teacher, taught):
            if isinstance(event, Done) and notes is not None:
                shutil.rmtree(notes, ignore_errors=True)
            yield event

    def _open(self) -> Teacher:
        if self._teacher is None:
            # The engine has a process to itself (see `core.fleet.lanes`), which makes way for those that make music.
            os.nice(BEHIND_OTHERS)
            self._teacher = open_teacher(self._folder, self._device, max(1, (os.cpu_count() or 2) // 2))
            self._throw_away_old_notes()
        return self._teacher

    def _notes_of(self, request: Request, recording: Clip) -> Path | None:
        """The same for each try at a lesson: told by the concept's name and the recording."""
        if self._notes is None:
            return None
        found = hashlib.sha256(request.brief.concepts[0].encode())
        found.update(np.ascontiguousarray(recording.samples).tobytes())
        return self._notes / found.hexdigest()[:32]

    def _throw_away_old_notes(self) -> None:
        if self._notes is None or not self._notes.is_dir():
            return
        for folder in self._notes.iterdir():
            if folder.is_dir() and folder.stat().st_mtime < time.time() - NOTES_KEPT:
                shutil.rmtree(folder, ignore_errors=True)

    def _sample(self, request: Request, teacher: Teacher, taught: Taught) -> Iterator[Event]:
        """A piece with the new concept, by which one hears what has been learned."""
        if taught.data is None:
            raise ValueError("a lesson that trains all weights leaves no concept")
        config, name = teacher.checkpoint.config, taught.card.name
        concept = read_concept(taught.data, config, taught.card.base, teacher.device)
        decoder = teacher.decoder()
        states, _ = placed(teacher.text, request.caption, {name: concept})
        shifts = () if concept.shift is None else (concept.shift,)
        frames = min(config.max_frames, round(request.brief.duration * config.frame_rate))
        batcher = Batcher(decoder, 1, positions_for(config, LIMIT + MOST_TOKENS))
        condition = replace(decoder.condition(states), shifts=shifts)
        batcher.add(Job(request.id, condition, frames, Sampling(), request.brief.seed or 0))
        while not batcher.idle:
            with torch.inference_mode():
                updates = batcher.step()
            for update in updates:
                if isinstance(update, Finished):
                    samples = teacher.codec.decode(update.codes).float().numpy().astype(np.float32)
                    yield Done(request.id, composition(taught, Clip(samples, config.sample_rate)))
                    return
            yield Progress(request.id, LEARNING, "compose")
        raise ConceptError(
            Words("The concept was learned, but makes no sound.", "콘셉트를 학습했지만 소리를 만들지 못했습니다.")
        )


def composition(taught: Taught, clip: Clip) -> Composition:
    name = taught.card.name
    note = Words(
        f"The concept “{name}” is learned; this is a sample. Use it as `concept:{name}`.",
        f"“{name}” 콘셉트를 학습했습니다. 이 곡은 견본입니다. `콘셉트:{name}`(으)로 쓸 수 있습니다.",
    )
    return Composition(clip, note=note, concept=taught.data)
