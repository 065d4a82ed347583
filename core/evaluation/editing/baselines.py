"""What an editor is compared with: to leave everything as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.evaluation.editing.course import Piece

LEAST = 1e-4
"""The share of a codebook that is spread over all of its entries, so that none is impossible."""


@dataclass(frozen=True, slots=True)
class Copying:
    """Predicts the token of the recording with the probability `trust` (codebooks,), and else by `usual` frequencies.

    Both are counted on the pairs that the editor is taught with; `usual` has shape (codebooks, vocabulary).
    """

    trust: Tensor
    usual: Tensor

    @classmethod
    def counted(cls, pieces: Sequence[Piece], vocabulary: int) -> Copying:
        after, before = _pairs(pieces)
        counts = torch.stack([torch.bincount(book.flatten(), minlength=vocabulary) for book in after.transpose(0, 1)])
        usual = counts / counts.sum(1, keepdim=True)
        return cls((after == before).float().mean((0, 2)), (1 - LEAST) * usual + LEAST / vocabulary)

    def judged(self, pieces: Sequence[Piece]) -> tuple[float, float]:
        """Next-token loss in nats, and the share of tokens that are as they were."""
        after, before = _pairs(pieces)
        same = (after == before).float()
        trust = self.trust[None, :, None]
        usual = torch.stack([self.usual[book][after[:, book]] for book in range(after.shape[1])], dim=1)
        return float(-(trust * same + (1 - trust) * usual).log().mean()), float(same.mean())


def _pairs(pieces: Sequence[Piece]) -> tuple[Tensor, Tensor]:
    heard = [piece.heard for piece in pieces if piece.heard is not None]
    return torch.stack([piece.codes for piece in pieces]), torch.stack(heard)
