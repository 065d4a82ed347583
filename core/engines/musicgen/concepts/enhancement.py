"""Concept enhancement: several concepts in one request, none of which drowns the others.

Each concept keeps all of its identifier tokens: several to a concept hold it better than one. Where concepts meet,
they are given the same share of what decides who is heard: as many tokens each, for the softmax of cross-attention
spreads over tokens; tokens of the same length; and changes of the weights of the same size. DreamStyler
(arXiv:2406.12292) describes the aim for a diffusion model; the means here are our own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from core.engines.musicgen.concepts.file import LearnedConcept

MOST_CHANGE = 2.0
"""A shift is scaled by this factor at most, so that a weak concept is not distorted."""


def enhanced(concepts: Sequence[LearnedConcept]) -> tuple[LearnedConcept, ...]:
    """Concepts balanced against each other; a single one is left as it is."""
    if len(concepts) < 2:
        return tuple(concepts)
    most = max(len(concept.tokens) for concept in concepts)
    repeated = [_repeated(concept.tokens, most) for concept in concepts]
    length = _middle([_length(tokens) for tokens in repeated])
    norms = {index: concept.shift.norm for index, concept in enumerate(concepts) if concept.shift is not None}
    norm = _middle(list(norms.values()))
    balanced = []
    for index, concept in enumerate(concepts):
        tokens = repeated[index] * (length / (_length(repeated[index]) or 1.0))
        shift = concept.shift
        if shift is not None and norms[index] and len(norms) > 1:
            shift = shift.scaled(min(MOST_CHANGE, max(1 / MOST_CHANGE, norm / norms[index])))
        balanced.append(replace(concept, tokens=tokens, shift=shift))
    return tuple(balanced)


def _repeated(tokens: Tensor, count: int) -> Tensor:
    """The tokens in turn until there are `count`."""
    return tokens.repeat(math.ceil(count / len(tokens)), 1)[:count]


def _length(tokens: Tensor) -> float:
    """The root mean square of the tokens' lengths."""
    return float(tokens.square().sum(1).mean().sqrt())


def _middle(values: Sequence[float]) -> float:
    """The geometric mean of what is not zero."""
    logs = [math.log(value) for value in values if value > 0]
    return math.exp(sum(logs) / len(logs)) if logs else 0.0
