import numpy as np
import pytest

from core.text.kernel import KernelMachine
from core.text.minilm import Vectors
from core.text.training.affect import correlations, cross_validated, fit
from core.text.training.kernel import folds, likeness, widened


@pytest.fixture(scope="module")
def texts():
    """Vectors of 60 texts that lie along a line, and ratings that follow it."""
    draw = np.random.default_rng(1)
    along = np.linspace(-1, 1, 60, dtype=np.float32)
    directions = draw.normal(size=(3, 384)).astype(np.float32)
    sentence = directions[0] + along[:, None] * directions[1]
    layers = np.repeat((directions[2] + along[:, None] * directions[1])[:, None], 7, axis=1)
    vectors = Vectors(sentence / np.linalg.norm(sentence, axis=1, keepdims=True), layers.astype(np.float32))
    return vectors, np.stack([3 + along, 3 - 0.5 * along], axis=1)


def test_what_was_learned_is_predicted_again_from_the_packed_file(texts):
    vectors, ratings = texts
    model = fit(vectors, ratings)
    assert model["layers.points"].dtype == np.int8
    predicted = KernelMachine.unpacked(widened(model)).predict(vectors)
    assert (correlations(predicted, ratings) > 0.98).all()


def test_cross_validation_never_sees_what_it_predicts(texts):
    vectors, ratings = texts
    assert (correlations(cross_validated(vectors, ratings), ratings) > 0.95).all()
    noise = np.random.default_rng(2).normal(size=ratings.shape).astype(np.float32)
    assert (np.abs(correlations(cross_validated(vectors, noise), noise)) < 0.5).all()


def test_a_byte_a_component_costs_next_to_nothing(texts):
    vectors, ratings = texts
    model = fit(vectors, ratings)
    packed, exact = likeness(model), likeness(model, vectors)
    assert np.abs(packed - exact).max() < 0.02
    assert np.allclose(np.diag(packed), 2.0)


def test_folds_hold_as_many_of_each_label():
    labels = np.array([0] * 10 + [1] * 5)
    dealt = folds(labels, 5)
    for fold in range(5):
        assert np.bincount(labels[dealt == fold]).tolist() == [2, 1]
