"""The dispatcher: claims, makes, retries, cancels, and says how far it is."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.bell import Bell
from bot.concept_folder import ConceptFolder
from bot.concepts import Concepts
from bot.dispatcher import Dispatcher
from bot.job import Job
from bot.pace import Pace
from bot.presentation import Presentation
from bot.progress import ProgressBoard
from bot.store.store import Store
from core.catalog import Catalog
from core.engines.engine import Progress
from core.errors import EngineFailed, WishError
from core.fleet.fleet import FleetEvent, Work
from core.words import Words
from tests.bot.pieces import COMPOSER, WEIGHTS, Letterbox, SmallFleet, finished, until
from tests.bot.store.asking import ask

QUICK = Pace(poll=0.02, lease=30, heartbeat=0.02, positions=0.02)


class Bench:
    """A dispatcher with a fleet and a courier that can be looked into."""

    def __init__(self, store: Store, fleet: SmallFleet, *, sketched: tuple[str, ...] = ()) -> None:
        self.store, self.fleet = store, fleet
        self.letterbox = Letterbox()
        presentation = Presentation(Catalog.load())
        board = ProgressBoard({"discord": self.letterbox})
        concepts = Concepts(store, ConceptFolder(Path("nowhere")))
        self.dispatcher = Dispatcher(
            store, fleet, board, presentation, concepts=concepts, ended=Bell(), sketched=sketched, pace=QUICK
        )

    async def ask(self, name: str = "kari", *, position: int = 1, **details) -> Job:
        job = await ask(self.store, name, **details)
        self.dispatcher.accepted(job, position)
        return job

    async def state(self, job: Job) -> str:
        return (await self.store.jobs.get(job.id)).state

    async def until_state(self, job: Job, state: str) -> None:
        async with asyncio.timeout(60):
            while await self.state(job) != state:  # noqa: ASYNC110 - the state is in the database
                await asyncio.sleep(0.01)


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    task = asyncio.create_task(bench.dispatcher.run())
    try:
        yield bench
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Gate:
    """A fleet's behaviour that begins, and goes on when it is told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.open = asyncio.Event()

    async def __call__(self, work: Work) -> AsyncGenerator[FleetEvent]:
        self.begun.append(work.id)
        yield Progress(work.id, 0.25, "compose")
        await self.open.wait()
        yield finished(work)


def breaking(error: Exception, times: int):
    """A fleet's behaviour that fails so often and then works."""
    tries = []

    async def behave(work: Work) -> AsyncGenerator[FleetEvent]:
        tries.append(work.id)
        if len(tries) <= times:
            raise error
        yield finished(work)

    return behave


async def test_a_job_becomes_a_track_with_its_files(store: Store) -> None:
    async with running(Bench(store, SmallFleet())) as bench:
        job = await bench.ask()
        await bench.until_state(job, "done")
    track = await store.library.get(job.id)
    assert [file.kind for file in track.files] == ["waveform", "audio", "score"]
    assert await store.blobs.get(track.file("audio").digest) == b"audio of seed 7 ()"
    assert bench.fleet.given[0].brief.model_fields_set == {"genres", "seed"}


async def test_a_scored_text_is_read_and_kept_with_what_was_found(store: Store) -> None:
    async with running(Bench(store, SmallFleet())) as bench:
        job = await bench.ask(text="A ship leaves.")
        await bench.until_state(job, "done")
    track = await store.library.get(job.id)
    assert bench.fleet.given[0].read.text == track.text == "A ship leaves."
    assert track.reading.topics[0].topic == "travel"
    assert track.wish == job.request.brief


async def test_what_is_made_from_a_scored_track_keeps_what_was_read(store: Store) -> None:
    async with running(Bench(store, SmallFleet())) as bench:
        parent = await bench.ask(text="A ship leaves.")
        await bench.until_state(parent, "done")
        child = await bench.ask(parent=parent.id)
        await bench.until_state(child, "done")
    track = await store.library.get(child.id)
    assert (track.parent, track.text) == (parent.id, "A ship leaves.")
    assert track.reading is not None


async def test_no_more_jobs_run_at_once_than_there_are_workers(store: Store) -> None:
    gate = Gate()
    async with running(Bench(store, SmallFleet(gate, workers=2))) as bench:
        jobs = [await bench.ask(f"person{n}") for n in range(4)]
        await until(lambda: len(gate.begun) == 2)
        await asyncio.sleep(0.1)
        assert len(gate.begun) == 2
        gate.open.set()
        for job in jobs:
            await bench.until_state(job, "done")


async def test_a_full_engine_keeps_nobody_from_another(store: Store) -> None:
    gate = Gate()
    batching = dataclasses.replace(WEIGHTS, slots=3)
    async with running(Bench(store, SmallFleet(gate, statuses=(batching, COMPOSER), workers=1))) as bench:
        for number in range(5):
            await bench.ask(f"person{number}", engine="musicgen")
        alone = [await bench.ask(f"other{number}", engine="composer") for number in range(2)]
        await until(lambda: len(gate.begun) == 4)
        await asyncio.sleep(0.1)
        assert sorted(work.brief.engine for work in bench.fleet.given) == ["composer", *["musicgen"] * 3]
        gate.open.set()
        for job in alone:
            await bench.until_state(job, "done")
        await until(lambda: len(gate.begun) == 7)


async def test_a_wish_for_any_engine_takes_a_place_in_the_best(store: Store) -> None:
    gate = Gate()
    batching = dataclasses.replace(WEIGHTS, slots=3)
    async with running(Bench(store, SmallFleet(gate, statuses=(batching, COMPOSER), workers=1))) as bench:
        for number in range(3):
            await bench.ask(f"person{number}")
        await until(lambda: len(gate.begun) == 3)


