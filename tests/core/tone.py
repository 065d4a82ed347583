"""A small engine for tests: each part is a tone, everything about a piece follows from its brief."""

import json
import os
import time
from collections.abc import Iterator

import numpy as np

from core.audio.clip import Clip
from core.engines.engine import (
    Composition,
    Done,
    EngineInfo,
    Event,
    OneAtATime,
    Partial,
    Progress,
    Request,
    SectionSpan,
)
from core.errors import EngineFailed
from core.words import Words

INFO = EngineInfo(
    name="tone", model="tone 1", licence="CC0-1.0", commercial=True, features=frozenset({"stems", "midi", "loop"})
)
SAMPLE_RATE = 44_100


def compose(request: Request) -> Composition:
    random = np.random.default_rng(request.brief.seed)
    time_ = np.arange(round(request.brief.duration * SAMPLE_RATE)) / SAMPLE_RATE
    if request.brief.loop:
        time_ = time_[: 4 * SAMPLE_RATE]
    stems = {}
    for name, pitch in (("lead", 660.0), ("bass", 110.0), ("drums", None)):
        side = 0.3 * np.exp(-3 * ((2 * time_) % 1))
        wave = np.sin(2 * np.pi * pitch * time_) if pitch else 0.3 * random.standard_normal(time_.size)
        stems[name] = Clip(np.stack([side * wave, 0.8 * side * wave]).astype(np.float32), SAMPLE_RATE)
    return Composition(
        clip=Clip(np.sum([stem.samples for stem in stems.values()], axis=0, dtype=np.float32), SAMPLE_RATE),
        bpm=request.brief.bpm or 120.0,
        key="A minor",
        stems=stems if request.stems else {},
        midi=b"MThd" if request.midi else None,
        score=json.dumps({"seed": request.brief.seed, "edits": request.edits}).encode(),
        chart="| Am |",
        spans=(SectionSpan("whole", 0.0, request.brief.duration),),
        note=Words("A tone.", "음 하나입니다."),
        crest=12.0,
    )


def make(request: Request) -> Iterator[Event]:
    """Keywords of the brief make the engine misbehave."""
    yield Progress(request.id, 0.1, "compose")
    for keyword in request.brief.keywords:
        misbehave(keyword)
        if keyword == "slow":
            for step in range(200):
                time.sleep(0.02)
                yield Progress(request.id, 0.1 + step / 500, "render")
    composition = compose(request)
    if "stream" in request.brief.keywords:
        half = composition.clip.frames // 2
        yield Partial(request.id, Clip(composition.clip.samples[:, :half], SAMPLE_RATE), 0)
    yield Progress(request.id, 0.9, "render")
    yield Done(request.id, composition)


def misbehave(keyword: str) -> None:
    kind, _, value = keyword.partition("=")
    if kind == "die" or (kind == "die-once" and not flagged(value)):
        os._exit(9)
    if kind == "wedge" or (kind == "wedge-once" and not flagged(value)):
        time.sleep(3600)
    if kind == "bug":
        raise RuntimeError("a bug in the engine")
    if kind == "refuse":
        raise EngineFailed(Words("This cannot be played.", "연주할 수 없습니다."), retryable=False)
    if kind == "print":
        os.write(1, b"a library that prints\n")


def flagged(path: str) -> bool:
    """Whether this has happened before; from now on it has."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return True
    return False


def build(**_: object) -> OneAtATime:
    return OneAtATime(INFO, make)
