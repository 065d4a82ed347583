"""Nearest neighbours among excerpts: how much what was made has in common with the recording that it takes after.

Rouard et al. (arXiv:2407.12563), section 5: KNN-common is the share of source songs that the nearest neighbours of the
reference and those of the output have in common; and the output is a copy where the reference itself is its nearest
neighbour. Their encoder and K are not published: here excerpts are compared by the means and spreads of log-mel bands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

K = 5


def described(frames: npt.NDArray[np.float32]) -> Doubles:
    """An excerpt (frames, bands) as one vector: means, spreads and movements of its bands, of length 1."""
    parts = [frames.mean(axis=0), frames.std(axis=0), np.abs(np.diff(frames, axis=0)).mean(axis=0)]
    vector: Doubles = np.concatenate(parts).astype(np.float64)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def ranked(asked: Doubles, bank: Doubles) -> npt.NDArray[np.int64]:
    """For each vector asked about, the places of the bank (count, width) by cosine, nearest first."""
    order: npt.NDArray[np.int64] = np.argsort(-(asked @ bank.T), axis=1, kind="stable")
    return order


def same_family(outputs: Doubles, families: Sequence[str], bank: Doubles, bank_families: Sequence[str]) -> Doubles:
    """For each output the share of its `K` nearest excerpts that are of the family of its reference."""
    nearest = ranked(outputs, bank)[:, :K]
    hits = np.asarray(bank_families)[nearest] == np.asarray(families)[:, None]
    shares: Doubles = hits.mean(axis=1)
    return shares


def knn_common(outputs: Doubles, references: Doubles, bank: Doubles, songs: Sequence[int]) -> float:
    """The mean share of source songs that the `K` nearest excerpts of an output and of its reference have in common."""
    first, second = ranked(outputs, bank)[:, :K], ranked(references, bank)[:, :K]
    shares = []
    for one, other in zip(first, second, strict=True):
        mine, theirs = {songs[place] for place in one}, {songs[place] for place in other}
        shares.append(len(mine & theirs) / max(len(mine), len(theirs)))
    return float(np.mean(shares))


def nearest_is_itself(outputs: Doubles, references: Doubles, bank: Doubles) -> float:
    """The share of outputs to which their own reference lies nearer than any excerpt of the bank."""
    own = np.sum(outputs * references, axis=1)
    return float(np.mean(own > (outputs @ bank.T).max(axis=1)))
