"""Nearest neighbours, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.style import neighbours
from core.evaluation.style.neighbours import described, knn_common, nearest_is_itself, same_family


@pytest.fixture(autouse=True)
def two_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "K", 2)


def at(*degrees: float) -> np.ndarray:
    """Unit vectors in a plane, by their angle."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


BANK = at(0, 10, 80, 90)
SONGS = (1, 1, 2, 3)


def test_a_family_is_found_among_the_nearest() -> None:
    families = ("jazz", "jazz", "techno", "techno")
    assert same_family(at(4, 44), ["jazz", "jazz"], BANK, families).tolist() == [1.0, 0.5]
    assert same_family(at(4, 86), ["techno", "techno"], BANK, families).tolist() == [0.0, 1.0]


def test_common_songs_are_counted_once() -> None:
    assert knn_common(at(4), at(6), BANK, SONGS) == 1.0
    assert knn_common(at(4), at(86), BANK, SONGS) == 0.0
    # Nearest to 44° are the excerpts at 10° (song 1) and at 80° (song 2); nearest to 4° two of song 1.
    assert knn_common(at(44), at(4), BANK, SONGS) == 0.5


def test_a_copy_lies_nearer_to_its_reference_than_to_anything_else() -> None:
    assert nearest_is_itself(at(45, 9), at(46, 30), BANK) == 0.5


def test_a_description_hears_level_spread_and_movement() -> None:
    still = np.ones((4, 2), np.float32)
    moving = np.array([[0, 1], [2, 1], [0, 1], [2, 1]], np.float32)
    assert described(still) == pytest.approx(np.array([1, 1, 0, 0, 0, 0]) / np.sqrt(2))
    assert described(moving) == pytest.approx(np.array([1, 1, 1, 0, 2, 0]) / np.sqrt(7))
