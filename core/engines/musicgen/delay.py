"""The delay pattern: codebook k of a frame is predicted k steps after codebook 0.

Copet et al. (arXiv:2306.05284), section 2.2. Column 0 of the delayed sequence holds start tokens only; codebook k of
frame f stands in column f + 1 + delay(k).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def columns_for(frames: int, delays: Sequence[int]) -> int:
    """Columns to predict until `frames` frames are complete."""
    return frames + max(delays)


def delayed(codes: Tensor, delays: Sequence[int], start: int) -> Tensor:
    """Codes of shape (codebooks, frames) as columns of shape (codebooks, 1 + frames + longest delay)."""
    books, frames = codes.shape
    columns = torch.full((books, 1 + columns_for(frames, delays)), start, dtype=torch.long, device=codes.device)
    for book, delay in enumerate(delays):
        columns[book, 1 + delay : 1 + delay + frames] = codes[book]
    return columns


def undelayed(columns: Tensor, delays: Sequence[int]) -> Tensor:
    """The complete frames within columns (codebooks, columns), as codes of shape (codebooks, frames)."""
    frames = max(0, columns.shape[1] - 1 - max(delays))
    return torch.stack([columns[book, 1 + delay : 1 + delay + frames] for book, delay in enumerate(delays)])
