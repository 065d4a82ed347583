"""Placing: a caption that names concepts, as states with their identifier tokens among those of its words.

In a caption a concept stands as its name in angle brackets. The text encoder reads its class word there instead, and
the identifier tokens go in before that word, among the encoder's states.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor

from core.engines.musicgen.concepts.file import LearnedConcept

PLACE = re.compile(r"<([^<>\s]+)>")


class Encoder(Protocol):
    """The text encoder of a model."""

    def length(self, text: str) -> int: ...

    def encode(self, caption: str) -> tuple[Tensor, bool]: ...


def placed(text: Encoder, caption: str, concepts: Mapping[str, LearnedConcept]) -> tuple[Tensor, bool]:
    """States (words and identifier tokens, text size), and whether the caption was too long and has been cut.

    A name without a concept stays a word like any other.
    """
    plain, places = "", list[tuple[int, Tensor]]()
    first, *rest = PLACE.split(caption)
    plain += first
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        concept = concepts.get(name)
        if concept is not None:
            places.append((text.length(plain), concept.tokens))
        plain += (name if concept is None else concept.card.class_word) + after
    states, cut = text.encode(plain)
    parts, taken = list[Tensor](), 0
    for at, tokens in places:
        # A caption that was cut still ends with its concepts.
        parts += [states[taken:at], tokens.to(states)]
        taken = max(taken, min(at, len(states)))
    return torch.cat([*parts, states[taken:]]), cut
