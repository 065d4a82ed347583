"""A MusicGen-Style of half a million weights: the published architecture, small enough to be taught on a processor.

Decoder, text projection and conditioner are trained together from nothing, as published; the quantiser follows by
moving averages (van den Oord et al. 2017, appendix A.1), with codes that nothing is near to drawn anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, gelu, layer_norm, linear, scaled_dot_product_attention

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Decoder, sinusoids
from core.engines.musicgen.delay import delayed
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.style.conditioner import Quantised, StyleConditioner
from core.evaluation.style.tokens import BOOKS, ENTRIES, FRAME_RATE

SIZE, LAYERS, HEADS = 96, 3, 4
WIDTH, DEPTH, STREAMS, BINS = 64, 2, 6, 32
HEAD_SIZE = 16
EVERY = FRAME_RATE // 5
LISTENS_TO = 3
"""Codebooks that the conditioner hears, as in the EnCodec variant."""
WORDS = 16
"""Width of the states that stand for a text: one fixed random vector per mood."""

DECAY = 0.98
DEAD = 0.1
MOMENTUM = 0.1

CONFIG = DecoderConfig(
    size=SIZE, layers=LAYERS, heads=HEADS, inner=4 * SIZE, codebooks=BOOKS, vocabulary=ENTRIES, text_size=WORDS,
    prefix=True, style=True, frame_rate=FRAME_RATE, max_seconds=8.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What one example is conditioned on: a style excerpt's codes (codebooks, frames), a text (tokens, `WORDS`)."""

    style: Tensor | None
    text: Tensor | None


