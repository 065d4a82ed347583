"""Reads sentences that people rated for feeling."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def read_ratings(path: Path) -> tuple[list[str], Floats]:
    """Texts, and their valence and arousal of shape (n, 2), from a CSV file with those columns and `text`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ratings = np.array([[float(row["valence"]), float(row["arousal"])] for row in rows])
    return [row["text"] for row in rows], ratings
