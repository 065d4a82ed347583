"""The measurement of answers under load runs and counts rightly."""

from __future__ import annotations

import pytest

from adapters.discord.bench import bench_ack, overtakes
from bot.settings import Settings
from tests.adapters.discord.band import Band


def small_band(_settings: Settings) -> Band:
    return Band()


async def test_it_measures_a_bot_in_a_process_of_its_own() -> None:
    shown: list[str] = []
    report = await bench_ack(
        lambda _, what: shown.append(what), interactions=10, jobs=4, communities=2, fleet=small_band
    )

    figures = {figure.name: figure for figure in report.figures}
    assert figures["ack.unanswered"].value == 0
    assert 0 < figures["ack.p50"].value <= figures["ack.p99"].value
    assert figures["queue.overtakes"].value == 0
    assert "interactions" in shown


@pytest.mark.parametrize(
    ("served", "people", "found"),
    [
        ("abcabc", 3, 0),
        ("abccab", 3, 0),
        ("abab", 3, 2),
        ("aab", 2, 1),
        ("", 5, 0),
    ],
)
def test_who_is_served_twice_before_anothers_turn_overtakes(served: str, people: int, found: int) -> None:
    assert overtakes(served, people) == found
