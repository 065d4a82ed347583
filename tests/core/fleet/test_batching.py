"""LocalFleet with an engine that makes several pieces in one batch, beside one that makes them one at a time."""

import asyncio
from contextlib import aclosing

import pytest
import pytest_asyncio

from core.brief import Brief
from core.engines.engine import Progress
from core.engines.registry import EngineSpec
from core.errors import EngineFailed
from core.fleet.fleet import Finished, Work
from core.fleet.local import LocalFleet, Supervision
from core.fleet.plan import Plan
from core.piece import Order
from tests.core.choir import SLOTS
from tests.core.fleet.test_local import events_of, until, workers

PLAN = Plan(
    engines=(
        EngineSpec(name="choir", target="tests.core.choir:build"),
        EngineSpec(name="tone", target="tests.core.tone:build"),
    ),
    niceness=0,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet():
    fleet = LocalFleet(PLAN, workers=1, supervision=Supervision(idle=60.0, patience=20.0))
    await fleet.engines()
    yield fleet
    await fleet.close()


def work(name: object, *keywords: str, engine: str = "choir") -> Work:
    brief = Brief(keywords=keywords, duration=5.0, seed=1, engine=engine)
    return Work(id=f"job-{name}", brief=brief, order=Order())


def company(events) -> set[int]:
    """How many were singing, at each of the steps."""
    stages = [event.stage for event in events if isinstance(event, Progress) and " in " in event.stage]
    return {int(stage.split()[0]) for stage in stages}


def processes(events) -> set[str]:
    stages = [event.stage for event in events if isinstance(event, Progress) and " in " in event.stage]
    return {stage.split()[-1] for stage in stages}


async def begun(fleet, work):
    """Events of a piece that is under way by now, and those that follow."""
    events = fleet.run(work)
    while " in " not in getattr(await anext(events), "stage", ""):
        pass
    return events


async def test_pieces_of_a_batching_engine_are_made_together_in_one_process(fleet):
    made = await asyncio.gather(*(events_of(fleet, work(number, "crowd")) for number in range(SLOTS)))
    assert all(isinstance(events[-1], Finished) for events in made)
    assert all(SLOTS in company(events) for events in made)
    assert len(set.union(*map(processes, made))) == 1


async def test_auto_is_the_lane_of_the_engine_that_will_be_chosen(fleet):
    made = await asyncio.gather(*(events_of(fleet, work(number, "crowd", engine="auto")) for number in range(SLOTS)))
    assert all(SLOTS in company(events) for events in made)


async def test_no_more_are_made_at_once_than_there_are_slots(fleet):
    made = await asyncio.gather(*(events_of(fleet, work(number)) for number in range(SLOTS + 3)))
    assert max(set.union(*map(company, made))) <= SLOTS
    assert all(isinstance(events[-1], Finished) for events in made)


async def test_a_piece_made_by_itself_does_not_wait_for_a_batch_nor_share_its_process(fleet):
    async with aclosing(await begun(fleet, work("slow", "slow"))) as slow:
        assert isinstance((await events_of(fleet, work(1, engine="tone")))[-1], Finished)
        assert isinstance((await events_of(fleet, work(2)))[-1], Finished)
        assert isinstance([event async for event in slow][-1], Finished)
    assert len(workers()) == 2


async def test_cancelling_one_leaves_the_others(fleet):
    other = asyncio.create_task(events_of(fleet, work("other", "slow")))
    async with aclosing(await begun(fleet, work("one", "slow"))):
        pass
    made = await other
    assert isinstance(made[-1], Finished)
    assert len(processes(made)) == 1


async def test_a_cancelled_piece_gives_its_place_to_the_next(fleet):
    slow = [await begun(fleet, work(number, "slow")) for number in range(SLOTS)]
    waiting = asyncio.create_task(events_of(fleet, work("next")))
    await slow[0].aclose()
    assert isinstance((await waiting)[-1], Finished)
    for events in slow[1:]:
        await events.aclose()


async def test_a_crash_tries_all_pieces_of_the_batch_again(fleet, tmp_path):
    wishes = [work(number, "crowd") for number in range(SLOTS - 1)]
    made = await asyncio.gather(
        *(events_of(fleet, each) for each in (*wishes, work("ill", "crowd", f"die-once={tmp_path / 'died'}")))
    )
    assert all(isinstance(events[-1], Finished) for events in made)
    assert all(len(processes(events)) == 2 for events in made)


async def test_a_piece_that_kills_the_engine_every_time_fails_alone(fleet):
    wishes = [*(work(number, "slow") for number in range(2)), work("ill", "die")]
    *others, ill = await asyncio.gather(*(events_of(fleet, each) for each in wishes), return_exceptions=True)
    assert isinstance(ill, EngineFailed)
    assert all(isinstance(events[-1], Finished) for events in others)


async def test_a_wedged_batch_is_killed_and_tried_again(tmp_path):
    fleet = LocalFleet(PLAN, workers=1, supervision=Supervision(patience=2.0))
    await fleet.engines()
    made = await asyncio.gather(
        events_of(fleet, work(1)), events_of(fleet, work(2, f"wedge-once={tmp_path / 'wedged'}"))
    )
    assert all(isinstance(events[-1], Finished) for events in made)
    await fleet.close()


async def test_memory_is_told_of_the_process_that_has_it(fleet):
    await events_of(fleet, work(1))
    await events_of(fleet, work(2, engine="tone"))
    choir, tone = await fleet.engines()
    assert choir.slots == SLOTS
    assert choir.memory is not None
    assert tone.memory is not None


async def test_an_idle_batch_gives_its_memory_back():
    fleet = LocalFleet(PLAN, workers=1, supervision=Supervision(idle=0.2))
    others = {child.pid for child in workers()}
    await fleet.engines()
    await events_of(fleet, work(1))
    await until(lambda: not workers(others))
    assert isinstance((await events_of(fleet, work(2)))[-1], Finished)
    await fleet.close()
