"""The rack: concepts that have been read for one model, kept at hand for the next request that names them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

import torch

from core.engines.engine import Concept
from core.engines.musicgen.concepts.enhancement import enhanced
from core.engines.musicgen.concepts.file import LearnedConcept, read_concept
from core.engines.musicgen.config import DecoderConfig

KEPT = 16


class Rack:
    """Reads concepts for the model with this geometry and fingerprint; those used last stay in memory."""

    def __init__(self, config: DecoderConfig, base: str, device: torch.device) -> None:
        self._config = config
        self._base = base
        self._device = device
        self._read: OrderedDict[str, LearnedConcept] = OrderedDict()

    def take(self, concepts: Sequence[Concept]) -> dict[str, LearnedConcept]:
        """The concepts of a request by name, balanced against each other.

        Raises:
            ConceptError: one cannot be used with this model.
        """
        found = enhanced([self._one(concept.data) for concept in concepts])
        return {concept.name: learned for concept, learned in zip(concepts, found, strict=True)}

    def _one(self, data: bytes) -> LearnedConcept:
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._read:
            self._read[digest] = read_concept(data, self._config, self._base, self._device)
        self._read.move_to_end(digest)
        while len(self._read) > KEPT:
            self._read.popitem(last=False)
        return self._read[digest]
