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
    """`layers[layer]` has shape (rows x slots, 2, heads, positions, head size): a row's keys, then its values.

    With two rows, row 2s of a layer is the conditional row of slot s, row 2s + 1 its null row: slots that stand side by
    side and are equally far can be written and attended to in one call, without a copy.
    """

    def __init__(
        self, config: DecoderConfig, slots: int, positions: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        self.slots = slots
        self.rows = config.rows
        self.positions = positions
        shape = (config.rows * slots, 2, config.heads, positions, config.head_size)
        self.layers = [torch.empty(shape, dtype=dtype, device=device) for _ in range(config.layers)]

    def write(self, layer: int, rows: slice, positions: slice, pairs: Tensor) -> None:
        """Store keys and values (rows, positions, 2, heads, head size)."""
        self.layers[layer][rows, :, :, positions] = pairs.permute(0, 2, 3, 1, 4)

    def read(self, layer: int, rows: slice, length: int) -> tuple[Tensor, Tensor]:
        """Keys and values (rows, heads, length, head size) of the first `length` positions."""
        pairs = self.layers[layer][rows, :, :, :length]
        return pairs[:, 0], pairs[:, 1]

    def clear(self, slot: int, first: int) -> None:
        """Forget a slot's positions from `first` on."""
        for tensor in self.layers:
            tensor[self.rows * slot : self.rows * (slot + 1), :, :, first:] = 0

    def keep(self, slots: Sequence[int]) -> None:
        """Keep these slots, in this order, as the only ones; a layer at a time, as memory is short then."""
        rows = [self.rows * slot + half for slot in slots for half in range(self.rows)]
        for layer, tensor in enumerate(self.layers):
            self.layers[layer] = tensor[rows]
        self.slots = len(slots)
