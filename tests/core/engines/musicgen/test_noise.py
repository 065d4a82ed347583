"""Noise that is a function of a seed and a place."""

import math

import torch
from scipy.stats import kstest

from core.engines.musicgen.noise import gumbel, noise_seed


def test_noise_is_that_of_the_gumbel_distribution():
    found = gumbel(torch.tensor([noise_seed(1, 2)]), torch.arange(20_000)[None])
    assert kstest(found[0].numpy(), "gumbel_r").pvalue > 1e-3


def test_the_noise_of_seeds_columns_and_places_has_nothing_in_common():
    seeds = torch.tensor([noise_seed(seed, column) for seed in (0, 1, 2**32 - 1) for column in (0, 1, 2)])
    found = gumbel(seeds, torch.arange(8192).expand(len(seeds), -1))
    alike = torch.corrcoef(found) - torch.eye(len(seeds))
    assert alike.abs().max() < 5 / math.sqrt(8192)
    assert abs(torch.corrcoef(torch.stack([found[0, 1:], found[0, :-1]]))[0, 1]) < 5 / math.sqrt(8192)


def test_a_place_has_its_noise_whatever_else_is_asked_for():
    seeds, places = torch.tensor([3, 4]), torch.randint(0, 8192, (2, 4, 9))
    whole = gumbel(seeds, torch.arange(8192).expand(2, -1))
    assert torch.equal(gumbel(seeds, places), whole.gather(1, places.flatten(1)).view(2, 4, 9))


def test_noise_is_a_number_at_the_extremes_of_seeds():
    seeds = torch.tensor([noise_seed(seed, 0) for seed in (0, 2**32 - 1, 2**63, -(2**63))] + [0, 2**63 - 1])
    assert gumbel(seeds, torch.arange(100_000).expand(6, -1)).isfinite().all()
