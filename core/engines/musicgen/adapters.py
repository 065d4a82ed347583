"""Adapters: what one request's rows may bring along into the layers of a decoder that others share.

Each is applied to the rows of its own request by themselves, so what a request gets does not depend on its company.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class Hearing(Protocol):
    """Something that self-attention hears besides the sequence itself."""

    def add(self, layer: int, query: Tensor, attended: Tensor, at: Tensor) -> None:
        """Add to `attended` (rows, size) what queries (rows, heads, head size) at positions (rows,) hear."""
        ...


class CrossReading(Protocol):
    """Changes of how cross-attention reads a text."""

    def query(self, layer: int, states: Tensor) -> Tensor:
        """What is added to the queries of states (rows, size)."""
        ...

    def value(self, layer: int, states: Tensor) -> Tensor:
        """What is added to the values of text states (tokens, size)."""
        ...
