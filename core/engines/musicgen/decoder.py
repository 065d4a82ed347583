"""The MusicGen decoder: a transformer over sums of codebook embeddings (Copet et al., arXiv:2306.05284).

Rows come in pairs: a request's conditional row, then its null row, as classifier-free guidance needs them; in a style
model, with the row of the style alone after them (`rows`). The null row
of a model with cross-attention attends to zeros through projections without a bias, which adds exactly nothing: it
skips cross-attention altogether.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import layer_norm, linear, pad, scaled_dot_product_attention

from core.engines.musicgen.adapters import CrossReading, Hearing
from core.engines.musicgen.cache import KVCache
from core.engines.musicgen.concepts.shift import Shift
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.linear import Kernels, Linear
from core.engines.musicgen.rows import PAIR, Rows, starts_of

TEXT_BUCKET = 16
"""Text lengths are rounded up to a multiple of this, so that requests can be attended to together."""

Attend = Callable[[int, Tensor], Tensor]
"""Stores a layer's keys and values and attends: fused (rows, 3, heads, head size) to (rows, size)."""


@dataclass(frozen=True, slots=True)
class Norm:
    weight: Tensor
    bias: Tensor

    def __call__(self, rows: Tensor) -> Tensor:
        return layer_norm(rows, self.weight.shape, self.weight, self.bias, 1e-5)


@dataclass(frozen=True, slots=True)
class CrossWeights:
    norm: Norm
    query: Linear
    key_value: Linear
    out: Linear


@dataclass(frozen=True, slots=True)
class LayerWeights:
    norm: Norm
    qkv: Linear
    out: Linear
    cross: CrossWeights | None
    inner_norm: Norm
    up: Linear
    down: Linear


@dataclass(frozen=True, slots=True)
class Condition:
    """What a request is conditioned on, ready for the decoder.

    With cross-attention, `keys` and `values` hold one tensor (heads, text bucket, head size) per layer and `mask`
    (text bucket,) is 0 on tokens and minus infinity beyond them. In a model with a prefix, `prefix` (rows, length,
    size) stands in front of the sequence instead, for each of its rows. `shifts` change the queries, keys and values of
    the request's rows; `hearing` adds to what their self-attention hears; `reading` changes cross-attention. `against`
    is what the null row reads: guidance leads away from it.
    """

    keys: tuple[Tensor, ...] = ()
    values: tuple[Tensor, ...] = ()
    mask: Tensor | None = None
    prefix: Tensor | None = None
    shifts: tuple[Shift, ...] = ()
    hearing: Hearing | None = None
    reading: CrossReading | None = None
    against: Condition | None = None

    @property
    def prefix_length(self) -> int:
        return 0 if self.prefix is None else self.prefix.shape[1]

    @property
    def rows(self) -> int:
        return PAIR if self.prefix is None else self.prefix.shape[0]


class Texts(Protocol):
    """What the rows of a step read, and what they change of it."""

    @property
    def requests(self) -> int: ...

    @property
    def against(self) -> tuple[list[int], Texts] | None:
        """The requests whose null rows read something, and what."""
        ...

    def shift(self, layer: int, states: Tensor, fused: Tensor) -> None: ...

    def read(self, layer: int, states: Tensor, query: Tensor) -> None: ...

    def attend(self, layer: int, query: Tensor) -> Tensor: ...