async def test_an_engine_that_breaks_once_is_given_another_try(store: Store) -> None:
    error = EngineFailed(Words("It broke.", "고장 났습니다."), retryable=True)
    async with running(Bench(store, SmallFleet(breaking(error, 1)))) as bench:
        job = await bench.ask()
        await bench.until_state(job, "done")
    assert [work.id for work in bench.fleet.given] == [f"{job.id}.1", f"{job.id}.2"]


async def test_an_engine_that_breaks_twice_fails_the_job_in_words(store: Store) -> None:
    error = EngineFailed(Words("It broke.", "고장 났습니다."), retryable=True)
    async with running(Bench(store, SmallFleet(breaking(error, 9)))) as bench:
        job = await bench.ask()
        await bench.until_state(job, "failed")
    assert len(bench.fleet.given) == 2
    assert (await store.jobs.get(job.id)).error == error.words
    assert (await store.deliveries.claim(["discord"], 30)).job == job.id


@pytest.mark.parametrize(
    "error",
    [
        EngineFailed(Words("No memory.", "메모리 부족"), retryable=False),
        WishError(Words("No such part.", "없는 파트")),
    ],
)
async def test_what_another_try_cannot_mend_fails_at_once(store: Store, error: Exception) -> None:
    async with running(Bench(store, SmallFleet(breaking(error, 9)))) as bench:
        job = await bench.ask()
        await bench.until_state(job, "failed")
    assert len(bench.fleet.given) == 1


async def test_a_bug_is_tried_again_and_then_told_without_its_traceback(store: Store) -> None:
    async with running(Bench(store, SmallFleet(breaking(ZeroDivisionError("secret text"), 9)))) as bench:
        job = await bench.ask()
        await bench.until_state(job, "failed")
    error = (await store.jobs.get(job.id)).error
    assert len(bench.fleet.given) == 2
    assert "secret" not in error.en
    assert "ask again" in error.en


async def test_a_missing_score_fails_with_a_sentence(store: Store) -> None:
    bench = Bench(store, SmallFleet())
    job = await bench.ask()
    async with store.database.writing() as connection:
        await connection.exec_driver_sql(f"UPDATE jobs SET score = '{'0' * 64}'")
    async with running(bench):
        await bench.until_state(job, "failed")
    assert "deleted" in (await store.jobs.get(job.id)).error.en


async def test_a_cancelled_job_stops_the_engine_and_makes_room(store: Store) -> None:
    gate = Gate()
    async with running(Bench(store, SmallFleet(gate))) as bench:
        job, other = await bench.ask("one"), await bench.ask("two")
        await until(lambda: gate.begun)
        await store.outcomes.cancel(job.id, Words("Cancelled.", "취소"))
        await bench.dispatcher.cancelled(job.id)
        await until(lambda: bench.fleet.cancelled)
        gate.open.set()
        await bench.until_state(other, "done")
    assert await bench.state(job) == "cancelled"
    assert await store.library.get(job.id) is None


async def test_a_cancellation_in_another_process_is_noticed(store: Store) -> None:
    gate = Gate()
    async with running(Bench(store, SmallFleet(gate))) as bench:
        job = await bench.ask()
        await until(lambda: gate.begun)
        await store.outcomes.cancel(job.id, Words("Cancelled.", "취소"))
        await until(lambda: bench.fleet.cancelled)
    assert await bench.state(job) == "cancelled"


async def test_shutting_down_puts_running_jobs_back(store: Store) -> None:
    gate = Gate()
    async with running(Bench(store, SmallFleet(gate))) as bench:
        job = await bench.ask()
        await until(lambda: gate.begun)
    assert await bench.state(job) == "queued"
    gate.open.set()
    async with running(Bench(store, SmallFleet())):
        await bench.until_state(job, "done")


async def test_a_job_of_a_dead_process_is_made_by_another(store: Store, clock) -> None:
    bench = Bench(store, SmallFleet())
    job = await ask(store)
    await store.jobs.claim(30)
    clock.now += 31
    async with running(bench):
        await bench.until_state(job, "done")
    assert (await store.jobs.get(job.id)).attempt == 2


async def test_progress_is_stored_and_shown_until_the_result_is_there(store: Store) -> None:
    gate = Gate()
    async with running(Bench(store, SmallFleet(gate))) as bench:
        job = await bench.ask()
        await until(lambda: bench.letterbox.shown[job.id])
        shown = bench.letterbox.shown[job.id][-1]
        assert (shown.fraction, shown.stage, shown.position) == (0.25, "compose", None)
        async with asyncio.timeout(10):
            while (await store.jobs.get(job.id)).fraction != 0.25:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        gate.open.set()
        await bench.until_state(job, "done")
        count = len(bench.letterbox.shown[job.id])
        await asyncio.sleep(0.1)
        assert len(bench.letterbox.shown[job.id]) == count


async def test_those_who_wait_see_their_place_change(store: Store) -> None:
    bench = Bench(store, SmallFleet(Gate()))
    jobs = [await bench.ask(f"person{n}", position=n + 1) for n in range(3)]
    async with running(bench):
        shown = bench.letterbox.shown
        await until(lambda: shown[jobs[1].id] and shown[jobs[2].id])
    assert [reply.text for job in jobs[1:] for reply in shown[job.id]] == [
        "Next in the queue.",
        "Number 2 in the queue.",
    ]
