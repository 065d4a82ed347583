"""Trains the head that reads valence and arousal.

    python -m core.text.training.affect EMOBANK_TRAIN.csv OUT.safetensors

Ridge regression on the layer means of the encoder. The data are sentences rated on scales of 1 to 5 (columns `valence`,
`arousal`, `text`); the result holds `weights`, shape (7 · 384, 2), and `bias`, shape (2,), on the same scale. The
strength of the ridge is the one that predicts best in five-fold cross-validation; nothing is drawn at random.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from core.text.minilm import MiniLM

Floats = npt.NDArray[np.float64]

FOLDS = 5
STRENGTHS = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
AT_ONCE = 64


def read_ratings(path: Path) -> tuple[list[str], Floats]:
    """Texts, and their valence and arousal of shape (n, 2)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ratings = np.array([[float(row["valence"]), float(row["arousal"])] for row in rows])
    return [row["text"] for row in rows], ratings


def layer_means(texts: list[str]) -> Floats:
    """What the head sees of each text, shape (n, 7 · 384)."""
    encoder = MiniLM.installed()
    parts = [encoder.encode(texts[first : first + AT_ONCE]).layers for first in range(0, len(texts), AT_ONCE)]
    return np.concatenate(parts).reshape(len(texts), -1).astype(np.float64)


def fit(seen: Floats, ratings: Floats, strength: float) -> tuple[Floats, Floats]:
    """Weights and bias of a ridge regression (Hoerl and Kennard, 1970)."""
    centre, middle = seen.mean(axis=0), ratings.mean(axis=0)
    centred = seen - centre
    gram = centred.T @ centred + strength * np.eye(seen.shape[1])
    weights: Floats = np.linalg.solve(gram, centred.T @ (ratings - middle))
    return weights, middle - centre @ weights


def correlations(predicted: Floats, ratings: Floats) -> Floats:
    """Pearson's r of valence and of arousal."""
    return np.array([np.corrcoef(predicted[:, column], ratings[:, column])[0, 1] for column in range(2)])


def cross_validated(seen: Floats, ratings: Floats, strength: float) -> Floats:
    """Mean r over folds that take every fifth text."""
    fold_of = np.arange(len(seen)) % FOLDS
    found = []
    for fold in range(FOLDS):
        weights, bias = fit(seen[fold_of != fold], ratings[fold_of != fold], strength)
        held = fold_of == fold
        found.append(correlations(seen[held] @ weights + bias, ratings[held]))
    mean: Floats = np.mean(found, axis=0)
    return mean


def main() -> None:
    source, out = map(Path, sys.argv[1:3])
    texts, ratings = read_ratings(source)
    seen = layer_means(texts)
    scores = {strength: cross_validated(seen, ratings, strength) for strength in STRENGTHS}
    best = max(scores, key=lambda strength: float(scores[strength].sum()))
    weights, bias = fit(seen, ratings, best)
    save_file({"weights": weights.astype(np.float32), "bias": bias.astype(np.float32)}, out)
    valence, arousal = scores[best]
    sys.stdout.write(f"ridge {best:g}: five-fold r {valence:.3f} valence, {arousal:.3f} arousal, {len(texts)} texts\n")


if __name__ == "__main__":
    main()
