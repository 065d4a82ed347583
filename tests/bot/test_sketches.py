"""Sketches: the composer is heard while another engine works, and is in nobody's way."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator

import pytest

from bot.sketches import LONGEST_SECONDS, sketch_of
from bot.store.store import Store
from core.brief import Brief
from core.engines.engine import Progress
from core.errors import EngineFailed
from core.fleet.fleet import FleetEvent, Preview, ReadText, Work
from core.piece import Order
from core.words import Words
from tests.bot.pieces import COMPOSER, WEIGHTS, SmallFleet, finished, until
from tests.bot.test_dispatcher import Bench, running

CAPTIONED = dataclasses.replace(WEIGHTS, slots=4, features=frozenset({"caption"}))
STREAMING = dataclasses.replace(WEIGHTS, slots=4, features=frozenset({"caption", "stream"}))
OSLO = ("discord:oslo",)


class Studio:
    """A fleet's behaviour: MusicGen waits for its gate, the composer for its own."""

    def __init__(self, *, composes: bool = True) -> None:
        self.musicgen, self.composer = asyncio.Event(), asyncio.Event()
        if composes:
            self.composer.set()

    async def __call__(self, work: Work) -> AsyncGenerator[FleetEvent]:
        yield Progress(work.id, 0.25, "compose")
        await (self.composer if work.brief.engine == "composer" else self.musicgen).wait()
        yield finished(work)


def fleet(behave: object, **details) -> SmallFleet:
    return SmallFleet(behave, statuses=details.pop("statuses", (CAPTIONED, COMPOSER)), **details)


def engines(bench: Bench) -> list[str]:
    return [work.brief.engine for work in bench.fleet.given]


async def test_a_sketch_is_heard_beside_the_progress_and_is_no_result(store: Store) -> None:
    studio = Studio()
    async with running(Bench(store, fleet(studio), sketched=OSLO)) as bench:
        job = await bench.ask(engine="musicgen")
        shown = bench.letterbox.shown[job.id]
        await until(lambda: shown and shown[-1].sketch)
        assert await bench.state(job) == "running"
        assert shown[-1].sketch.file.kind == "audio"
        assert "sketch by the composer" in shown[-1].sketch.line
        assert (shown[-1].fraction, shown[-1].stage) == (0.25, "compose")
        studio.musicgen.set()
        await bench.until_state(job, "done")
    track = await store.library.get(job.id)
    assert track.facts.brief.engine == "musicgen"


async def test_the_beginning_of_a_piece_is_heard_in_place_of_the_sketch_and_grows(store: Store) -> None:
    gates = {seconds: asyncio.Event() for seconds in (2.0, 4.0)}
    made = asyncio.Event()

    async def behave(work: Work) -> AsyncGenerator[FleetEvent]:
        if work.brief.engine != "composer":
            for seconds, gate in gates.items():
                await gate.wait()
                yield Preview(b"music" * int(seconds), "audio/mpeg", seconds)
            await made.wait()
        yield finished(work)

    async with running(Bench(store, fleet(behave, statuses=(STREAMING, COMPOSER)), sketched=OSLO)) as bench:
        job = await bench.ask(engine="musicgen")
        shown = bench.letterbox.shown[job.id]
        await until(lambda: shown and shown[-1].sketch)
        assert "sketch by the composer" in shown[-1].sketch.line
        for seconds, gate in gates.items():
            gate.set()
            await until(lambda seconds=seconds: f"first {seconds:.0f} seconds" in shown[-1].sketch.line)
            assert shown[-1].sketch.file.data == b"music" * int(seconds)
        made.set()
        await bench.until_state(job, "done")
    assert [work.order.preview for work in bench.fleet.given if work.brief.engine == "musicgen"] == [True]


@pytest.mark.parametrize(("hears", "statuses"), [(False, (STREAMING, COMPOSER)), (True, (CAPTIONED, COMPOSER))])
async def test_no_beginning_is_asked_for_where_it_is_not_heard_or_there_is_none(store: Store, hears, statuses) -> None:
    bench = Bench(store, fleet(Studio(), statuses=statuses))
    bench.letterbox.shows_sketches = hears
    async with running(bench):
        await bench.ask(engine="musicgen")
        await until(lambda: bench.fleet.given)
        assert not bench.fleet.given[0].order.preview


