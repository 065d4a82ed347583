"""Drawing tokens: guidance, temperature, top-k and top-p for a batch whose requests each have their own settings.

Every operation works on each row by itself and each request draws from its own generator, so that what is drawn for a
request does not depend on who shares its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

LEAST_NOISE = 2.0**-25
"""Half the step between uniform numbers in float32: what is drawn as none lies below that step."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """`temperature` 0 takes the likeliest token. `top_k` 0 and `top_p` 0 leave all tokens in.

    `guidance` is the weight of classifier-free guidance (Ho & Salimans, arXiv:2207.12598); 1 leaves the prediction as
    it is. Under double guidance `text_weight` is how much the text weighs against the style (Rouard et al.,
    arXiv:2407.12563, section 4.3).
    """

    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0
    guidance: float = 3.0
    text_weight: float = 1.0

    def __post_init__(self) -> None:
        if self.temperature < 0 or self.top_k < 0 or not 0 <= self.top_p <= 1 or self.guidance < 0:
            raise ValueError(f"not a way of sampling: {self}")


def guided(logits: Tensor, settings: Sequence[Sampling]) -> Tensor:
    """Logits (requests, 2 or 3, codebooks, vocabulary) as (requests, codebooks, vocabulary).

    The conditional ones come first, then the null ones, then those of the style without the text.
    """
    conditional, null = logits[:, 0], logits[:, 1]
    if logits.shape[1] == 3:
        style = logits[:, 2]
        beta = logits.new_tensor([each.text_weight for each in settings])[:, None, None]
        conditional = torch.where(beta == 1, conditional, style + beta * (conditional - style))
    weight = logits.new_tensor([each.guidance for each in settings])[:, None, None]
    mixed = null + weight * (conditional - null)
    return torch.where(weight == 1, conditional, mixed)


def draw(logits: Tensor, settings: Sequence[Sampling], generators: Sequence[Generator]) -> Tensor:
    """One token for each row of logits (requests, codebooks, vocabulary): (requests, codebooks).

    Dividing probabilities by exponential noise and taking the largest draws from their distribution, without a
    prefix sum over the vocabulary.
    """
    greedy = logits.argmax(-1)
    if all(each.temperature == 0 for each in settings):
        return greedy
    noise = torch.empty_like(logits)
    for row, generator in zip(noise, generators, strict=True):
        row.uniform_(generator=generator)
    # The logarithm of all rows at once takes a sixth of the time of drawing from the exponential distribution.
    noise = noise.neg_().log1p_().neg_().clamp_(min=LEAST_NOISE)
    temperature = logits.new_tensor([each.temperature or 1.0 for each in settings])[:, None, None]
    kept = _within_top_p(_within_top_k(logits / temperature, settings), settings)
    drawn = (kept.softmax(-1) / noise).argmax(-1)
    is_greedy = torch.tensor([each.temperature == 0 for each in settings], device=logits.device)
    return torch.where(is_greedy[:, None], greedy, drawn)


def _within_top_k(logits: Tensor, settings: Sequence[Sampling]) -> Tensor:
    vocabulary = logits.shape[-1]
    counts = [min(each.top_k or vocabulary, vocabulary) for each in settings]
    if min(counts) == vocabulary:
        return logits
    if min(counts) == max(counts):
        least = logits.topk(counts[0], dim=-1, sorted=False).values.amin(-1, keepdim=True)
        return logits.masked_fill(logits < least, -torch.inf)
    largest = logits.topk(max(counts), dim=-1).values
    last = torch.tensor(counts, device=logits.device)[:, None, None] - 1
    least = largest.gather(-1, last.expand(-1, logits.shape[1], 1))
    return logits.masked_fill(logits < least, -torch.inf)


def _within_top_p(logits: Tensor, settings: Sequence[Sampling]) -> Tensor:
    """Keep the likeliest tokens up to the one with which their probabilities reach p (Holtzman et al. 2019)."""
    if not any(each.top_p for each in settings):
        return logits
    share = logits.new_tensor([each.top_p or torch.inf for each in settings])[:, None, None]
    ordered, order = logits.softmax(-1).sort(dim=-1, descending=True)
    before = ordered.cumsum(-1) - ordered
    dropped = torch.zeros_like(before, dtype=torch.bool).scatter(-1, order, before >= share)
    return logits.masked_fill(dropped, -torch.inf)
