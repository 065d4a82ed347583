"""The small model of the evaluation: what is trained is what is served."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.engines.musicgen.batcher import Batcher
from core.engines.musicgen.decoder import Condition, Crossing
from core.evaluation.style.course import EXCERPT, Learned, invert, mood_states, train
from core.evaluation.style.evaluate import rank_correlation, rise
from core.evaluation.style.small_model import BINS, BOOKS, CONFIG, ENTRIES, STREAMS, SmallModel


def songs(count: int = 4) -> list[Learned]:
    """Songs of two kinds: one stays on low entries, the other on high ones."""
    dice = torch.Generator().manual_seed(3)
    found = []
    for place in range(count):
        codes = torch.randint(0, 8, (BOOKS, 200), generator=dice) + (place % 2) * (ENTRIES - 8)
        found.append(Learned(codes, "calm"))
    return found


@pytest.fixture(scope="module")
def model() -> SmallModel:
    model = SmallModel(1)
    train(model, songs(), steps=12, seed=1, with_style=True)
    return model


def test_the_served_decoder_predicts_what_was_trained(model: SmallModel) -> None:
    excerpt = songs()[0].codes[:, :EXCERPT]
    style, text = model.heard(excerpt, 3), mood_states()["calm"]
    decoder = model.served()
    condition = decoder.condition(text, style=style)
    batcher = Batcher(decoder, 1, 40)
    decoder.fill(decoder.at(condition.prefix, 0), batcher._cache, 0, 0, condition)
    start = torch.full((1, BOOKS), CONFIG.start)
    reach = condition.prefix_length
    states = decoder.embed(start, torch.tensor([reach]))
    served = decoder.step(states, batcher._cache, [0], [reach], Crossing([condition]))[0, 0]
    with torch.no_grad():
        prefix = torch.cat([style, model.read(text)])
        trained = model.predicted(start[:, :, None], [prefix, prefix[:0]][:1])[0, :, 0]
    assert isinstance(condition, Condition)
    torch.testing.assert_close(served, trained, atol=1e-4, rtol=1e-4)


def test_company_of_another_length_changes_no_prediction(model: SmallModel) -> None:
    columns = torch.stack([songs()[0].codes[:, :20], songs()[1].codes[:, :20]])
    dice = torch.Generator().manual_seed(1)
    prefixes = [torch.randn(5, CONFIG.size, generator=dice), torch.randn(12, CONFIG.size, generator=dice)]
    with torch.no_grad():
        together = model.predicted(columns, prefixes)
        for place in range(2):
            alone = model.predicted(columns[place : place + 1], prefixes[place : place + 1])
            torch.testing.assert_close(together[place], alone[0], atol=1e-4, rtol=1e-4)


def test_training_moves_the_codebooks_and_learns(model: SmallModel) -> None:
    books = [model.style.codebook(stream) for stream in range(STREAMS)]
    assert all(book.shape == (BINS, 64) and book.any() for book in books)
    assert train(SmallModel(1), songs(), steps=30, seed=1, with_style=True) < 3.5


def test_pseudo_words_are_learned_while_the_model_stays_as_it_is(model: SmallModel) -> None:
    before = [tensor.clone() for tensor in model.parameters()]
    words = invert(model, [song.codes for song in songs()], steps=3, seed=1)
    assert [word.shape for word in words] == [(2, 16)] * 4
    assert all(torch.equal(one, other) for one, other in zip(before, model.parameters(), strict=True))


def test_ranks_correlate() -> None:
    assert rank_correlation([0.1, 0.2, 0.5, 0.9]) == pytest.approx(1.0)
    assert rank_correlation([4, 3, 2, 1]) == pytest.approx(-1.0)


def test_a_rise_that_every_reference_shows_is_sure_and_chance_is_not() -> None:
    steps = np.arange(6.0)[:, None]
    sure, error = rise(steps + np.zeros((6, 8)), seed=1)
    assert (sure, error) == (pytest.approx(1.0), pytest.approx(0.0))
    assert rise(np.random.default_rng(1).normal(size=(6, 8)), seed=1)[1] > 0.1
