import numpy as np
import pytest
from scipy.stats import entropy

from core.evaluation.metrics.divergence import kl_divergence, softmax


def test_it_agrees_with_scipy():
    dice = np.random.default_rng(1)
    p, q = softmax(dice.normal(size=(7, 20))), softmax(dice.normal(size=(7, 20)))
    assert kl_divergence(p, q) == pytest.approx(np.mean(entropy(p, q, axis=1)), rel=1e-6)


def test_a_fair_coin_against_one_that_falls_heads_three_times_in_four():
    fair, loaded = np.array([[0.5, 0.5]]), np.array([[0.75, 0.25]])
    assert kl_divergence(fair, loaded) == pytest.approx(0.5 * np.log(4 / 3))


def test_what_was_ruled_out_costs_much_and_not_all():
    assert 10 < kl_divergence(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])) < 20


def test_each_sound_needs_its_pair():
    with pytest.raises(ValueError, match="pair"):
        kl_divergence(np.ones((2, 3)) / 3, np.ones((1, 3)) / 3)
