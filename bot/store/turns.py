"""Turns: who is served next.

Inside a priority, jobs stand in rounds: a person has at most one job in a round, so nobody waits behind another's
second job. Inside a round communities take turns, the one served longest ago first. `Jobs.claim` does this in SQL; the
function here foretells it, for the places in the queue that people see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

CommunityKey = tuple[str, str]
"""Platform and community."""


class Waiting(NamedTuple):
    """A queued job, ordered as it is served inside its community."""

    priority: int
    round: int
    created: float
    id: str
    community: CommunityKey


def serving_order(waiting: Iterable[Waiting], served: Mapping[CommunityKey, int]) -> list[str]:
    """The ids of queued jobs in the order in which they will be claimed.

    `served` numbers the latest turn of each community; one that is missing was never served.
    """
    latest = dict(served)
    turn = max(latest.values(), default=0)
    order: list[str] = []
    rounds: dict[tuple[int, int], list[Waiting]] = defaultdict(list)
    for job in waiting:
        rounds[job.priority, job.round].append(job)
    for key in sorted(rounds):
        queues: dict[CommunityKey, list[Waiting]] = defaultdict(list)
        for job in sorted(rounds[key], reverse=True):
            queues[job.community].append(job)
        heads = [_head(queue, latest) for queue in queues.values()]
        heapify(heads)
        while heads:
            job = queues[heads[0][-1]].pop()
            order.append(job.id)
            turn += 1
            latest[job.community] = turn
            rest = queues[job.community]
            if rest:
                heapreplace(heads, _head(rest, latest))
            else:
                heappop(heads)
    return order


def _head(queue: list[Waiting], latest: Mapping[CommunityKey, int]) -> tuple[int, float, str, CommunityKey]:
    job = queue[-1]
    return latest.get(job.community, 0), job.created, job.id, job.community