class Crossing:
    """The texts of a batch, stacked for cross-attention. Made anew when a request joins or leaves.

    Requests with text buckets of the same length are attended to in one call; what a request gets depends on its own
    bucket only.
    """

    def __init__(self, given: Sequence[Condition]) -> None:
        self.requests = len(given)
        self.counts = [condition.rows for condition in given]
        self._starts = starts_of(self.counts)
        self._shifted = [(index, condition.shifts) for index, condition in enumerate(given) if condition.shifts]
        self._hearing = [(index, each.hearing) for index, each in enumerate(given) if each.hearing is not None]
        self._reading = [(index, each.reading) for index, each in enumerate(given) if each.reading is not None]
        against = {index: each.against for index, each in enumerate(given) if each.against is not None}
        self.against = (list(against), Crossing(list(against.values()))) if against else None
        by_bucket: dict[int, list[int]] = {}
        for index, condition in enumerate(given):
            if condition.mask is not None:
                by_bucket.setdefault(len(condition.mask), []).append(index)
        self._groups = [_Group.of([given[index] for index in members], members) for members in by_bucket.values()]

    def shift(self, layer: int, states: Tensor, fused: Tensor) -> None:
        """Change the queries, keys and values (rows, 3 x size) of the requests that bring shifts of their own.

        Each request's rows by themselves: what it gets does not depend on its company.
        """
        for index, shifts in self._shifted:
            rows = self._rows(index, len(states))
            for shift in shifts:
                shift.add(layer, states[rows], fused[rows])

    @property
    def hears(self) -> bool:
        return bool(self._hearing)

    def hear(self, layer: int, query: Tensor, attended: Tensor, at: Tensor) -> None:
        """Add to self-attention (rows, size) what requests hear besides, by queries (rows, heads, head size)."""
        for index, hearing in self._hearing:
            rows = self._rows(index, len(query))
            hearing.add(layer, query[rows], attended[rows], at[rows])

    def read(self, layer: int, states: Tensor, query: Tensor) -> None:
        """Change the queries (rows, size) with which requests read their texts."""
        for index, reading in self._reading:
            rows = self._rows(index, len(query))
            query[rows] += reading.query(layer, states[rows])

    def _rows(self, index: int, rows: int) -> slice:
        first, last, all_rows = self._starts[index], self._starts[index + 1], self._starts[-1]
        return slice(first * rows // all_rows, last * rows // all_rows)

    def attend(self, layer: int, query: Tensor) -> Tensor:
        """Queries (requests, heads, length, head size) to (requests x length, size)."""
        if len(self._groups) == 1:
            result = self._groups[0].attend(layer, query)
        else:
            result = torch.empty_like(query)
            for group in self._groups:
                result[group.members] = group.attend(layer, query[group.members])
        return result.transpose(1, 2).flatten(2).flatten(0, 1)


@dataclass(frozen=True, slots=True)
class _Group:
    members: list[int]
    keys: list[Tensor]
    values: list[Tensor]
    mask: Tensor

    def attend(self, layer: int, query: Tensor) -> Tensor:
        keys = self.keys[layer]
        attended = scaled_dot_product_attention(query.to(keys.dtype), keys, self.values[layer], attn_mask=self.mask)
        return attended.to(query.dtype)

    @classmethod
    def of(cls, given: Sequence[Condition], members: list[int]) -> _Group:
        layers = range(len(given[0].keys))
        return cls(
            members,
            [torch.stack([each.keys[layer] for each in given]) for layer in layers],
            [torch.stack([each.values[layer] for each in given]) for layer in layers],
            torch.stack([each.mask for each in given if each.mask is not None])[:, None, None],
        )


class Decoder:
    """The weights of one model on one device, and a step through them."""

    def __init__(self, config: DecoderConfig, tensors: Mapping[str, Tensor], kernels: Kernels) -> None:
        self.config = config
        self.device = kernels.device
        self.dtype = kernels.dtype
        self.heard_dtype = kernels.heard_dtype
        self._embeddings = self._plain(tensors["embeddings"]).flatten(0, 1)
        offsets = torch.arange(config.codebooks, device=self.device) * (config.vocabulary + 1)
        self._offsets = offsets
        self._layers = [self._layer(tensors, f"layers.{layer}.", kernels) for layer in range(config.layers)]
        self._norm = self._norm_of(tensors, "norm")
        self._heads = kernels.linear(tensors["heads"])
        self._text = self._projection(tensors, "text")
        self._chroma = self._projection(tensors, "chroma")
        self._positions = sinusoids(4096, config.size).to(self.device)

    def condition(
        self,
        text: Tensor,
        chroma: Tensor | None = None,
        *,
        style: Tensor | None = None,
        reading: CrossReading | None = None,
        against: Tensor | None = None,
    ) -> Condition:
        """Conditions of one request, from text states (tokens, text size) and chroma (frames, chroma).

        A text of no tokens leaves the conditional row without text; without chroma, a melody model is told that there
        is no melody. `style` (states, size) is what a style model heard of a recording. `reading` changes the queries
        and values of cross-attention. `against` are the states of a text to lead away from; without it the null row has
        no text.
        """
        states = self._project(self._text, text.to(self.device, torch.float32))
        null = None if against is None else self._project(self._text, against.to(self.device, torch.float32))
        if self.config.style:
            return Condition(prefix=self._styled(states, style, null))
        if self.config.prefix:
            return Condition(prefix=self._prefix(states, chroma, null))
        length = len(states)
        bucket = max(TEXT_BUCKET, -(-length // TEXT_BUCKET) * TEXT_BUCKET)
        padded = pad(states, (0, 0, 0, bucket - length)).to(self.dtype)
        mask = torch.zeros(bucket, dtype=self.heard_dtype, device=self.device)
        # An empty text attends to zeros, which adds nothing; to mask them all would make it undefined.
        mask[length or bucket :] = -torch.inf
        keys, values = [], []
        for index, layer in enumerate(self._layers):
            if layer.cross is None:
                raise ValueError("this model has no cross-attention")
            fused = layer.cross.key_value(padded)
            if reading is not None:
                fused[:, self.config.size :] += reading.value(index, padded)
            key, value = fused.view(bucket, 2, self.config.heads, -1).unbind(1)
            keys.append(key.transpose(0, 1).to(self.heard_dtype).contiguous())
            values.append(value.transpose(0, 1).to(self.heard_dtype).contiguous())
        opposite = None if against is None else self.condition(against)
        return Condition(tuple(keys), tuple(values), mask, reading=reading, against=opposite)

    def embed(self, columns: Tensor, positions: Tensor) -> Tensor:
        """Columns of tokens (entries, codebooks) at positions (entries,) as states (entries, size) in float32."""
        return self.embed_tokens(columns) + self._positions[positions]

    def embed_tokens(self, columns: Tensor) -> Tensor:
        """Columns of tokens (entries, codebooks) as states (entries, size) in float32, without their positions."""
        embedded: Tensor = self._embeddings[columns + self._offsets].float().sum(1)
        return embedded

    def attend_to_itself(self, states: Tensor, added: Callable[[int], Tensor]) -> Iterator[tuple[Tensor, ...]]:
        """A stream through causal self-attention and feed-forward layers, without a text: states (length, size).

        In each layer `added(layer)` (length, size) is put in after the norm. Yields each layer's queries, keys and
        values (heads, length, head size).
        """
        hidden = states
        for index, layer in enumerate(self._layers):
            fused = layer.qkv(layer.norm(hidden) + added(index))
            query, key, value = fused.view(len(hidden), 3, self.config.heads, -1).permute(1, 2, 0, 3)
            yield query, key, value
            attended = scaled_dot_product_attention(query, key, value, is_causal=True)
            hidden = hidden + layer.out(attended.transpose(0, 1).flatten(1))
            hidden = hidden + layer.down(layer.up(layer.inner_norm(hidden)))

    def at(self, states: Tensor, first: int) -> Tensor:
        """States (rows, length, size) with the positions from `first` on added."""
        return states + self._positions[first : first + states.shape[1]]

    def step(
        self, states: Tensor, cache: KVCache, slots: Sequence[int], reach: Sequence[int], crossing: Crossing
    ) -> Tensor:
        """One position of each slot: states (slots, size) to logits (slots, 2 or 3, codebooks, vocabulary) in float32.

        `slots` ascend; `reach` is the position of each. All rows of a slot enter with the same state.
        """
        rows = Rows(crossing.counts, slots, reach, cache.rows, self.device)

        def attend(layer: int, fused: Tensor) -> Tensor:
            parts = []
            for stretch in rows.stretches:
                there = fused[stretch.span]
                cache.write(layer, stretch.cached, slice(stretch.reach, stretch.reach + 1), there[:, None, 1:])
                keys, values = cache.read(layer, stretch.cached, stretch.reach + 1)
                parts.append(scaled_dot_product_attention(there[:, 0, :, None].to(keys.dtype), keys, values))
            attended = (torch.cat(parts) if len(parts) > 1 else parts[0]).flatten(1).to(self.dtype)
            if crossing.hears:
                crossing.hear(layer, fused[:, 0], attended, rows.at)
            return attended

        return rows.by_request(self.predict(rows.spread(states.to(self.dtype)), attend, crossing))

    def predict(self, hidden: Tensor, attend: Attend, texts: Texts) -> Tensor:
        """One position of each row through all layers: states (rows, size) to logits (rows, codebooks, vocabulary).

        `hidden` is used up.
        """
        for index, layer in enumerate(self._layers):
            hidden = self._through(layer, hidden, index, attend, texts)
        logits = self._heads(self._norm(hidden)).float()
        return logits.unflatten(1, (self.config.codebooks, self.config.vocabulary))

    def fill(self, states: Tensor, cache: KVCache, slot: int, first: int, condition: Condition) -> None:
        """Several known positions of one slot, from `first` on: states (rows, length, size), nothing predicted."""
        count, length = states.shape[:2]
        last = first + length
        whole = slice(cache.rows * slot, cache.rows * slot + count)
        seen = torch.ones(length, last, dtype=torch.bool, device=self.device).tril(first)
        crossing = Crossing([condition])

        def attend(layer: int, fused: Tensor) -> Tensor:
            there = fused.unflatten(0, (count, length))
            cache.write(layer, whole, slice(first, last), there[:, :, 1:])
            keys, values = cache.read(layer, whole, last)
            query = there[:, :, 0].transpose(1, 2).to(keys.dtype)
            result = scaled_dot_product_attention(query, keys, values, attn_mask=seen)
            attended = result.transpose(1, 2).flatten(2).flatten(0, 1).to(self.dtype)
            if crossing.hears:
                at = torch.arange(first, last, device=self.device).repeat(count)
                crossing.hear(layer, fused[:, 0], attended, at)
            return attended

        hidden = states.to(self.dtype).flatten(0, 1).clone()
        for index, layer in enumerate(self._layers):
            hidden = self._through(layer, hidden, index, attend, crossing)

    def _through(self, layer: LayerWeights, hidden: Tensor, index: int, attend: Attend, crossing: Texts) -> Tensor:
        normed = layer.norm(hidden)
        fused = layer.qkv(normed)
        crossing.shift(index, normed, fused)
        hidden += layer.out(attend(index, fused.view(len(hidden), 3, self.config.heads, -1)))
        if layer.cross is not None:
            # Rows are (request, half, position): the conditional half alone attends to the text.
            halves = hidden.view(crossing.requests, 2, -1, self.config.size)
            halves[:, 0] += self._across(layer.cross, halves[:, 0], index, crossing)
            if crossing.against is not None:
                members, opposite = crossing.against
                null = halves[members, 1]
                halves[members, 1] = null + self._across(layer.cross, null, index, opposite)
        hidden += layer.down(layer.up(layer.inner_norm(hidden)))
        return hidden

    def _across(self, cross: CrossWeights, conditional: Tensor, index: int, crossing: Texts) -> Tensor:
        requests, length, size = conditional.shape
        normed = cross.norm(conditional).view(requests * length, size)
        query = cross.query(normed)
        crossing.read(index, normed, query)
        attended = crossing.attend(index, query.view(requests, length, self.config.heads, -1).transpose(1, 2))
        return cross.out(attended).view(requests, length, size)

    def _prefix(self, states: Tensor, chroma: Tensor | None, against: Tensor | None) -> Tensor:
        """Chroma frames, then text, for both rows: the null row has no melody and zeros for its text.

        The same order and the same null as in transformers' MusicgenMelody. Where the null row has a text, the shorter
        of both is filled up with zeros.
        """
        null = torch.zeros_like(states) if against is None else against
        length = max(len(states), len(null))
        states, null = (pad(each, (0, 0, 0, length - len(each))) for each in (states, null))
        silent = torch.zeros(1, self.config.chroma, device=self.device)
        silent[:, 0] = 1
        pair = [self._melody(silent if chroma is None else chroma.to(self.device)), self._melody(silent)]
        return torch.stack([torch.cat([pair[0], states]), torch.cat([pair[1], null])])

    def _styled(self, text: Tensor, style: Tensor | None, against: Tensor | None) -> Tensor:
        """Style, then text, for rows with both, with neither and, where there are both, with the style alone.

        As in audiocraft, what is absent leaves zeros in its place, one of them where nothing was given at all. The null
        row has the text to lead away from, if there is one; the shorter of both is filled up with zeros.
        """
        size = self.config.size
        heard = torch.zeros(1, size, device=self.device) if style is None else style.to(self.device)
        length = max(len(text), 1 if against is None else len(against), 1)
        read = pad(text, (0, 0, 0, length - len(text)))
        null = torch.zeros_like(read) if against is None else pad(against, (0, 0, 0, length - len(against)))
        rows = [torch.cat([heard, read]), torch.cat([torch.zeros_like(heard), null])]
        if style is not None and len(text):
            rows.append(torch.cat([heard, torch.zeros_like(read)]))
        return torch.stack(rows)

    def _melody(self, chroma: Tensor) -> Tensor:
        """Projected chroma, repeated or cut to the length that the model was trained with."""
        length = self.config.chroma_length
        projected = self._project(self._chroma, chroma.float())
        return projected.repeat(math.ceil(length / len(projected)), 1)[:length]

    def _layer(self, tensors: Mapping[str, Tensor], prefix: str, kernels: Kernels) -> LayerWeights:
        def matrix(name: str, *, activate: bool = False) -> Linear:
            return kernels.linear(tensors[prefix + name], activate=activate)

        cross = None
        if not self.config.prefix:
            norm = self._norm_of(tensors, prefix + "cross_norm")
            cross = CrossWeights(norm, matrix("cross_query"), matrix("cross_key_value"), matrix("cross_out"))
        return LayerWeights(
            norm=self._norm_of(tensors, prefix + "norm"),
            qkv=matrix("qkv"),
            out=matrix("out"),
            cross=cross,
            inner_norm=self._norm_of(tensors, prefix + "inner_norm"),
            up=matrix("up", activate=True),
            down=matrix("down"),
        )

    def _norm_of(self, tensors: Mapping[str, Tensor], name: str) -> Norm:
        return Norm(self._plain(tensors[f"{name}.weight"]), self._plain(tensors[f"{name}.bias"]))

    def _plain(self, tensor: Tensor) -> Tensor:
        return tensor.to(self.device, self.dtype)

    def _projection(self, tensors: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor] | None:
        """A projection of conditions: used once per request, so it stays in float32."""
        if f"{name}.weight" not in tensors:
            return None
        return tensors[f"{name}.weight"].to(self.device).float(), tensors[f"{name}.bias"].to(self.device).float()

    def _project(self, projection: tuple[Tensor, Tensor] | None, states: Tensor) -> Tensor:
        return states if projection is None else linear(states, *projection)


def sinusoids(positions: int, size: int) -> Tensor:
    """Cosines, then sines, of each position (Vaswani et al. 2017, in the order of tensor2tensor)."""
    half = size // 2
    rates = torch.exp(torch.arange(half).float() * -(math.log(10000) / (half - 1)))
    angles = torch.arange(positions).float()[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], dim=1)
