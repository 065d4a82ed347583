"""Drawing tokens: guidance, temperature, top-k and top-p for a batch whose requests each have their own settings.

Every operation works on each row by itself, and noise is a function of the request's seed, so that what is drawn for a
request does not depend on who shares its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from core.engines.musicgen.noise import gumbel


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


@dataclass(frozen=True, slots=True)
class Choice:
    """How the requests of a batch are drawn: their settings as tensors, to be made anew when the batch changes.

    `guidance` and `text_weight` have shape (requests, 1, 1); `groups` are requests that choose alike.
    """

    guidance: Tensor
    text_weight: Tensor
    groups: Sequence[tuple[list[int], Alike]]

    @classmethod
    def of(cls, settings: Sequence[Sampling], device: torch.device) -> Self:
        def column(values: Sequence[float]) -> Tensor:
            return torch.tensor(values, device=device)[:, None, None]

        alike: dict[tuple[int, bool], list[int]] = {}
        for index, each in enumerate(settings):
            alike.setdefault((1 if each.temperature == 0 else each.top_k, each.top_p > 0), []).append(index)
        groups = []
        for (top_k, is_top_p), members in alike.items():
            shares = column([settings[index].top_p for index in members]) if is_top_p else None
            temperature = column([settings[index].temperature or 1.0 for index in members])
            groups.append((members, Alike(top_k, shares, temperature)))
        guidance, weight = [each.guidance for each in settings], [each.text_weight for each in settings]
        return cls(column(guidance), column(weight), groups)

    def guide(self, logits: Tensor) -> Tensor:
        """Logits (requests, 2 or 3, codebooks, vocabulary) as (requests, codebooks, vocabulary).

        The conditional ones come first, then the null ones, then those of the style without the text.
        """
        conditional, null = logits[:, 0], logits[:, 1]
        if logits.shape[1] == 3:
            style, beta = logits[:, 2], self.text_weight
            conditional = torch.where(beta == 1, conditional, style + beta * (conditional - style))
        mixed = null + self.guidance * (conditional - null)
        return torch.where(self.guidance == 1, conditional, mixed)

    def draw(self, logits: Tensor, seeds: Tensor) -> Tensor:
        """One token for each row of logits (requests, codebooks, vocabulary): (requests, codebooks).

        `seeds` (requests,) are those of this step's noise.
        """
        if len(self.groups) == 1:
            return self.groups[0][1].draw(logits, seeds)
        drawn = torch.empty(logits.shape[:2], dtype=torch.long, device=logits.device)
        for members, group in self.groups:
            drawn[members] = group.draw(logits[members], seeds[members])
        return drawn


@dataclass(frozen=True, slots=True)
class Alike:
    """Requests that choose among equally many tokens: `top_k` of them, or all where it is 0.

    `top_p` and `temperature` have shape (requests, 1, 1).
    """

    top_k: int
    top_p: Tensor | None
    temperature: Tensor

    def draw(self, logits: Tensor, seeds: Tensor) -> Tensor:
        """The likeliest tokens, and of them the largest after Gumbel noise (Maddison et al., arXiv:1411.0030)."""
        books, vocabulary = logits.shape[1:]
        scores, tokens = (logits / self.temperature).topk(min(self.top_k or vocabulary, vocabulary))
        if self.top_k == 1:
            return tokens[..., 0]
        if self.top_p is not None:
            scores = _within_top_p(scores, self.top_p)
        places = tokens + torch.arange(0, books * vocabulary, vocabulary, device=logits.device)[:, None]
        chosen = (scores + gumbel(seeds, places)).argmax(-1, keepdim=True)
        return tokens.gather(-1, chosen)[..., 0]


def _within_top_p(scores: Tensor, share: Tensor) -> Tensor:
    """Of descending scores, the first up to the one with which their probabilities reach p (Holtzman et al. 2019)."""
    ordered = scores.softmax(-1)
    return scores.masked_fill(ordered.cumsum(-1) - ordered >= share, -torch.inf)
