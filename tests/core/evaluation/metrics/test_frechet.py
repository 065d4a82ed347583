import numpy as np
import pytest
from scipy.linalg import sqrtm

from core.evaluation.metrics.embedding import LogMelEmbedding, embedded
from core.evaluation.metrics.frechet import frechet_distance
from tests.core.evaluation.metrics.sounds import RATE, wave


def by_the_formula(one, other):
    """As it is written down, with scipy's matrix root."""
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    apart = one.mean(0) - other.mean(0)
    return apart @ apart + np.trace(first + second - 2 * sqrtm(first @ second).real)


def test_it_is_what_the_formula_says():
    dice = np.random.default_rng(1)
    one, other = dice.normal(size=(200, 6)), dice.normal(size=(150, 6)) @ dice.normal(size=(6, 6)) + 1
    assert frechet_distance(one, other) == pytest.approx(by_the_formula(one, other), rel=1e-6)


def test_two_gaussians_on_a_line():
    # Means 0 and 3, spreads 1 and 2: 9 + (2 - 1)².
    one, other = np.array([[-1.0], [0.0], [1.0]]), np.array([[1.0], [3.0], [5.0]])
    assert frechet_distance(one, other) == pytest.approx(10.0)


def test_a_set_is_at_no_distance_from_itself_even_with_fewer_vectors_than_dimensions():
    few = np.random.default_rng(2).normal(size=(5, 40))
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-6)


def test_one_vector_has_no_spread():
    with pytest.raises(ValueError, match="two"):
        frechet_distance(np.zeros((1, 4)), np.zeros((9, 4)))


def test_noise_is_further_from_music_than_other_music():
    music = [wave(seed, 4 * RATE) for seed in range(8)]
    more = [wave(seed, 4 * RATE) for seed in range(8, 16)]
    noise = [np.random.default_rng(seed).normal(size=4 * RATE).astype(np.float32) for seed in range(8)]
    ear = LogMelEmbedding()
    first, second, third = (embedded(ear, sounds, RATE) for sounds in (music, more, noise))
    assert first.shape[1] == 128
    assert frechet_distance(first, second) < frechet_distance(first, third)
