"""Text fusion: low-rank changes of the queries and values of cross-attention, so that it reads instructions."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import linear

from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.editing.weights import SCALE, EditingWeights

Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class TextFusion:
    """Per layer the lower (rank, size) and upper (size, rank) matrices for queries and for values."""

    queries: tuple[Pair, ...]
    values: tuple[Pair, ...]

    @classmethod
    def of(cls, decoder: Decoder, weights: EditingWeights) -> TextFusion | None:
        """None for an editor that leaves cross-attention alone."""
        if not weights.reads_instructions:
            return None

        def pairs(target: str) -> tuple[Pair, ...]:
            return tuple(
                (
                    weights.tensors[f"{target}.{layer}.down"].to(decoder.device, decoder.dtype),
                    weights.tensors[f"{target}.{layer}.up"].to(decoder.device, decoder.dtype),
                )
                for layer in range(decoder.config.layers)
            )

        return cls(pairs("query"), pairs("value"))

    def query(self, layer: int, states: Tensor) -> Tensor:
        """What is added to the queries of states (rows, size)."""
        return _changed(self.queries[layer], states)

    def value(self, layer: int, states: Tensor) -> Tensor:
        """What is added to the values of text states (tokens, size)."""
        return _changed(self.values[layer], states)


def _changed(pair: Pair, states: Tensor) -> Tensor:
    down, up = pair
    changed: Tensor = SCALE * linear(linear(states, down), up)
    return changed
