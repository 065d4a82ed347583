"""The style conditioner: features of an excerpt, narrowed to a few discrete streams, as states for the decoder.

Rouard et al., arXiv:2407.12563, section 3, in the sizes and under the names of the released checkpoint: features are
embedded, pass a transformer that sees both ways, are normalised, quantised by the first streams of a residual vector
quantiser, thinned to five a second and projected to the width of the decoder. The fewer streams, the looser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import batch_norm, embedding, gelu, layer_norm, linear, scaled_dot_product_attention

from core.engines.musicgen.decoder import sinusoids

KEYS = "condition_provider.conditioners.self_wav."
"""Where the conditioner stands in a checkpoint of audiocraft's."""

USUAL_STREAMS = 3
HEAD_SIZE = 64
EVERY = 15
"""One of so many frames of 75 Hz is kept: five a second."""


@dataclass(frozen=True, slots=True)
class Quantised:
    """Each frame as the sum of one entry per stream: `states` (frames, width), `entries` (streams, frames)."""

    states: Tensor
    entries: Tensor


class StyleConditioner:
    """The conditioner's tensors, named as in the checkpoint without `KEYS`. Heads are 64 wide, 8 in the released one.

    One of `every` frames is kept. Every method is a plain function of tensors, so that it can be trained as it stands.
    """

    def __init__(
        self, tensors: Mapping[str, Tensor], device: torch.device, *, head_size: int = HEAD_SIZE, every: int = EVERY
    ) -> None:
        self._every = every
        self.tensors = {name: tensor.to(device, torch.float32) for name, tensor in tensors.items()}
        self.layers = _count(self.tensors, "transformer.layers.", ".norm1.weight")
        self.streams = _count(self.tensors, "rvq.vq.layers.", "._codebook.embed")
        self.width = int(self.tensors["batch_norm.running_mean"].shape[0])
        self.heads = self.width // min(head_size, self.width)
        self.embeds_codes = "embed.0.weight" in self.tensors
        self.books = _count(self.tensors, "embed.", ".weight") if self.embeds_codes else 0

    def states(self, features: Tensor, streams: int = USUAL_STREAMS) -> Tensor:
        """States (tokens, decoder size) from features (frames, feature width) or codes (codebooks, frames)."""
        quantised = self.quantise(self.normalise(self.transform(self.embed(features))), streams)
        return self.project(quantised.states[:: self._every])

    def embed(self, features: Tensor) -> Tensor:
        """Features projected, or the entries of each codebook added up: (frames, width)."""
        if not self.embeds_codes:
            return linear(features, self.tensors["embed.weight"], self.tensors["embed.bias"])
        parts = [embedding(features[book], self.tensors[f"embed.{book}.weight"]) for book in range(self.books)]
        return torch.stack(parts).sum(0)

    def transform(self, states: Tensor) -> Tensor:
        """A pre-norm transformer without biases and without a mask: (…, frames, width)."""
        hidden = states + sinusoids(states.shape[-2], self.width).to(states)
        for layer in range(self.layers):
            hidden = hidden + self._attend(self._norm(hidden, layer, "norm1"), layer)
            inner = gelu(linear(self._norm(hidden, layer, "norm2"), self._of(layer, "linear1.weight")))
            hidden = hidden + linear(inner, self._of(layer, "linear2.weight"))
        return hidden

    def normalise(self, states: Tensor) -> Tensor:
        """Batch normalisation with the statistics of training and nothing learned besides: (frames, width)."""
        return batch_norm(states, self.tensors["batch_norm.running_mean"], self.tensors["batch_norm.running_var"])

    def quantise(self, states: Tensor, streams: int) -> Quantised:
        """Each stream takes the entry nearest to what those before it left: (…, width)."""
        if not 1 <= streams <= self.streams:
            raise ValueError(f"{streams} of {self.streams} streams")
        rest, total, chosen = states, torch.zeros_like(states), list[Tensor]()
        for stream in range(streams):
            chosen.append(self.nearest(rest, stream))
            found = self.codebook(stream)[chosen[-1]]
            rest, total = rest - found, total + found
        return Quantised(total, torch.stack(chosen))

    def nearest(self, states: Tensor, stream: int) -> Tensor:
        """The entry of a stream's codebook that is nearest to each state (…, width)."""
        codebook = self.codebook(stream)
        return (codebook.square().sum(1) - 2 * states @ codebook.T).argmin(-1)

    def project(self, states: Tensor) -> Tensor:
        return linear(states, self.tensors["output_proj.weight"], self.tensors["output_proj.bias"])

    def codebook(self, stream: int) -> Tensor:
        """The entries (bins, width) of a stream."""
        return self.tensors[f"rvq.vq.layers.{stream}._codebook.embed"]

    def _attend(self, states: Tensor, layer: int) -> Tensor:
        fused = linear(states, self._of(layer, "self_attn.in_proj_weight"))
        query, key, value = fused.unflatten(-1, (3, self.heads, -1)).transpose(-4, -2).unbind(-3)
        attended = scaled_dot_product_attention(query, key, value)
        return linear(attended.transpose(-3, -2).flatten(-2), self._of(layer, "self_attn.out_proj.weight"))

    def _norm(self, states: Tensor, layer: int, name: str) -> Tensor:
        weight, bias = self._of(layer, f"{name}.weight"), self._of(layer, f"{name}.bias")
        return layer_norm(states, (self.width,), weight, bias, 1e-5)

    def _of(self, layer: int, name: str) -> Tensor:
        return self.tensors[f"transformer.layers.{layer}.{name}"]


def _count(tensors: Mapping[str, Tensor], before: str, after: str) -> int:
    return sum(key.startswith(before) and key.endswith(after) for key in tensors)
