"""Jobs are claimed fairly, for a lease, and only the latest attempt may write."""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.store import Store
from core.words import Words
from tests.bot.pieces import channel, person, track_of
from tests.bot.store.asking import ask, ask_as


async def claim_all(store: Store) -> list[str]:
    order = []
    while (job := await store.jobs.claim(30)) is not None:
        order.append(job.id)
    return order


async def test_a_job_comes_back_as_it_was_asked_for(store: Store) -> None:
    asked = await ask_as(store, person("kari", language="ko"), text="배가 떠난다")
    got = await store.jobs.get(asked.id)
    assert got == asked
    assert got.request.read.text == "배가 떠난다"
    assert got.request.brief.model_fields_set == {"genres", "seed"}


async def test_a_claim_takes_one_job_and_nobody_else_gets_it(store: Store) -> None:
    asked = await ask(store)
    claimed = await store.jobs.claim(30)
    assert (claimed.id, claimed.state, claimed.attempt) == (asked.id, "running", 1)
    assert await store.jobs.claim(30) is None


async def test_jobs_for_engines_without_room_are_passed_over(store: Store) -> None:
    first = await ask(store, "one", engine="musicgen")
    second = await ask(store, "two", engine="composer")
    third = await ask(store, "three")
    assert (await store.jobs.claim(30, {"musicgen"})).id == second.id
    assert await store.jobs.claim(30, {"musicgen", "auto"}) is None
    assert (await store.jobs.claim(30, {"composer", "musicgen"})).id == third.id
    assert (await store.jobs.claim(30)).id == first.id


async def test_nobody_waits_behind_anothers_second_job(store: Store) -> None:
    greedy = [await ask(store, "greedy") for _ in range(3)]
    modest = await ask(store, "modest")
    far = await ask(store, "far", "seoul")
    order = await claim_all(store)
    assert set(order[:3]) == {greedy[0].id, modest.id, far.id}
    assert order[3:] == [greedy[1].id, greedy[2].id]


async def test_somebody_new_goes_before_the_rest_of_a_long_queue(store: Store) -> None:
    for _ in range(5):
        await ask(store, "greedy")
    for _ in range(2):
        await store.jobs.claim(30)
    late = await ask(store, "late")
    assert (await store.jobs.claim(30)).id == late.id


async def test_whoever_was_just_served_asks_again_behind_those_who_wait(store: Store) -> None:
    await ask(store, "quick", "one")
    others = [await ask(store, f"other{n}", "two") for n in range(3)]
    await store.jobs.claim(30)
    again = await ask(store, "quick", "one")
    assert await claim_all(store) == [other.id for other in others] + [again.id]


async def test_jobs_cancelled_while_waiting_do_not_count_against_their_asker(store: Store) -> None:
    for _ in range(3):
        await store.outcomes.cancel((await ask(store, "hasty")).id, Words("", ""))
    waiting = await ask(store, "patient")
    mine = await ask(store, "hasty")
    assert mine.round == waiting.round == 0


async def test_the_same_person_is_one_person_in_every_community(store: Store) -> None:
    first = await ask(store, "spread", "one")
    second = await ask(store, "spread", "two")
    other = await ask(store, "other", "three")
    order = await claim_all(store)
    assert order.index(second.id) == 2
    assert {first.id, other.id} == set(order[:2])


async def test_a_lower_priority_number_is_claimed_first(store: Store) -> None:
    usual = await ask(store, "usual")
    urgent = await ask(store, "urgent", priority=0)
    assert await claim_all(store) == [urgent.id, usual.id]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=18))
async def test_the_foretold_order_is_the_order_of_claims_and_is_fair(store: Store, clock, asks) -> None:
    await claim_all(store)
    async with store.database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM jobs")
    owners = {}
    for community, name in asks:
        clock.now += 1
        job = await ask(store, f"{community}.{name}", f"community{community}")
        owners[job.id] = job.request.asker.person
    foretold = await store.jobs.order()
    order = await claim_all(store)
    assert order == foretold
    had: Counter[str] = Counter()
    for position, job in enumerate(order):
        still_waiting = {owners[other] for other in order[position:]}
        assert had[owners[job]] == min(had[person] for person in still_waiting)
        had[owners[job]] += 1


