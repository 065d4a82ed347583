"""Rows: which rows of a step belong to which request.

A request has two rows, its conditional and its null one, or three under double guidance: both conditions, null, and the
first condition alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import torch
from torch import Tensor

PAIR = 2


def starts_of(counts: Sequence[int]) -> list[int]:
    """Where the rows of each request begin among all, and where the last one's end."""
    return list(accumulate(counts, initial=0))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that are written and attended to at once: `span` of the step's, `cached` of the cache's, all equally far."""

    span: slice
    cached: slice
    reach: int


class Rows:
    """The rows of one step.

    `counts` are the rows of each request, `slots` and `reach` its slot and position; `room` is how many rows a slot has
    in the cache. Where every request has two rows, as nearly always, no tensor of indices is needed.
    """

    def __init__(
        self, counts: Sequence[int], slots: Sequence[int], reach: Sequence[int], room: int, device: torch.device
    ) -> None:
        self._pairs = all(count == PAIR for count in counts)
        self._counts = counts
        self._starts = starts_of(counts)
        self._reach = reach
        self._device = device
        # Neighbouring slots that are equally far are attended to at once, where nothing lies between their rows.
        keys = [(reach[index], counts[index] if counts[index] == room else -1 - index) for index in range(len(counts))]
        self.stretches = [self._stretch(first, last, room * slots[first]) for first, last in runs(keys, slots)]

    def _stretch(self, first: int, last: int, cached: int) -> Stretch:
        span = slice(self._starts[first], self._starts[last])
        return Stretch(span, slice(cached, cached + span.stop - span.start), self._reach[first])

    def spread(self, values: Tensor) -> Tensor:
        """What is known of each request (requests, …) for each of its rows (rows, …)."""
        if self._pairs:
            return values.repeat_interleave(PAIR, dim=0)
        owners = [index for index, count in enumerate(self._counts) for _ in range(count)]
        return values[torch.tensor(owners, device=self._device)]

    @cached_property
    def at(self) -> Tensor:
        """The position of each row."""
        return self.spread(torch.tensor(self._reach, device=self._device))

    def by_request(self, rows: Tensor) -> Tensor:
        """(rows, …) as (requests, 2 or 3, …); what has two rows beside others with three has its first one again."""
        if self._pairs:
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
