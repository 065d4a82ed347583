"""Trains the head that reads valence and arousal.

    python -m core.text.training.affect EMOBANK_TRAIN.csv core/text/models/affect_en.safetensors

A kernel machine (see `core.text.kernel`) on sentences that people rated from 1 to 5 (columns `valence`, `arousal`,
`text`). Nothing is drawn at random. Five-fold cross-validation holds every fifth sentence back. Takes some minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from core.text.minilm import MiniLM, Vectors
from core.text.training.kernel import Arrays, Floats, encode, likeness, pack_views, solve
from core.text.training.ratings import read_ratings

RANK = 192
SHARPNESS = (2.0, 1.0)
RIDGES = (0.4, 3.0)
"""Of valence and arousal; people agree less on how excited a sentence is."""
FOLDS = 5


def fit(vectors: Vectors, ratings: Floats) -> Arrays:
    """The model as it is stored. `ratings` has shape (n, 2)."""
    packed = pack_views(vectors, RANK, SHARPNESS)
    middle = ratings.mean(axis=0)
    return packed | {"duals": _duals(likeness(packed), ratings - middle), "middle": middle.astype(np.float32)}


def cross_validated(vectors: Vectors, ratings: Floats) -> Floats:
    """What is predicted of each text from the others' folds, shape (n, 2)."""
    kernel = likeness(pack_views(vectors, RANK, SHARPNESS))
    fold_of = np.arange(len(vectors)) % FOLDS
    predicted = np.empty(ratings.shape, np.float32)
    for fold in range(FOLDS):
        seen, held = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        middle = ratings[seen].mean(axis=0)
        duals = _duals(kernel[np.ix_(seen, seen)], ratings[seen] - middle)
        predicted[held] = middle + kernel[np.ix_(held, seen)] @ duals
    return predicted


def correlations(predicted: Floats, ratings: Floats) -> Floats:
    """Pearson's r of valence and of arousal."""
    return np.array([np.corrcoef(predicted[:, column], ratings[:, column])[0, 1] for column in range(2)], np.float32)


def _duals(kernel: Floats, targets: Floats) -> Floats:
    columns = [solve(kernel, targets[:, [column]], ridge) for column, ridge in enumerate(RIDGES)]
    return np.concatenate(columns, axis=1)


def main() -> None:
    source, out = map(Path, sys.argv[1:3])
    texts, rated = read_ratings(source)
    ratings = rated.astype(np.float32)
    vectors = encode(texts, MiniLM.installed())
    valence, arousal = correlations(cross_validated(vectors, ratings), ratings)
    sys.stdout.write(f"five-fold r {valence:.3f} valence, {arousal:.3f} arousal, {len(texts)} texts\n")
    save_file(fit(vectors, ratings), out)


if __name__ == "__main__":
    main()
