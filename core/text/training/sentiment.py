"""Trains the head that reads sentiment in Korean.

    python -m core.text.training.sentiment NSMC_TRAIN.tsv core/text/models/sentiment_ko.safetensors

A linear support vector machine on jamo n-grams, each scaled by its naive Bayes log-count ratio (S. Wang and C. Manning,
"Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", 2012). The data are reviews with `text` and
`positive` (0 or 1), tab-separated. Every tenth review is held back, scored by what the pruned and rounded model says,
and only then is the model fitted to all of them. The result holds the strongest weights as `gaps` and `weights`, one
byte each (see `core.text.sentiment.pack`), `scale` and `bias`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from core.text.jamo import BUCKETS, weigh
from core.text.sentiment import KoreanSentiment, pack, unpack

Ints = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[Any]]

PENALTY = 0.5
SMOOTHING = 0.5
FEWEST = 3
"""Reviews that an n-gram must be in to count."""
KEPT = 700_000
LARGEST = 0.4
"""Weights above this part of the largest are cut off, so that small ones are told apart in a byte."""
HELD_BACK = 10


def read_reviews(path: Path) -> tuple[list[str], Ints]:
    """Texts, and 1 for each that is positive."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows], np.array([int(row["positive"]) for row in rows])


def n_grams(texts: list[str]) -> csr_matrix:
    """What the head sees of each text, shape (texts, buckets)."""
    rows = [weigh(text) for text in texts]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets = np.concatenate([buckets for buckets, _ in rows]).astype(np.int32)
    return csr_matrix((np.concatenate([weights for _, weights in rows]), buckets, starts), (len(texts), BUCKETS))


def fit(seen: csr_matrix, positive: Ints, kept: int = KEPT, fewest: int = FEWEST) -> Arrays:
    """The model as it is stored."""
    there = csr_matrix((np.ones_like(seen.data), seen.indices, seen.indptr), seen.shape)
    good = np.asarray(there[positive == 1].sum(axis=0)).ravel()
    bad = np.asarray(there[positive == 0].sum(axis=0)).ravel()
    ratio = np.log((good + SMOOTHING) / (good + SMOOTHING).sum()) - np.log((bad + SMOOTHING) / (bad + SMOOTHING).sum())
    ratio[good + bad < fewest] = 0.0
    machine = LinearSVC(C=PENALTY, tol=1e-2, random_state=0).fit(
        seen.multiply(ratio.astype(np.float32)).tocsr(), positive
    )
    weights = machine.coef_[0] * ratio
    scale = np.abs(weights).max() * LARGEST / 127
    strongest = np.sort(np.argsort(-np.abs(weights))[:kept])
    rounded = np.clip(np.rint(weights[strongest] / scale), -127, 127).astype(np.int8)
    gaps, packed = pack(strongest[rounded != 0], rounded[rounded != 0])
    return {
        "gaps": gaps,
        "weights": packed,
        "scale": np.array([scale], np.float32),
        "bias": np.array(machine.intercept_, np.float32),
    }


def accuracy(model: Arrays, texts: list[str], positive: Ints) -> float:
    """Share of texts whose sign the stored model gets right."""
    buckets, weights = unpack(model["gaps"], model["weights"])
    head = KoreanSentiment(buckets, weights * model["scale"][0], float(model["bias"][0]))
    return float(
        np.mean([(head.margin(text) > 0) == (label == 1) for text, label in zip(texts, positive, strict=True)])
    )


def main() -> None:
    source, out = map(Path, sys.argv[1:3])
    texts, positive = read_reviews(source)
    seen = n_grams(texts)
    held = np.arange(len(texts)) % HELD_BACK == HELD_BACK - 1
    tried = fit(seen[~held], positive[~held])
    score = accuracy(tried, [texts[row] for row in np.flatnonzero(held)], positive[held])
    save_file(fit(seen, positive), out)
    sys.stdout.write(f"{score:.4f} right of {held.sum()} reviews held back; {out.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
