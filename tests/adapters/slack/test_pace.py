"""Pace: posts wait for their turn, edits beyond the allowance are left out."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.pace import EDITS_AT_ONCE, MOST_REMEMBERED, Pace


class SetClock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def slept(clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited each time; waiting moves the clock."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


async def test_posts_into_one_conversation_are_a_second_apart(clock: SetClock, slept: list[float]) -> None:
    pace = Pace(clock=clock)
    for _ in range(3):
        await pace.post("C1")
    assert slept == [1.0, 1.0]


async def test_conversations_do_not_wait_for_each_other(clock: SetClock, slept: list[float]) -> None:
    pace = Pace(clock=clock)
    await pace.post("C1")
    await pace.post("C2")
    assert slept == []


async def test_after_a_pause_nothing_is_waited_for(clock: SetClock, slept: list[float]) -> None:
    pace = Pace(clock=clock)
    await pace.post("C1")
    clock.now += 5.0
    await pace.post("C1")
    assert slept == []


def test_a_few_edits_come_at_once_and_then_fifty_a_minute(clock: SetClock) -> None:
    pace = Pace(clock=clock)
    assert sum(pace.may_edit("T1") for _ in range(20)) == EDITS_AT_ONCE
    allowed = 0
    for _ in range(600):
        clock.now += 0.1
        allowed += pace.may_edit("T1")
    assert allowed == pytest.approx(50, abs=1)


def test_workspaces_have_an_allowance_each(clock: SetClock) -> None:
    pace = Pace(clock=clock)
    while pace.may_edit("T1"):
        pass
    assert pace.may_edit("T2")


def test_what_is_remembered_is_bounded(clock: SetClock) -> None:
    pace = Pace(clock=clock)
    for number in range(MOST_REMEMBERED + 10):
        pace.may_edit(f"T{number}")
    assert len(pace._edits_paid) == MOST_REMEMBERED
