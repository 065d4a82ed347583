"""Drawing tokens."""

import torch
from scipy.stats import chisquare

from core.engines.musicgen.noise import noise_seed
from core.engines.musicgen.sampling import Choice, Sampling

CPU = torch.device("cpu")


def draws(logits, settings, count):
    choice = Choice.of([settings] * count, CPU)
    seeds = torch.tensor([noise_seed(3, column) for column in range(count)])
    return choice.draw(logits.expand(count, -1, -1), seeds)


def test_tokens_are_drawn_from_the_distribution_of_the_k_likeliest():
    torch.manual_seed(0)
    logits = torch.randn(1, 4, 40)
    found = draws(logits, Sampling(temperature=0.8, top_k=10), 4000)
    for book in range(4):
        kept = logits[0, book].topk(10)
        expected = (kept.values.double() / 0.8).softmax(-1) * 4000
        counts = torch.bincount(found[:, book], minlength=40)[kept.indices]
        assert counts.sum() == 4000
        assert chisquare(counts.numpy(), expected.numpy()).pvalue > 1e-3


def test_tokens_are_drawn_from_the_likeliest_that_reach_p_together():
    probabilities = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05])
    found = draws(probabilities.log().expand(1, 1, 5), Sampling(top_k=0, top_p=0.8), 4000)
    counts = torch.bincount(found[:, 0], minlength=5)
    assert counts[3:].sum() == 0
    assert (
        chisquare(
            counts[:3].numpy(), (probabilities[:3].double() / probabilities[:3].double().sum() * 4000).numpy()
        ).pvalue
        > 1e-3
    )


def test_each_request_is_drawn_by_its_own_settings_whoever_is_beside_it():
    torch.manual_seed(1)
    logits = torch.randn(3, 4, 64)
    settings = [Sampling(top_k=1), Sampling(top_p=0.3), Sampling(temperature=0)]

    seeds = torch.tensor([7, 8, 9])
    together = Choice.of(settings, CPU).draw(logits, seeds)
    for index, each in enumerate(settings):
        alone = Choice.of([each], CPU).draw(logits[index : index + 1], seeds[index : index + 1])
        assert torch.equal(together[index], alone[0])
    assert torch.equal(together[0], logits[0].argmax(-1))
    assert torch.equal(together[2], logits[2].argmax(-1))


def test_guidance_of_one_is_the_conditional_prediction():
    logits = torch.randn(2, 2, 4, 8)
    mixed = Choice.of([Sampling(guidance=1.0), Sampling(guidance=3.0)], CPU).guide(logits)
    assert torch.equal(mixed[0], logits[0, 0])
    assert torch.allclose(mixed[1], logits[1, 1] + 3 * (logits[1, 0] - logits[1, 1]))
