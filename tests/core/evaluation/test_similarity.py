import numpy as np
import pytest

from core.evaluation.listening import HOP, RATE
from core.evaluation.similarity import chroma_similarity, onset_pattern, rhythm_similarity


def course(seed):
    return np.random.default_rng(seed).random((12, 64))


def test_a_piece_is_like_itself_in_any_key():
    assert chroma_similarity(course(1), course(1)) == pytest.approx(1.0)
    assert chroma_similarity(course(1), np.roll(course(1), 5, axis=0)) == pytest.approx(1.0)


def test_unrelated_harmony_is_unlike():
    assert chroma_similarity(course(1), course(2)) < 0.2


def struck(steps, bar_seconds=2.0, bars=8):
    onsets = np.zeros(int(bars * bar_seconds * RATE / HOP))
    for bar in range(bars):
        for step in steps:
            onsets[int((bar + (step + 0.5) / 16) * bar_seconds * RATE / HOP)] = 1.0
    return onsets


def test_rhythms_are_compared_within_the_bar():
    four = onset_pattern(struck([0, 4, 8, 12]), 2.0)
    assert rhythm_similarity(four, onset_pattern(struck([0, 4, 8, 12], bars=6), 2.0)) == pytest.approx(1.0, abs=0.05)
    assert rhythm_similarity(four, onset_pattern(struck([2, 6, 10, 14]), 2.0)) == 0.0