@pytest.mark.parametrize(
    ("sketched", "engine", "statuses"),
    [
        ((), "musicgen", (CAPTIONED, COMPOSER)),
        (("discord:seoul",), "musicgen", (CAPTIONED, COMPOSER)),
        (("*",), "composer", (CAPTIONED, COMPOSER)),
        (("*",), "musicgen", (WEIGHTS, COMPOSER)),
        (("*",), "musicgen", (CAPTIONED,)),
    ],
    ids=["switched off", "another community", "the composer's own", "an engine without captions", "no composer"],
)
async def test_nobody_else_gets_one(store: Store, sketched, engine, statuses) -> None:
    studio = Studio()
    studio.musicgen.set()
    async with running(Bench(store, fleet(studio, statuses=statuses, workers=2), sketched=sketched)) as bench:
        job = await bench.ask(engine=engine)
        await bench.until_state(job, "done")
        assert engines(bench) == [engine]


async def test_a_wish_that_goes_to_musicgen_by_itself_has_a_sketch_too(store: Store) -> None:
    async with running(Bench(store, fleet(Studio()), sketched=("*",))) as bench:
        await bench.ask()
        await until(lambda: sorted(engines(bench)) == ["auto", "composer"])


async def test_there_is_none_where_it_could_not_be_heard(store: Store) -> None:
    studio = Studio()
    studio.musicgen.set()
    bench = Bench(store, fleet(studio), sketched=("*",))
    bench.letterbox.shows_sketches = False
    async with running(bench):
        await bench.until_state(await bench.ask(engine="musicgen"), "done")
    assert engines(bench) == ["musicgen"]


async def test_there_is_none_while_the_composer_is_busy(store: Store) -> None:
    studio = Studio(composes=False)
    async with running(Bench(store, fleet(studio), sketched=("*",))) as bench:
        await bench.ask("other", engine="composer")
        await until(lambda: engines(bench) == ["composer"])
        studio.musicgen.set()
        job = await bench.ask(engine="musicgen")
        await bench.until_state(job, "done")
        assert engines(bench) == ["composer", "musicgen"]


async def test_a_sketch_makes_way_for_a_job(store: Store) -> None:
    studio = Studio(composes=False)
    async with running(Bench(store, fleet(studio), sketched=("*",))) as bench:
        job = await bench.ask(engine="musicgen")
        await until(lambda: len(bench.fleet.given) == 2)
        other = await bench.ask("other", engine="composer")
        await until(lambda: len(bench.fleet.given) == 3)
        await until(lambda: bench.fleet.cancelled)
        assert bench.fleet.cancelled == [f"{job.id}.1.sketch"]
        studio.composer.set()
        studio.musicgen.set()
        await bench.until_state(other, "done")
        await bench.until_state(job, "done")


async def test_two_sketches_do_not_share_one_place(store: Store) -> None:
    async with running(Bench(store, fleet(Studio(composes=False)), sketched=("*",))) as bench:
        await bench.ask("one", engine="musicgen")
        await bench.ask("two", engine="musicgen")
        await until(lambda: engines(bench).count("musicgen") == 2)
        await asyncio.sleep(0.05)
        assert engines(bench).count("composer") == 1


async def test_a_job_that_is_ready_first_waits_for_no_sketch(store: Store) -> None:
    studio = Studio(composes=False)
    async with running(Bench(store, fleet(studio), sketched=("*",))) as bench:
        job = await bench.ask(engine="musicgen")
        await until(lambda: len(bench.fleet.given) == 2)
        studio.musicgen.set()
        await bench.until_state(job, "done")
        await until(lambda: f"{job.id}.1.sketch" in bench.fleet.cancelled)


@pytest.mark.parametrize(
    "error", [EngineFailed(Words("It broke.", "고장 났습니다."), retryable=True), ZeroDivisionError()]
)
async def test_a_sketch_that_fails_is_left_out(store: Store, error: Exception) -> None:
    async def behave(work: Work) -> AsyncGenerator[FleetEvent]:
        if work.brief.engine == "composer":
            broken.set()
            raise error
        await broken.wait()
        yield finished(work)

    broken = asyncio.Event()
    async with running(Bench(store, fleet(behave), sketched=("*",))) as bench:
        job = await bench.ask(engine="musicgen")
        await bench.until_state(job, "done")
    assert len(bench.fleet.given) == 2


def test_a_sketch_is_the_same_wish_but_short() -> None:
    brief = Brief(genres=("jazz",), moods=("calm",), duration=90.0, loop=True, seed=7, engine="musicgen")
    work = Work("job.1", brief, Order(stems=True, midi=True), read=ReadText("A ship leaves.", "en"))
    sketch = sketch_of(work)
    assert sketch.brief == Brief(genres=("jazz",), moods=("calm",), duration=LONGEST_SECONDS, seed=7, engine="composer")
    assert sketch.read == work.read
    assert not sketch.order.stems
    short = dataclasses.replace(work, brief=Brief(duration=6.0, seed=7))
    assert sketch_of(short).brief.duration == 6.0
