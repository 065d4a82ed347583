"""Who is served next: rounds of one job each, and communities in turn."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.store.turns import Waiting, serving_order

A, B, C = ("discord", "a"), ("discord", "b"), ("slack", "c")


def waiting(
    id_: str, community: tuple[str, str], *, round_: int = 0, created: float = 0.0, priority: int = 1
) -> Waiting:
    return Waiting(priority, round_, created, id_, community)


def test_communities_take_turns_inside_a_round() -> None:
    queue = [waiting(f"a{n}", A, created=n) for n in range(3)] + [waiting(f"b{n}", B, created=9 + n) for n in range(2)]
    assert serving_order(queue, {}) == ["a0", "b0", "a1", "b1", "a2"]


def test_the_community_served_longest_ago_comes_first() -> None:
    queue = [waiting("a", A), waiting("b", B), waiting("c", C)]
    assert serving_order(queue, {A: 7, B: 3}) == ["c", "b", "a"]


def test_a_second_job_waits_for_everyones_first() -> None:
    queue = [waiting("first", A), waiting("second", A, round_=1), waiting("late", B, created=99.0)]
    assert serving_order(queue, {B: 5}) == ["first", "late", "second"]


def test_a_lower_priority_number_goes_before_every_round() -> None:
    queue = [waiting("usual", A), waiting("urgent", B, round_=5, priority=0)]
    assert serving_order(queue, {}) == ["urgent", "usual"]


jobs = st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 3), st.integers(0, 1)), max_size=30)


@given(jobs, st.dictionaries(st.sampled_from([A, B, C]), st.integers(1, 9)))
def test_everyone_is_served_once_and_no_community_twice_while_another_waits(queue, served) -> None:
    everyone = [
        waiting(f"job{n}", community, round_=round_, created=float(n), priority=priority)
        for n, (community, round_, priority) in enumerate(queue)
    ]
    by_id = {job.id: job for job in everyone}
    order = serving_order(everyone, served)
    assert sorted(order) == sorted(by_id)
    keys = [(by_id[job].priority, by_id[job].round) for job in order]
    assert keys == sorted(keys)
    for group in set(keys):
        communities = [by_id[job].community for job in order if (by_id[job].priority, by_id[job].round) == group]
        totals = Counter(communities)
        for position, community in enumerate(communities[1:], start=1):
            if community == communities[position - 1]:
                done = Counter(communities[:position])
                assert all(done[other] == totals[other] for other in totals if other != community)
