"""How guesses of topics are judged."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.topics import TopicGuesses, calibration_error, reliability

GUESSED = TopicGuesses(
    known=["History", "History", "History", "Travel"],
    guesses=[["History", "Travel"], ["Travel", "History"], ["Travel"], []],
    sure=np.array([0.9, 0.5, 0.5, 0.0]),
)


def test_accuracy_counts_first_guesses_and_top3_all_of_them() -> None:
    figures = {figure.name: figure for figure in GUESSED.figures()}
    assert figures["book.accuracy"].value == 0.25
    assert figures["book.top3"].value == 0.5
    assert figures["book.accuracy"].note == "History as Travel (2)"


def test_calibration_error_is_how_far_accuracy_is_from_confidence() -> None:
    right = np.array([True] * 7 + [False] * 3)
    assert calibration_error(right, np.full(10, 0.7)) == pytest.approx(0.0)
    assert calibration_error(right, np.full(10, 0.95)) == pytest.approx(0.25)


def test_the_reliability_curve_has_a_point_for_each_tenth_that_occurs() -> None:
    curve = reliability(np.array([True, False, True]), np.array([0.42, 0.48, 1.0]))
    assert curve.tolist() == [[pytest.approx(0.45), 0.5, 2.0], [1.0, 1.0, 1.0]]
