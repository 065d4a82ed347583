"""Shifts: what a concept adds to queries, keys and values, beside the model's own weights, which stay as they are.

A shift is applied to the rows of the requests that ask for it and to no others, so that requests with different
concepts, and without any, share a batch; to forget the shift is to have the base model again.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

import torch
from torch import Tensor
from torch.nn.functional import linear


class Shift(Protocol):
    @property
    def norm(self) -> float:
        """The Frobenius norm of the change over all layers."""
        ...

    def scaled(self, weight: float) -> Self: ...

    def add(self, layer: int, states: Tensor, fused: Tensor) -> None:
        """Add to the fused queries, keys and values (rows, 3 x size) of a layer's normed states (rows, size)."""
        ...


@dataclass(frozen=True, slots=True)
class Pivotal:
    """Changes of a few entries of each layer's value projection: one sparse matrix (size, size) per layer."""

    changes: tuple[Tensor, ...]
    weight: float = 1.0

    @classmethod
    def of(cls, entries: Sequence[tuple[Tensor, Tensor]], size: int, device: torch.device) -> Self:
        """From the flat places (entries,), ascending, and the changes (entries,) of each layer."""
        return cls(tuple(_sparse(places, values, size).to(device) for places, values in entries))

    @property
    def norm(self) -> float:
        total = sum(float(change.values().square().sum()) for change in self.changes)
        return abs(self.weight) * math.sqrt(total)

    def scaled(self, weight: float) -> Self:
        return replace(self, weight=self.weight * weight)

    def add(self, layer: int, states: Tensor, fused: Tensor) -> None:
        size = states.shape[1]
        product = torch.sparse.mm(self.changes[layer], states.float().T).T
        fused[:, 2 * size :] += (self.weight * product).to(fused.dtype)


@dataclass(frozen=True, slots=True)
class LowRank:
    """Low-rank changes of each layer's query and value projections (Hu et al., arXiv:2106.09685).

    `layers` holds for each layer (query down, query up, value down, value up), down (rank, size), up (size, rank).
    """

    layers: tuple[tuple[Tensor, Tensor, Tensor, Tensor], ...]
    weight: float = 1.0

    @property
    def norm(self) -> float:
        total = sum(
            float((up @ down).square().sum())
            for query_down, query_up, value_down, value_up in self.layers
            for down, up in ((query_down, query_up), (value_down, value_up))
        )
        return abs(self.weight) * math.sqrt(total)

    def scaled(self, weight: float) -> Self:
        return replace(self, weight=self.weight * weight)

    def add(self, layer: int, states: Tensor, fused: Tensor) -> None:
        size = states.shape[1]
        query_down, query_up, value_down, value_up = self.layers[layer]
        exact = states.float()
        for part, down, up in ((slice(0, size), query_down, query_up), (slice(2 * size, None), value_down, value_up)):
            fused[:, part] += (self.weight * linear(linear(exact, down), up)).to(fused.dtype)


def _sparse(places: Tensor, values: Tensor, size: int) -> Tensor:
    counts = torch.bincount(places // size, minlength=size)
    starts = torch.cat([torch.zeros(1, dtype=torch.long), counts.cumsum(0)])
    with warnings.catch_warnings():
        # "Beta" there means that not every operation exists; the one product used here does.
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta")
        return torch.sparse_csr_tensor(starts, places % size, values.float(), (size, size), check_invariants=False)
