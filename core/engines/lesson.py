"""Lesson: what is to be learned from recordings, and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.brief import Frozen

Method = Literal["pivotal", "lora", "tokens", "full"]
"""Identifier tokens with pivotal parameters, with low-rank matrices, alone (textual inversion), or with all weights."""

SHORTEST_MATERIAL = 30.0
"""Seconds of sound that a concept is learned from at least; two minutes are better."""


class Lesson(Frozen):
    """How a concept is learned.

    `tokens` is how many identifier tokens it gets. `fraction` is the share of each value projection that a pivotal
    concept may change, chosen in `probe` steps; `rank` that of low-rank matrices. `steps` is the most steps of training
    on `batch` windows of `window` seconds each. `rate` is the learning rate of the weights and `token_rate` that of the
    tokens. Every `check` steps the held-out loss is measured; after `patience` checks without a better one training
    ends. `rehearsal` is the weight of the base model's own music in the loss, of which `rehearsed` windows are made, so
    that other captions are followed as before. `blank` is the share of windows without their caption.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    class_word: Annotated[str, Field(min_length=1, max_length=60)] = "music"
    source: Annotated[str, Field(max_length=500)] = ""
    licence: Annotated[str, Field(max_length=200)] = ""
    method: Method = "pivotal"
    tokens: Annotated[int, Field(ge=1, le=16)] = 4
    fraction: Annotated[float, Field(gt=0.0, le=1.0)] = 0.02
    rank: Annotated[int, Field(ge=1, le=64)] = 8
    steps: Annotated[int, Field(ge=1, le=100_000)] = 300
    probe: Annotated[int, Field(ge=1, le=10_000)] = 30
    batch: Annotated[int, Field(ge=1, le=64)] = 2
    window: Annotated[float, Field(ge=1.0, le=30.0)] = 10.0
    rate: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    token_rate: Annotated[float, Field(gt=0.0, le=1.0)] = 5e-3
    check: Annotated[int, Field(ge=1)] = 25
    patience: Annotated[int, Field(ge=1)] = 4
    rehearsal: Annotated[float, Field(ge=0.0, le=10.0)] = 0.5
    rehearsed: Annotated[int, Field(ge=1, le=256)] = 6
    blank: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.1
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0

    @property
    def weight_rate(self) -> float:
        """The learning rate of the weights, where none is given one that suits the method."""
        return self.rate or {"pivotal": 1e-3, "lora": 1e-3, "tokens": 1e-3, "full": 3e-5}[self.method]
