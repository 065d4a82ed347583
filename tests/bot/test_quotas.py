"""Quotas: per person and per community, with the time when it will be possible again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.people import Asker
from bot.quotas import QuotaExceeded, Quotas, span
from bot.settings import CommunityRule, Limits, QuotaSettings
from bot.store.store import Store
from core.brief import Brief
from core.words import Words
from tests.bot.pieces import person
from tests.bot.store.asking import ask_as, request_of

HOUR = 3600.0


def quotas(store: Store, **settings) -> Quotas:
    none = {"person": Limits(), "community": Limits()}
    return Quotas(QuotaSettings(**none | settings), store.database, store.clock)


async def check(store: Store, rules: Quotas, asker: Asker, seconds: float = 30.0) -> None:
    request = replace(request_of(asker), brief=Brief(duration=seconds))
    async with store.database.writing() as connection:
        await rules.check(connection, request)


async def refusal(store: Store, rules: Quotas, asker: Asker, seconds: float = 30.0) -> Words:
    with pytest.raises(QuotaExceeded) as caught:
        await check(store, rules, asker, seconds)
    return caught.value.words


async def test_nothing_is_limited_by_zero(store: Store) -> None:
    for _ in range(3):
        await ask_as(store, person("kari"))
    await check(store, quotas(store), person("kari"))


async def test_a_person_waits_for_so_many_at_once(store: Store) -> None:
    rules = quotas(store, person=Limits(queued=2))
    await ask_as(store, person("kari"))
    job = await ask_as(store, person("kari", "another community"))
    words = await refusal(store, rules, person("kari"))
    assert "2 pieces" in words.en
    assert "as soon as one is finished" in words.en
    assert "2곡" in words.ko
    await check(store, rules, person("somebody else"))
    await store.outcomes.cancel(job.id, Words("", ""))
    await check(store, rules, person("kari"))


async def test_a_community_waits_for_so_many_at_once(store: Store) -> None:
    rules = quotas(store, community=Limits(queued=2))
    for name in ("a", "b"):
        await ask_as(store, person(name))
    words = await refusal(store, rules, person("c"))
    assert words.en.startswith("People here")
    assert words.ko.startswith("이곳에서")
    await check(store, rules, person("c", "elsewhere"))


async def test_a_day_has_so_many_pieces_and_the_refusal_says_when_it_is_over(store: Store, clock) -> None:
    rules = quotas(store, person=Limits(per_day=2))
    await ask_as(store, person("kari"))
    clock.now += 2 * HOUR
    await ask_as(store, person("kari"))
    clock.now += HOUR
    words = await refusal(store, rules, person("kari"))
    assert "in 21 hours" in words.en
    assert "21시간 뒤에" in words.ko
    clock.now += 21 * HOUR
    await check(store, rules, person("kari"))


async def test_a_day_has_so_many_seconds_of_music(store: Store, clock) -> None:
    rules = quotas(store, person=Limits(seconds_per_day=90))
    await ask_as(store, person("kari"))
    clock.now += HOUR
    await ask_as(store, person("kari"))
    await check(store, rules, person("kari"), 30)
    words = await refusal(store, rules, person("kari"), 60)
    assert "in 23 hours" in words.en
    assert "2 minutes of music" in words.en
    assert "shorter" in (await refusal(store, rules, person("kari"), 91)).en


async def test_failures_and_what_was_cancelled_in_time_are_free(store: Store) -> None:
    rules = quotas(store, person=Limits(per_day=1))
    await ask_as(store, person("kari"))
    await store.outcomes.fail(await store.jobs.claim(30), Words("", ""))
    job = await ask_as(store, person("kari"))
    await store.outcomes.cancel(job.id, Words("", ""))
    await check(store, rules, person("kari"))
    await ask_as(store, person("kari"))
    running = await store.jobs.claim(30)
    await store.outcomes.cancel(running.id, Words("", ""))
    await refusal(store, rules, person("kari"))


async def test_a_community_may_have_its_own_rules(store: Store) -> None:
    rule = CommunityRule(limits=Limits(queued=1), person=Limits(), priority=0)
    rules = quotas(store, person=Limits(queued=1), communities={"discord:oslo": rule})
    assert rules.priority(person("kari")) == 0
    assert rules.priority(person("kari", "elsewhere")) == 1
    await ask_as(store, person("kari"))
    assert (await refusal(store, rules, person("kari"))).en.startswith("People here")
    assert (await refusal(store, rules, person("kari", "elsewhere"))).en.startswith("You")


async def test_requests_that_arrive_together_count_each_other(store: Store) -> None:
    rules = quotas(store, person=Limits(queued=3))

    async def accept(n: int) -> bool:
        request = request_of(person("kari", f"community {n % 2}"))
        try:
            async with store.database.writing() as connection:
                await rules.check(connection, request)
                await store.jobs.add(connection, request)
        except QuotaExceeded:
            return False
        return True

    assert sum(await asyncio.gather(*(accept(n) for n in range(10)))) == 3


@pytest.mark.parametrize(
    ("seconds", "en", "ko"),
    [
        (1, "1 minute", "1분"),
        (61, "2 minutes", "2분"),
        (3600, "1 hour", "1시간"),
        (2 * 3600 + 60, "2 hours 1 minute", "2시간 1분"),
    ],
)
def test_time_is_told_in_words(seconds: float, en: str, ko: str) -> None:
    assert span(seconds) == Words(en, ko)
