"""Teaching an editor: the decoder as one differentiable function of its own weights and of an editor's.

It says what the decoder of the engine says, for whole sequences at once. The decoder's weights are left alone; only
the editor's are given to an optimiser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, gelu, layer_norm, linear, pad, scaled_dot_product_attention

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import sinusoids
from core.engines.musicgen.delay import delayed
from core.engines.musicgen.editing.weights import SCALE

Named = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Texts:
    """Projected text states (batch, tokens, size), zeros beyond each text, and which tokens there are.

    A row of `there` without a token stands for no text at all.
    """

    states: Tensor
    there: Tensor

    @classmethod
    def of(cls, config: DecoderConfig, own: Named, texts: list[Tensor]) -> Texts:
        """Texts as states (tokens, text size); one of no tokens is none."""
        longest = max(1, *(len(text) for text in texts))
        padded = torch.stack([pad(text, (0, 0, 0, longest - len(text))) for text in texts])
        there = torch.stack([torch.arange(longest) < len(text) for text in texts])
        states = linear(padded, own["text.weight"], own["text.bias"]) * there[..., None]
        if states.shape[-1] != config.size:
            raise ValueError("the texts are projected to another size")
        return cls(states, there)


def next_token_loss(logits: Tensor, codes: Tensor, config: DecoderConfig) -> Tensor:
    """Mean cross-entropy in nats for each codebook, of logits as `predict` gives them: (codebooks,)."""
    wanted = targets(codes, config)
    return torch.stack(
        [
            cross_entropy(logits[:, book].flatten(0, 1), wanted[:, book].flatten(), ignore_index=config.start)
            for book in range(config.codebooks)
        ]
    )


def targets(codes: Tensor, config: DecoderConfig) -> Tensor:
    """What is to be predicted for codes (batch, codebooks, frames): (batch, codebooks, columns)."""
    return torch.stack([delayed(each, config.delays, config.start)[:, 1:] for each in codes])


@dataclass(frozen=True, slots=True)
class Lesson:
    """A decoder by its geometry and its weights (which may be trained too, before there is an editor)."""

    config: DecoderConfig
    own: Named

    def predict(
        self, codes: Tensor, texts: Texts, editor: Named | None = None, recordings: Tensor | None = None
    ) -> Tensor:
        """Logits (batch, codebooks, columns, vocabulary) of each next column of codes (batch, codebooks, frames).

        With an `editor`, its low-rank changes apply, and if there are `recordings` (batch, codebooks, frames) they
        are heard.
        """
        config, own = self.config, self.own
        columns = torch.stack([delayed(each, config.delays, config.start)[:, :-1] for each in codes])
        length = columns.shape[2]
        hidden = _embedded(own, columns) + sinusoids(length, config.size)
        stream, heard, at = None, None, torch.arange(length)
        if editor is not None and recordings is not None:
            heard = _embedded(own, pad(recordings, (0, 1), value=config.start))
            stream = editor["positions"][0, : heard.shape[1]].expand_as(heard)
            at = at.clamp(max=recordings.shape[2] - 1)
        for layer in range(config.layers):
            weights = _under(own, f"layers.{layer}.")
            query, key, value = _heads(config, linear(_norm(weights, "norm", hidden), weights["qkv"]))
            attended = scaled_dot_product_attention(query, key, value, is_causal=True)
            if editor is not None and stream is not None and heard is not None:
                placed = linear(heard, editor[f"merge.{layer}"]) + editor["positions"][layer + 1, : heard.shape[1]]
                fused = linear(_norm(weights, "norm", stream) + placed, weights["qkv"])
                asked, keys, values = _heads(config, fused)
                heard_there = scaled_dot_product_attention(query + asked[:, :, at], keys, values)
                attended = attended + editor["gates"][layer] * heard_there
                own_way = scaled_dot_product_attention(asked, keys, values, is_causal=True)
                stream = stream + linear(_joined(own_way), weights["out"])
                stream = stream + _forward(weights, stream)
            hidden = hidden + linear(_joined(attended), weights["out"])
            hidden = hidden + self._across(layer, hidden, texts, editor)
            hidden = hidden + _forward(weights, hidden)
        logits = linear(_norm(own, "norm", hidden), own["heads"])
        return logits.unflatten(2, (config.codebooks, -1)).transpose(1, 2)

    def _across(self, layer: int, hidden: Tensor, texts: Texts, editor: Named | None) -> Tensor:
        weights = _under(self.own, f"layers.{layer}.")
        normed = _norm(weights, "cross_norm", hidden)
        query = linear(normed, weights["cross_query"])
        key, value = linear(texts.states, weights["cross_key_value"]).chunk(2, dim=2)
        if editor is not None and f"query.{layer}.down" in editor:
            query = query + _low_rank(editor, f"query.{layer}", normed)
            value = value + _low_rank(editor, f"value.{layer}", texts.states)
        split = [each.unflatten(2, (self.config.heads, -1)).transpose(1, 2) for each in (query, key, value)]
        is_text = texts.there.any(1)
        # Who has no text attends to its zeros, which adds nothing; to mask them all would make it undefined.
        mask = texts.there | ~is_text[:, None]
        read = scaled_dot_product_attention(*split, attn_mask=mask[:, None, None])
        return linear(_joined(read), weights["cross_out"]) * is_text[:, None, None]


def _low_rank(editor: Named, name: str, states: Tensor) -> Tensor:
    changed: Tensor = SCALE * linear(linear(states, editor[f"{name}.down"]), editor[f"{name}.up"])
    return changed


def _embedded(own: Named, columns: Tensor) -> Tensor:
    """Columns (batch, codebooks, length) as states (batch, length, size)."""
    books = range(columns.shape[1])
    return torch.stack([own["embeddings"][book][columns[:, book]] for book in books]).sum(0)


def _forward(weights: Named, hidden: Tensor) -> Tensor:
    up = gelu(linear(_norm(weights, "inner_norm", hidden), weights["up"]))
    result: Tensor = linear(up, weights["down"])
    return result


def _norm(weights: Named, name: str, states: Tensor) -> Tensor:
    return layer_norm(states, states.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-5)


def _heads(config: DecoderConfig, fused: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    query, key, value = fused.unflatten(2, (3, config.heads, -1)).permute(2, 0, 3, 1, 4)
    return query, key, value


def _joined(attended: Tensor) -> Tensor:
    return attended.transpose(1, 2).flatten(2)


def _under(named: Named, prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in named.items() if name.startswith(prefix)}
