import asyncio
import sys
from contextlib import aclosing

import psutil
import pytest
import pytest_asyncio

from core.brief import Brief
from core.engines.engine import Progress
from core.engines.registry import EngineSpec
from core.errors import EngineFailed, EngineUnavailable, TextError
from core.fleet.fleet import Finished, Preview, ReadText, Work
from core.fleet.local import LocalFleet, Supervision
from core.fleet.plan import Plan, ReaderSpec
from core.piece import Order
from tests.core.conftest import decode
from tests.core.fleet.reader import TEXT

PLAN = Plan(
    engines=(
        EngineSpec(name="absent", target="no_such_package:Engine"),
        EngineSpec(name="tone", target="tests.core.tone:build"),
    ),
    reader=ReaderSpec(target="tests.core.fleet.reader:build"),
    niceness=0,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
"""One process serves most of these tests, as starting one takes a second."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet():
    fleet = LocalFleet(PLAN, workers=1, supervision=Supervision(idle=60.0, patience=20.0))
    await fleet.start()
    yield fleet
    await fleet.close()
    assert not workers()


def work(number: int = 1, *keywords: str, **order: object) -> Work:
    brief = Brief(genres=("jazz",), keywords=keywords, duration=5.0, seed=number)
    return Work(id=f"job-{number}", brief=brief, order=Order(**order))


async def events_of(fleet: LocalFleet, work: Work) -> list:
    async with aclosing(fleet.run(work)) as events:
        return [event async for event in events]


def workers(but: set[int] = frozenset()) -> list[psutil.Process]:
    """Engine processes that are running now, without those of other fleets."""
    return [child for child in psutil.Process().children() if child.pid not in but and is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    try:
        return "core.fleet.worker" in process.cmdline()
    except psutil.Error:
        return False


async def until(condition, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  (what it waits for are processes)
            await asyncio.sleep(0.02)


async def test_a_piece_comes_back_whole(fleet):
    *before, last = await events_of(fleet, work(stems=True, midi=True))

    assert isinstance(last, Finished)
    assert [file.kind for file in last.piece.files] == ["audio", "waveform", "midi", "score", "chart", "stems"]
    assert decode(last.piece.file("audio").data).seconds == 5.0
    assert last.piece.facts.engine == "tone"
    assert last.piece.facts.seed == 1
    assert len(last.piece.peaks) == 256
    assert last.reading is None
    fractions = [event.fraction for event in before if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert {"compose", "render", "master", "encode"} <= {event.stage for event in before}


async def test_a_text_is_read_before_its_music_is_made(fleet):
    brief = Brief(duration=5.0, seed=3)
    asked = Work("job", brief, Order(), read=ReadText(TEXT, "en", topic="sea"))

    *before, last = await events_of(fleet, asked)

    assert last.reading.summary == TEXT
    assert last.piece.facts.brief.moods == ("calm",)
    assert last.piece.facts.caption == "a calm sea"
    assert before[0].stage == "read"


async def test_what_a_reader_refuses_is_said_in_words(fleet):
    with pytest.raises(TextError, match="no text") as caught:
        await events_of(fleet, Work("job", Brief(seed=1), Order(), read=ReadText("", "en")))
    assert caught.value.words.ko


async def test_the_beginning_is_heard_before_the_end_is_made(fleet):
    asked = work(1, "stream", preview=True)
    previews = [event for event in await events_of(fleet, asked) if isinstance(event, Preview)]
    assert [preview.seconds for preview in previews] == [2.5]
    assert decode(previews[0].data).seconds == 2.5


async def test_a_score_goes_to_the_engine_and_back(fleet):
    with pytest.raises(EngineUnavailable):
        await events_of(fleet, Work("job", Brief(seed=1, duration=5.0), Order(), score=b"\x00\xff"))


async def test_an_unknown_engine_is_named(fleet):
    with pytest.raises(EngineUnavailable, match="“nonesuch”"):
        await events_of(fleet, Work("job", Brief(seed=1, engine="nonesuch"), Order()))


async def test_an_error_of_the_engine_keeps_its_words(fleet):
    with pytest.raises(EngineFailed, match="cannot be played") as caught:
        await events_of(fleet, work(1, "refuse"))
    assert caught.value.words.ko == "연주할 수 없습니다."
    assert not caught.value.retryable


async def test_a_bug_in_the_engine_fails_its_piece_and_no_other(fleet):
    with pytest.raises(EngineFailed, match="broke"):
        await events_of(fleet, work(1, "bug"))
    process = workers()[0].pid
    assert isinstance((await events_of(fleet, work(2)))[-1], Finished)
    assert workers()[0].pid == process


async def test_what_libraries_print_does_not_disturb_the_talk(fleet):
    assert isinstance((await events_of(fleet, work(1, "print")))[-1], Finished)


async def test_a_crash_is_survived_once(fleet, tmp_path):
    assert isinstance((await events_of(fleet, work(1, f"die-once={tmp_path / 'died'}")))[-1], Finished)


async def test_a_second_crash_fails_the_piece_in_words_and_the_next_is_made(fleet):
    with pytest.raises(EngineFailed, match="stopped twice") as caught:
        await events_of(fleet, work(1, "die"))
    assert caught.value.words.ko
    assert isinstance((await events_of(fleet, work(2)))[-1], Finished)


async def test_a_wedged_engine_is_killed_and_its_piece_tried_again(tmp_path):
    fleet = LocalFleet(PLAN, workers=1, supervision=Supervision(patience=2.0))
    assert isinstance((await events_of(fleet, work(1, f"wedge-once={tmp_path / 'wedged'}")))[-1], Finished)
    await fleet.close()


async def test_cancelling_stops_the_engine_within_a_step_and_keeps_its_process(fleet):
    async with aclosing(fleet.run(work(1, "slow"))) as events:
        async for event in events:
            if event.stage == "render":
                break
    process = workers()[0].pid

    async with asyncio.timeout(3.0):
        assert isinstance((await events_of(fleet, work(2)))[-1], Finished)
    assert [child.pid for child in workers()] == [process]


async def test_cancelling_a_wedged_engine_kills_it(fleet, monkeypatch):
    monkeypatch.setattr("core.fleet.child.CANCEL_SECONDS", 0.3)
    async with aclosing(fleet.run(work(1, "wedge"))) as events:
        async for _ in events:
            break
    assert isinstance((await events_of(fleet, work(2)))[-1], Finished)


async def test_work_that_is_cancelled_while_it_waits_takes_no_turn(fleet):
    first = asyncio.create_task(events_of(fleet, work(1, "slow")))
    second = asyncio.create_task(events_of(fleet, work(2)))
    await asyncio.sleep(0.05)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    assert isinstance((await events_of(fleet, work(3)))[-1], Finished)


async def test_work_is_begun_in_the_order_in_which_it_came(fleet):
    done = []

    async def make(number: int) -> None:
        await events_of(fleet, work(number))
        done.append(number)

    await asyncio.gather(*(make(number) for number in range(5)))
    assert done == list(range(5))


async def test_as_many_pieces_are_made_at_once_as_there_are_workers():
    fleet = LocalFleet(PLAN, workers=2)
    others = {child.pid for child in workers()}
    async with aclosing(fleet.run(work(1, "slow"))) as first, aclosing(fleet.run(work(2, "slow"))) as second:
        await anext(first)
        await anext(second)
        assert len(workers(others)) == 2
    await fleet.close()


async def test_closing_lets_a_process_end_by_itself(capsys):
    fleet = LocalFleet(PLAN, workers=1)
    await events_of(fleet, work(1))
    await fleet.close()
    assert "returncode=0" in capsys.readouterr().out


async def test_an_idle_process_gives_its_memory_back():
    fleet = LocalFleet(PLAN, workers=1, supervision=Supervision(idle=0.2))
    others = {child.pid for child in workers()}
    await events_of(fleet, work(1))
    assert workers(others)
    await until(lambda: not workers(others))
    assert isinstance((await events_of(fleet, work(2)))[-1], Finished)
    await fleet.close()


async def test_a_process_that_is_killed_while_idle_is_replaced(fleet):
    await events_of(fleet, work(1))
    workers()[0].kill()
    assert isinstance((await events_of(fleet, work(2)))[-1], Finished)


async def test_doctor_learns_of_every_engine(fleet):
    absent, tone = await fleet.engines()
    assert (absent.name, absent.available) == ("absent", False)
    assert "no_such_package" in absent.explanation.en
    assert (tone.name, tone.available, tone.licence, tone.commercial) == ("tone", True, "CC0-1.0", True)
    assert tone.memory > 10_000_000
    assert tone.explanation.ko


async def test_engines_that_cannot_even_start_are_told_as_missing(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    fleet = LocalFleet(PLAN, workers=1)
    assert [status.available for status in await fleet.engines()] == [False, False]
    with pytest.raises(EngineFailed):
        await events_of(fleet, work(1))
    await fleet.close()
