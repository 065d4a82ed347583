"""Dice: randomness in layers, so that one aspect of a piece can be drawn anew while the others stay."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Literal, TypeVar

from core.brief import Brief

Choice = TypeVar("Choice")

Layer = Literal[
    "key", "tempo", "form", "palette", "harmony",  # what a large variation keeps
    "groove", "bass", "comping", "motif",  # what a small variation keeps as well
    "answer", "ornament", "fill", "performance",  # what every variation draws anew
]  # fmt: skip

_KEPT_BY_LARGE = frozenset({"key", "tempo", "form", "palette", "harmony"})
_KEPT_BY_SMALL = _KEPT_BY_LARGE | {"groove", "bass", "comping", "motif"}


class Dice:
    """Streams of random numbers, one per layer and name, that are the same on every platform.

    A variation takes the layers that it keeps from the seeds of its ancestors.
    """

    def __init__(self, brief: Brief) -> None:
        self._seed = brief.seed or 0
        self._variation = brief.variation

    def seed_of(self, layer: Layer) -> int:
        """The seed that a layer is drawn from."""
        variation = self._variation
        if variation is None:
            return self._seed
        root = variation.of_seed if variation.root_seed is None else variation.root_seed
        if layer in _KEPT_BY_LARGE:
            return root
        if variation.amount == "small" and layer in _KEPT_BY_SMALL:
            return variation.of_seed
        return self._seed

    def layer(self, layer: Layer, name: str = "") -> random.Random:
        """The stream of a layer; `name` tells apart several users of it."""
        digest = hashlib.sha256(f"{self.seed_of(layer)}/{layer}/{name}".encode()).digest()
        return random.Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - music, not secrets


def pick_near(
    random_: random.Random,
    ordered: Sequence[Choice],
    position: float,
    spread: float = 1.6,
    favour: Sequence[float] | None = None,
) -> Choice:
    """One of an ordered sequence, most likely near `position` (0 the first … 1 the last), `spread` items around it.

    `favour` makes some of them more likely than others.
    """
    centre = position * (len(ordered) - 1)
    weights = [max(0.02, 1.0 - abs(index - centre) / spread) for index in range(len(ordered))]
    if favour is not None:
        weights = [weight * liked for weight, liked in zip(weights, favour, strict=True)]
    return random_.choices(ordered, weights)[0]
