"""Trains the head that reads topics.

    python -m core.text.training.topic BOOK30_TITLES_TRAIN.csv core/text/models/topic.safetensors

Kernel ridge regression (see `core.text.kernel`) on book titles (`title,category`) and the typical sentences of each
topic, with a third kernel on hashed words. Nothing is drawn at random. Five-fold cross-validation deals the titles of
each category out in turn; its scores also set the temperature that makes probabilities of them (C. Guo et al., "On
Calibration of Modern Neural Networks", 2017). The model that ships is then fitted to all titles.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from core.text.lexical import BUCKETS, weigh
from core.text.minilm import MiniLM, Vectors
from core.text.tables import read_json
from core.text.topic import LIKENESS, softmax
from core.text.training.kernel import Arrays, Floats, encode, folds, likeness, pack_views, solve

Ints = npt.NDArray[np.int64]

RANK = 192
SHARPNESS = (2.0, 2.0)
MEANING, WORDS = 0.35, 0.3
"""How much each of the two kernels on vectors counts, and the one on words."""
RIDGE = 0.3
FOLDS = 5


class TitleHead:
    """Titles and typical sentences with everything that fitting needs. `known` holds the column of each title."""

    def __init__(self, titles: list[str], known: Ints, encoder: MiniLM) -> None:
        prototypes: dict[str, list[str]] = read_json("topic_prototypes.json")
        self.labels = tuple(prototypes)
        typical = [sentence for sentences in prototypes.values() for sentence in sentences]
        owner = np.repeat(np.arange(len(prototypes)), [len(sentences) for sentences in prototypes.values()])
        vectors = encode([*titles, *typical], encoder)
        self._count = len(titles)
        self._known = np.concatenate([known, owner])
        self._sentence = vectors.sentence
        centres = np.stack(
            [vectors.sentence[self._count :][owner == label].mean(axis=0) for label in range(len(prototypes))]
        )
        self._centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)
        self._packed = pack_views(Vectors(vectors.sentence, vectors.layers), RANK, SHARPNESS)
        self._words = _hashed([*titles, *typical])
        shared = np.asarray((self._words @ self._words.T).todense(), np.float32)
        self._kernel = MEANING * likeness(self._packed) + WORDS * shared
        self._titles = titles

    def cross_validated(self) -> Floats:
        """Scores of each title from the other folds' titles, shape (titles, labels)."""
        fold_of = folds(self._known[: self._count], FOLDS)
        typical = np.arange(self._count, len(self._known))
        scores = np.empty((self._count, len(self.labels)), np.float32)
        for fold in range(FOLDS):
            held = np.flatnonzero(fold_of == fold)
            seen = np.concatenate([np.flatnonzero(fold_of != fold), typical])
            scores[held] = self._kernel[np.ix_(held, seen)] @ self._duals(seen)
        alike: Floats = self._sentence[: self._count] @ self._centres.T
        return scores + LIKENESS * alike

    def fit(self, temperature: float) -> Arrays:
        """The model as it is stored."""
        duals = self._duals(np.arange(len(self._known)))
        words = WORDS * (self._words.T @ duals)
        scale = np.abs(words).max(axis=0) / 127
        learned = {
            "duals": (MEANING * duals).astype(np.float32),
            "middle": np.zeros(len(self.labels), np.float32),
            "words": np.rint(words / scale).astype(np.int8),
            "words.scale": scale.astype(np.float32),
            "centres": self._centres.astype(np.float16),
            "temperature": np.array([temperature], np.float32),
            "trained_on": fingerprints(self._titles),
        }
        # A file takes memory as it lies, and solvers leave columns first.
        return self._packed | {name: np.ascontiguousarray(array) for name, array in learned.items()}

    def _duals(self, rows: Ints) -> Floats:
        targets = np.eye(len(self.labels))[self._known[rows]] - 1 / len(self.labels)
        return solve(self._kernel[np.ix_(rows, rows)], targets.astype(np.float32), RIDGE)


def best_temperature(scores: Floats, known: Ints) -> float:
    """The temperature under which the right topics are likeliest."""

    def surprise(logarithm: float) -> float:
        probabilities = softmax(scores.astype(np.float64), float(np.exp(logarithm)))
        return -float(np.log(np.maximum(probabilities[np.arange(len(known)), known], 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-6.0, 2.0), method="bounded").x))


def fingerprints(titles: list[str]) -> npt.NDArray[np.uint32]:
    """By which a title can be known again that a model was trained on."""
    return np.unique(np.array([crc32(title.strip().encode()) for title in titles], np.uint32))


def read_titles(path: Path) -> tuple[list[str], list[str]]:
    """Titles and categories."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["title"] for row in rows], [row["category"] for row in rows]


def _hashed(texts: list[str]) -> csr_matrix:
    rows = [weigh(text) for text in texts]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets, weights = (np.concatenate([row[part] for row in rows]) for part in range(2))
    return csr_matrix((weights, buckets, starts), (len(texts), BUCKETS))


def main() -> None:
    source, out = map(Path, sys.argv[1:3])
    titles, categories = read_titles(source)
    labels = tuple(read_json("topic_prototypes.json"))
    known = np.array([labels.index(category) for category in categories])
    head = TitleHead(titles, known, MiniLM.installed())
    scores = head.cross_validated()
    temperature = best_temperature(scores, known)
    save_file(head.fit(temperature), out)
    right = scores.argmax(axis=1) == known
    among_three = (np.argsort(-scores, axis=1)[:, :3] == known[:, None]).any(axis=1)
    sys.stdout.write(
        f"five-fold accuracy {right.mean():.4f}, among three {among_three.mean():.4f}, temperature {temperature:.3f}, "
        f"{len(titles)} titles, {out.stat().st_size / 1e6:.1f} MB\n"
    )


if __name__ == "__main__":
    main()
