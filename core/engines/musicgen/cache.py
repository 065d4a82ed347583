"""Keys and values of every position so far, for every slot: allocated once, never moved."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.engines.musicgen.config import DecoderConfig


def positions_for(config: DecoderConfig, text_length: int = 0) -> int:
    """Positions of the longest sequence: the prefix, the start column, and every column that is fed back."""
    prefix = config.prefix_room + text_length if config.prefix else 0
    return prefix + config.max_frames + max(config.delays)


def bytes_per_slot(config: DecoderConfig, positions: int, dtype: torch.dtype) -> int:
    """A slot holds two or three rows, each with a key and a value per layer and position."""
    return config.layers * config.rows * 2 * positions * config.size * int(dtype.itemsize)


class KVCache:
    """`keys[layer]` and `values[layer]` have shape (rows x slots, heads, positions, head size).

    With two rows, row 2s of a layer is the conditional row of slot s, row 2s + 1 its null row: slots that stand side by
    side and are equally far can be attended to in one call, without a copy.
    """

    def __init__(
        self, config: DecoderConfig, slots: int, positions: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        self.slots = slots
        self.rows = config.rows
        self.positions = positions
        shape = (config.rows * slots, config.heads, positions, config.head_size)
        self.keys = [torch.empty(shape, dtype=dtype, device=device) for _ in range(config.layers)]
        self.values = [torch.empty(shape, dtype=dtype, device=device) for _ in range(config.layers)]

    def write(self, layer: int, rows: Tensor, positions: Tensor, keys: Tensor, values: Tensor) -> None:
        """Store keys and values (entries, heads, head size), each at its row and position."""
        self.keys[layer][rows, :, positions] = keys.to(self.keys[layer].dtype)
        self.values[layer][rows, :, positions] = values.to(self.values[layer].dtype)

    def keep(self, slots: Sequence[int]) -> None:
        """Keep these slots, in this order, as the only ones; a layer at a time, as memory is short then."""
        rows = [self.rows * slot + half for slot in slots for half in range(self.rows)]
        for stored in (self.keys, self.values):
            for layer, tensor in enumerate(stored):
                stored[layer] = tensor[rows]
        self.slots = len(slots)