class SmallModel:
    """Weights under the decoder's own names, and under those of the published conditioner."""

    def __init__(self, seed: int) -> None:
        dice = torch.Generator().manual_seed(seed)

        def drawn(*shape: int) -> Tensor:
            return (torch.randn(shape, generator=dice) / math.sqrt(shape[-1])).requires_grad_()

        def normed(name: str, size: int) -> dict[str, Tensor]:
            return {
                f"{name}.weight": torch.ones(size).requires_grad_(),
                f"{name}.bias": torch.zeros(size).requires_grad_(),
            }

        self.decoder = {
            "embeddings": drawn(BOOKS, ENTRIES + 1, SIZE),
            "heads": drawn(BOOKS * ENTRIES, SIZE),
            "text.weight": drawn(SIZE, WORDS),
            "text.bias": torch.zeros(SIZE).requires_grad_(),
            **normed("norm", SIZE),
        }
        for layer in range(LAYERS):
            at = f"layers.{layer}."
            self.decoder |= normed(f"{at}norm", SIZE) | normed(f"{at}inner_norm", SIZE)
            self.decoder |= {f"{at}qkv": drawn(3 * SIZE, SIZE), f"{at}out": drawn(SIZE, SIZE)}
            self.decoder |= {f"{at}up": drawn(4 * SIZE, SIZE), f"{at}down": drawn(SIZE, 4 * SIZE)}
        style = {f"embed.{book}.weight": drawn(ENTRIES, WIDTH) for book in range(LISTENS_TO)}
        for layer in range(DEPTH):
            at = f"transformer.layers.{layer}."
            style |= normed(f"{at}norm1", WIDTH) | normed(f"{at}norm2", WIDTH)
            style |= {f"{at}self_attn.in_proj_weight": drawn(3 * WIDTH, WIDTH)}
            style |= {f"{at}self_attn.out_proj.weight": drawn(WIDTH, WIDTH)}
            style |= {f"{at}linear1.weight": drawn(4 * WIDTH, WIDTH), f"{at}linear2.weight": drawn(WIDTH, 4 * WIDTH)}
        style |= {"batch_norm.running_mean": torch.zeros(WIDTH), "batch_norm.running_var": torch.ones(WIDTH)}
        for stream in range(STREAMS):
            style[f"rvq.vq.layers.{stream}._codebook.embed"] = torch.zeros(BINS, WIDTH)
        style |= {"output_proj.weight": drawn(SIZE, WIDTH), "output_proj.bias": torch.zeros(SIZE).requires_grad_()}
        self.style = StyleConditioner(style, torch.device("cpu"), head_size=HEAD_SIZE, every=EVERY)
        self._used = torch.zeros(STREAMS, BINS)
        self._sums = torch.zeros(STREAMS, BINS, WIDTH)
        self._dice = dice

    def parameters(self) -> list[Tensor]:
        return [tensor for tensor in [*self.decoder.values(), *self.style.tensors.values()] if tensor.requires_grad]

    def served(self) -> Decoder:
        """The decoder that serves these weights."""
        weights = {name: tensor.detach() for name, tensor in self.decoder.items()}
        return Decoder(CONFIG, weights, Kernels("fp32", torch.device("cpu")))

    def heard(self, codes: Tensor, streams: int) -> Tensor:
        """Style states (tokens, size) of an excerpt's codes (codebooks, frames), for serving."""
        with torch.no_grad():
            return self.style.states(codes, streams)

    def loss(self, codes: Sequence[Tensor], told: Sequence[Told], streams: int) -> Tensor:
        """Mean cross-entropy of windows of one length (codebooks, frames) after their prefixes."""
        styles = iter(self._learned([each.style for each in told if each.style is not None], streams))
        prefixes = []
        for each in told:
            style = torch.zeros(1, SIZE) if each.style is None else next(styles)
            text = torch.zeros(1, SIZE) if each.text is None else self.read(each.text)
            prefixes.append(torch.cat([style, text]))
        columns = torch.stack([delayed(each, CONFIG.delays, CONFIG.start) for each in codes])
        logits = self.predicted(columns[:, :, :-1], prefixes)
        targets = columns[:, :, 1:]
        return cross_entropy(logits.permute(0, 3, 1, 2), targets, ignore_index=CONFIG.start)

    def read(self, text: Tensor) -> Tensor:
        return linear(text, self.decoder["text.weight"], self.decoder["text.bias"])

    def predicted(self, columns: Tensor, prefixes: Sequence[Tensor]) -> Tensor:
        """Logits (examples, codebooks, columns, entries) for columns (examples, codebooks, columns)."""
        tables = self.decoder["embeddings"]
        embedded = torch.stack([tables[book][columns[:, book]] for book in range(BOOKS)]).sum(0)
        longest = max(map(len, prefixes))
        length = longest + embedded.shape[1]
        # Prefixes are put at the end of a common room, and what is in front of them is hidden.
        room = torch.stack([torch.cat([torch.zeros(longest - len(each), SIZE), each]) for each in prefixes])
        hidden = torch.cat([room, embedded], dim=1)
        begins = torch.tensor([longest - len(each) for each in prefixes])
        places = (torch.arange(length)[None] - begins[:, None]).clamp(min=0)
        hidden = hidden + sinusoids(length, SIZE)[places]
        seen = torch.ones(length, length, dtype=torch.bool).tril()[None] & (
            torch.arange(length)[None, None] >= begins[:, None, None]
        )
        seen = seen | torch.eye(length, dtype=torch.bool)
        for layer in range(LAYERS):
            at = f"layers.{layer}."
            fused = linear(self._norm(hidden, f"{at}norm"), self.decoder[f"{at}qkv"])
            query, key, value = fused.unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
            attended = scaled_dot_product_attention(query, key, value, attn_mask=seen[:, None])
            hidden = hidden + linear(attended.transpose(1, 2).flatten(2), self.decoder[f"{at}out"])
            inner = gelu(linear(self._norm(hidden, f"{at}inner_norm"), self.decoder[f"{at}up"]))
            hidden = hidden + linear(inner, self.decoder[f"{at}down"])
        logits = linear(self._norm(hidden[:, longest:], "norm"), self.decoder["heads"])
        return logits.unflatten(-1, (BOOKS, ENTRIES)).transpose(1, 2)

    def _norm(self, states: Tensor, name: str) -> Tensor:
        return layer_norm(states, (SIZE,), self.decoder[f"{name}.weight"], self.decoder[f"{name}.bias"])

    def _learned(self, excerpts: Sequence[Tensor], streams: int) -> list[Tensor]:
        """Style states of excerpts of one length, with what training adds: batch statistics, and moving codebooks."""
        if not excerpts:
            return []
        style = self.style
        states = style.transform(style.embed(torch.stack(list(excerpts), dim=1)))
        flat = states.flatten(0, 1)
        mean, variance = flat.mean(0), flat.var(0)
        with torch.no_grad():
            style.tensors["batch_norm.running_mean"].lerp_(mean, MOMENTUM)
            style.tensors["batch_norm.running_var"].lerp_(variance, MOMENTUM)
        flat = (flat - mean) / (variance + 1e-5).sqrt()
        with torch.no_grad():
            self._move_codebooks(flat)
            found: Quantised = style.quantise(flat, streams)
        # Gradients pass the quantiser as if it were not there (Bengio et al. 2013).
        passed = (flat + (found.states - flat).detach()).view_as(states)
        return list(style.project(passed[:, ::EVERY]))

    def _move_codebooks(self, states: Tensor) -> None:
        rest = states
        for stream in range(STREAMS):
            book = self.style.codebook(stream)
            if not book.any():
                book.copy_(rest[torch.randint(len(rest), (BINS,), generator=self._dice)])
                self._used[stream], self._sums[stream] = 1.0, book
            chosen = self.style.nearest(rest, stream)
            counts = torch.bincount(chosen, minlength=BINS).float()
            sums = torch.zeros(BINS, WIDTH).index_add_(0, chosen, rest)
            rest = rest - book[chosen]
            self._used[stream].lerp_(counts, 1 - DECAY)
            self._sums[stream].lerp_(sums, 1 - DECAY)
            book.copy_(self._sums[stream] / self._used[stream].clamp(min=1e-5)[:, None])
            dead = self._used[stream] < DEAD
            if dead.any():
                drawn = rest[torch.randint(len(rest), (int(dead.sum()),), generator=self._dice)]
                book[dead] = drawn
                self._used[stream][dead], self._sums[stream][dead] = 1.0, drawn
