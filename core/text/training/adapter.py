"""Trains the adapter with which the encoder's upper layers listen for feeling.

    python -m core.text.training.adapter EMOBANK_TRAIN.csv core/text/models/adapter_en.safetensors

Low-rank adaptation (E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021) of the upper three layers
of all-MiniLM-L6-v2, and a linear head on the means of all seven layers, trained together on sentences rated from 1 to
5. Needs the extra `musicgen` for torch and takes about a quarter of an hour on one core; the seed is fixed.

The result holds `layers.N.NAME.down`, shape (8, in), and `.up`, shape (out, 8), for the six matrices of each adapted
layer (their product is added to the matrix), and the head's `weights`, shape (7 · 384, 2), and `bias`, shape (2,).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from core.text.minilm import HEADS, LAYERS, MATRICES, TUNED, WIDTH, installed_folder
from core.text.training.ratings import read_ratings

RANK = 8
SCALE = 2.0
DROPOUT = 0.1
EPOCHS = 5
BATCH = 64
RATE = 1e-3
WARM_UP = 0.1
LONGEST = 128
"""Tokens; hardly any sentence of the data is longer."""


class Matrix(nn.Module):  # type: ignore[misc]
    """A matrix that stays as it was, and the product of two thin ones that is learned beside it."""

    def __init__(self, weight: Tensor, bias: Tensor, *, learned: bool) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias
        if learned:
            self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) * 0.02)
            self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))
        self.learned = learned

    def forward(self, x: Tensor) -> Tensor:
        frozen = functional.linear(x, self.weight, self.bias)
        if not self.learned:
            return frozen
        thin = functional.linear(functional.dropout(x, DROPOUT / 2, self.training), self.down)
        return frozen + SCALE * functional.linear(thin, self.up)


class Layer(nn.Module):  # type: ignore[misc]
    """One layer of the encoder."""

    def __init__(self, tensors: dict[str, Tensor], number: int, *, learned: bool) -> None:
        super().__init__()
        prefix = f"encoder.layer.{number}."

        def pair(name: str) -> tuple[Tensor, Tensor]:
            return tensors[f"{prefix}{name}.weight"], tensors[f"{prefix}{name}.bias"]

        self.matrices = nn.ModuleDict(
            {name: Matrix(*pair(published), learned=learned) for name, published in MATRICES.items()}
        )
        self.norms = pair("attention.output.LayerNorm"), pair("output.LayerNorm")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        texts, tokens, _ = x.shape
        query, key, value = (
            self.matrices[name](x).view(texts, tokens, HEADS, -1).transpose(1, 2) for name in ("query", "key", "value")
        )
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        out = self.matrices["out"](attended.transpose(1, 2).reshape(texts, tokens, WIDTH))
        x = _normalise(x + functional.dropout(out, DROPOUT, self.training), self.norms[0])
        down = self.matrices["down"](functional.gelu(self.matrices["up"](x)))
        return _normalise(x + functional.dropout(down, DROPOUT, self.training), self.norms[1])


class Listener(nn.Module):  # type: ignore[misc]
    """The encoder with adapted upper layers, and the head on its layer means."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        super().__init__()
        self.words = tensors["embeddings.word_embeddings.weight"]
        kinds = tensors["embeddings.token_type_embeddings.weight"]
        self.places = tensors["embeddings.position_embeddings.weight"] + kinds[0]
        self.norm = tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"]
        first = LAYERS - TUNED
        self.layers = nn.ModuleList(Layer(tensors, number, learned=number >= first) for number in range(LAYERS))
        self.head = nn.Linear(WIDTH * (LAYERS + 1), 2)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Valence and arousal, shape (texts, 2), in standard deviations from the mean."""
        x = _normalise(self.words[ids] + self.places[: ids.shape[1]], self.norm)
        shares = (mask / mask.sum(dim=1, keepdim=True))[:, :, None]
        means = [(x * shares).sum(dim=1)]
        for layer in self.layers:
            x = layer(x, mask.bool())
            means.append((x * shares).sum(dim=1))
        seen = functional.layer_norm(torch.stack(means, dim=1), (WIDTH,)).flatten(1)
        felt: Tensor = self.head(functional.dropout(seen, DROPOUT, self.training))
        return felt


def train(listener: Listener, tokens: Sequence[Sequence[int]], wanted: Tensor, epochs: int = EPOCHS) -> Iterator[float]:
    """Train in place towards `wanted`, shape (texts, 2); gives the mean loss of each epoch as it ends."""
    torch.manual_seed(0)
    draw = np.random.default_rng(0)
    learned = [parameter for parameter in listener.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
    steps = epochs * -(-len(tokens) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, 1 - step / steps)
    )
    listener.train()
    for _ in range(epochs):
        total = 0.0
        for rows in batches(tokens, draw):
            loss = functional.mse_loss(listener(*padded([tokens[row] for row in rows])), wanted[rows])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(rows)
        yield total / len(tokens)


def batches(tokens: Sequence[Sequence[int]], draw: np.random.Generator) -> list[list[int]]:
    """Rows in a new order, in batches of texts of like length, which waste little on padding."""
    order = draw.permutation(len(tokens))
    pools = np.array_split(order, max(1, len(order) // (BATCH * 16)))
    ordered = [row for pool in pools for row in sorted(pool.tolist(), key=lambda row: len(tokens[row]))]
    cut = [ordered[first : first + BATCH] for first in range(0, len(ordered), BATCH)]
    return [cut[place] for place in draw.permutation(len(cut))]


def padded(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Tokens as one array, and a mask with 1 for each that is there."""
    longest = max(map(len, texts))
    ids, mask = torch.zeros(len(texts), longest, dtype=torch.long), torch.zeros(len(texts), longest)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    return ids, mask


def learned_tensors(
    listener: Listener, middle: npt.NDArray[np.float64], spread: npt.NDArray[np.float64]
) -> dict[str, Tensor]:
    """What is shipped: the thin matrices in half precision and the head on the scale of the ratings."""
    found = {}
    for number in range(LAYERS - TUNED, LAYERS):
        for name, matrix in listener.layers[number].matrices.items():
            found[f"layers.{number}.{name}.down"] = matrix.down.detach().half()
            found[f"layers.{number}.{name}.up"] = (SCALE * matrix.up.detach()).half()
    scale = torch.tensor(spread, dtype=torch.float32)
    found["weights"] = (listener.head.weight.detach() * scale[:, None]).T.contiguous()
    found["bias"] = listener.head.bias.detach() * scale + torch.tensor(middle, dtype=torch.float32)
    return found


def _normalise(x: Tensor, scale: tuple[Tensor, Tensor]) -> Tensor:
    return functional.layer_norm(x, (WIDTH,), *scale, eps=1e-12)


def main() -> None:
    source, out = map(Path, sys.argv[1:3])
    texts, ratings = read_ratings(source)
    folder = installed_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    tokens = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    torch.manual_seed(0)
    listener = Listener(load_file(folder / "model.safetensors"))
    middle, spread = ratings.mean(axis=0), ratings.std(axis=0)
    wanted = torch.tensor((ratings - middle) / spread, dtype=torch.float32)
    for number, loss in enumerate(train(listener, tokens, wanted), start=1):
        sys.stdout.write(f"epoch {number} of {EPOCHS}: loss {loss:.3f}\n")
        sys.stdout.flush()
    save_file(learned_tensors(listener, middle, spread), out)


if __name__ == "__main__":
    main()