async def test_claims_that_come_together_take_different_jobs(store: Store) -> None:
    asked = {(await ask(store, f"person{n}", f"community{n % 3}")).id for n in range(8)}
    claimed = await asyncio.gather(*(store.jobs.claim(30) for _ in range(10)))
    ids = [job.id for job in claimed if job is not None]
    assert len(ids) == len(set(ids))
    assert set(ids) <= asked
    assert set(ids) | set(await claim_all(store)) == asked


async def test_a_kept_lease_is_not_taken_over(store: Store, clock) -> None:
    await ask(store)
    job = await store.jobs.claim(30)
    clock.now += 20
    assert await store.jobs.keep({job.id: job.attempt}, 30) == {job.id}
    clock.now += 20
    assert await store.jobs.recover() == []


async def test_a_job_of_a_dead_process_is_claimed_again_with_a_new_attempt(store: Store, clock) -> None:
    asked = await ask(store)
    await store.jobs.claim(30)
    clock.now += 31
    assert await store.jobs.recover() == [asked.id]
    assert (await store.jobs.claim(30)).attempt == 2


async def test_a_stale_attempt_can_write_nothing(store: Store, clock) -> None:
    await ask(store)
    stale = await store.jobs.claim(30)
    clock.now += 31
    await store.jobs.recover()
    for _ in ("while the job waits", "while another attempt runs"):
        await store.jobs.progress(stale.id, stale.attempt, 0.9, "mix")
        assert not await store.jobs.keep({stale.id: stale.attempt}, 30)
        assert not await store.jobs.put_back(stale.id, stale.attempt)
        assert not await store.outcomes.fail(stale, Words("no", "아니요"))
        assert not await store.outcomes.finish(stale, track_of(stale))
        assert await store.library.get(stale.id) is None
        assert await store.deliveries.claim(["discord"], 30) is None
        assert (await store.jobs.get(stale.id)).fraction == 0.0
        await store.jobs.claim(30)
    assert (await store.jobs.get(stale.id)).attempt == 2


async def test_a_job_that_is_put_back_keeps_its_place(store: Store) -> None:
    first = await ask(store, "first")
    await ask(store, "second")
    job = await store.jobs.claim(30)
    await store.jobs.progress(job.id, job.attempt, 0.4, "render")
    assert await store.jobs.put_back(job.id, job.attempt, failed=True)
    back = await store.jobs.get(job.id)
    assert (back.state, back.failures, back.fraction, back.round) == ("queued", 1, 0.0, first.round)


async def test_the_answer_can_be_sent_elsewhere(store: Store) -> None:
    job = await ask(store)
    await store.jobs.move(job.id, channel("elsewhere"))
    assert (await store.jobs.get(job.id)).request.place == channel("elsewhere")


async def test_a_person_sees_only_their_own_unfinished_jobs(store: Store) -> None:
    mine = [await ask(store, "me"), await ask(store, "me", "elsewhere")]
    await ask(store, "you")
    job = await store.jobs.claim(30)
    await store.outcomes.fail(job, Words("broke", "고장"))
    unfinished = [job.id for job in await store.jobs.of_person(person("me"))]
    assert unfinished == [other.id for other in mine if other.id != job.id]


async def test_old_records_go_but_not_while_their_result_is_on_its_way(store: Store, clock) -> None:
    await ask(store)
    job = await store.jobs.claim(30)
    await store.outcomes.fail(job, Words("broke", "고장"))
    clock.now += 1000
    await store.jobs.delete_before(clock.now)
    assert await store.jobs.get(job.id) is not None
    await store.deliveries.done(await store.deliveries.claim(["discord"], 30), "message")
    await store.jobs.delete_before(clock.now)
    assert await store.jobs.get(job.id) is None
