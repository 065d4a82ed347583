"""MusicGen in its own process, as `textunes serve` runs it: several people's pieces in one batch."""

import asyncio
from contextlib import aclosing

import pytest
import pytest_asyncio

from core.brief import Brief
from core.engines.engine import Progress
from core.engines.registry import EngineSpec
from core.fleet.fleet import Finished, Work
from core.fleet.lanes import COMMON
from core.fleet.local import LocalFleet
from core.fleet.plan import Plan
from core.piece import Order

SLOTS = 3

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(folders):
    options = {"folder": str(folders["mono"]), "device": "cpu", "precision": "fp32", "slots": SLOTS, "threads": 1}
    spec = EngineSpec(name="musicgen", target="core.engines.musicgen.engine:open_musicgen", options=options)
    fleet = LocalFleet(Plan(engines=(spec,), niceness=0), workers=1)
    await fleet.engines()
    yield fleet
    await fleet.close()


def work(number: int) -> Work:
    return Work(f"job-{number}", Brief(duration=5.0, seed=number, engine="musicgen"), Order(format="wav"))


async def test_the_fleet_knows_how_many_pieces_the_engine_takes(fleet):
    (status,) = await fleet.engines()
    assert status.available, status.explanation
    assert status.slots == SLOTS
    assert status.memory > 100_000_000
    assert fleet.lanes.names == ("musicgen", COMMON)


async def test_several_pieces_are_made_in_one_batch_and_each_is_as_if_alone(fleet):
    order: list[tuple[int, str]] = []

    async def make(number: int):
        async with aclosing(fleet.run(work(number))) as events:
            async for event in events:
                order.append((number, event.stage if isinstance(event, Progress) else "finished"))
        assert isinstance(event, Finished)
        return event.piece

    together = await asyncio.gather(*(make(number) for number in range(SLOTS)))
    first_end = next(place for place, (_, stage) in enumerate(order) if stage in ("master", "encode", "finished"))
    assert {number for number, stage in order[:first_end] if stage == "compose"} == set(range(SLOTS))
    alone = await make(1)
    assert alone.file("audio").data == together[1].file("audio").data
    assert together[0].file("audio").data != together[1].file("audio").data
