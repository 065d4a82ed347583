"""Rows: which rows of a step belong to which request.

A request has two rows, its conditional and its null one, or three under double guidance: both conditions, null, and the
first condition alone. Kernels keep rows apart in pairs, so three go through the matrices with a companion, which is a
copy of the last and reaches neither the cache nor the predictions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

PAIR = 2


def starts_of(counts: Sequence[int]) -> list[int]:
    """Where the rows of each request begin among all, companions included, and where they end."""
    starts = [0]
    for count in counts:
        starts.append(starts[-1] + count + count % PAIR)
    return starts


class Rows:
    """The rows of one step: for each of them its request, and for those that are no companions their place.

    `counts` are the rows of each request, `slots` and `reach` its slot and position; `room` is how many rows a slot has
    in the cache.
    """

    def __init__(
        self, counts: Sequence[int], slots: Sequence[int], reach: Sequence[int], room: int, device: torch.device
    ) -> None:
        self._even = all(count == PAIR for count in counts)
        self._counts = counts
        self._starts = starts_of(counts)
        requests = range(len(counts))
        real = [(index, half) for index in requests for half in range(counts[index])]
        widths = [count + count % PAIR for count in counts]
        self.owners = torch.tensor([index for index in requests for _ in range(widths[index])], device=device)
        self.at = torch.tensor(reach, device=device)[self.owners]
        self.cached = torch.tensor([room * slots[index] + half for index, half in real], device=device)
        self._real = torch.tensor([self._starts[index] + half for index, half in real], device=device)
        self.positions = self.at[self._real]
        # Neighbouring slots that are equally far are attended to at once, where nothing lies between their rows.
        keys = [(reach[index], counts[index] if counts[index] == room else -1 - index) for index in requests]
        before = [0]
        for count in counts:
            before.append(before[-1] + count)
        self.together = [(slice(before[a], before[b]), room * slots[a], reach[a] + 1) for a, b in runs(keys, slots)]

    def without_companions(self, rows: Tensor) -> Tensor:
        return rows if self._even else rows[self._real]

    def with_companions(self, rows: Tensor) -> Tensor:
        if self._even:
            return rows
        whole = rows.new_zeros(self._starts[-1], *rows.shape[1:])
        whole[self._real] = rows
        return whole

    def by_request(self, rows: Tensor) -> Tensor:
        """(rows, …) as (requests, 2 or 3, …); what has two rows beside others with three has its first one again."""
        if self._even:
            return rows.unflatten(0, (-1, PAIR))
        widest = max(self._counts)
        places = [
            [start + (half if half < count else 0) for half in range(widest)]
            for start, count in zip(self._starts, self._counts, strict=False)
        ]
        return rows[torch.tensor(places, device=rows.device)]


def runs(keys: Sequence[object], slots: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches [first, last) of neighbouring slots with equal keys."""
    first = 0
    for index in range(1, len(keys) + 1):
        if index == len(keys) or keys[index] != keys[first] or slots[index] != slots[index - 1] + 1:
            yield first, index
            first = index
