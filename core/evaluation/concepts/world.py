"""The world of the evaluation: a small MusicGen trained on the composer's music, its text encoder and its codec."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.learning.model import TrainedModel, our_names
from core.engines.musicgen.linear import Kernels
from core.evaluation.concepts.ears import Ears
from core.evaluation.concepts.spectral import BOOKS, ENTRIES, FRAME_RATE, Spectra, SpectralCodec, spectra
from core.evaluation.concepts.subjects import Captioned

CPU = torch.device("cpu")
WINDOW = 6.0
TEXT_SIZE = 64
BLANK = 0.1
CONFIG = DecoderConfig(
    size=128,
    layers=4,
    heads=4,
    inner=512,
    codebooks=BOOKS,
    vocabulary=ENTRIES,
    text_size=TEXT_SIZE,
    max_seconds=WINDOW,
    frame_rate=FRAME_RATE,
    sample_rate=16_000,
)
FRAMES = CONFIG.max_frames

_WORD = re.compile(r"[a-z]+|\d+")


class WordText:
    """A text encoder that knows nothing: each word is a random vector of its own, the same every time."""

    def length(self, text: str) -> int:
        return len(_WORD.findall(text.lower()))

    def encode(self, caption: str) -> tuple[Tensor, bool]:
        """States (words, `TEXT_SIZE`); nothing is ever cut."""
        words = _WORD.findall(caption.lower())
        vectors = [_vector(word) for word in words]
        return (torch.stack(vectors) if vectors else torch.zeros(0, TEXT_SIZE)), False


@dataclass(frozen=True, slots=True)
class World:
    """`tensors` are the base decoder's, under our names. `held_out` is base music that was not trained on."""

    codec: SpectralCodec
    ears: Ears
    text: WordText
    tensors: dict[str, Tensor]
    held_out: tuple[tuple[Tensor, str], ...]
    losses: tuple[float, float]

    def decoder(self, tensors: dict[str, Tensor] | None = None) -> Decoder:
        return Decoder(CONFIG, tensors or self.tensors, Kernels("fp32", CPU))

    def codes(self, sound: Spectra) -> Tensor:
        return torch.from_numpy(self.codec.encode(sound))

    def heard(self, codes: Tensor) -> Spectra:
        return self.codec.decode(codes.numpy())


def build_world(
    training: Sequence[Captioned],
    held_out: Sequence[Captioned],
    steps: int,
    seed: int,
    on_progress: Callable[[float], None] = lambda _: None,
) -> World:
    """Fit the codec, the ears and the base model.

    The ears hear the held-out music too, which is as far from every concept as the rest.
    """
    sounds = [spectra(clip.samples) for clip in training]
    others = [spectra(clip.samples) for clip in held_out]
    codec = SpectralCodec.fit(sounds, seed)
    quantised = [codec.decode(codec.encode(sound)) for sound in (*sounds, *others)]
    ears = Ears.trained(quantised, [clip.caption for clip in (*training, *held_out)])
    text = WordText()
    codes = [torch.from_numpy(codec.encode(sound)) for sound in sounds]
    kept_back = tuple(
        (torch.from_numpy(codec.encode(sound))[:, :FRAMES], clip.caption)
        for sound, clip in zip(others, held_out, strict=True)
    )
    captions = [clip.caption for clip in training]
    tensors, losses = _trained(
        codes, captions, held_out=kept_back, text=text, steps=steps, seed=seed, on_progress=on_progress
    )
    return World(codec, ears, text, tensors, kept_back, losses)


def _trained(
    codes: Sequence[Tensor],
    captions: Sequence[str],
    *,
    held_out: Sequence[tuple[Tensor, str]],
    text: WordText,
    steps: int,
    seed: int,
    on_progress: Callable[[float], None],
    batch: int = 12,
    rate: float = 2e-3,
) -> tuple[dict[str, Tensor], tuple[float, float]]:
    """The base decoder's tensors, and its held-out loss with captions and without."""
    first = random_tensors(seed)
    model = TrainedModel(CONFIG, first, CPU)
    model.network.requires_grad_(True)
    parameters = [parameter for parameter in model.network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.95), weight_decay=0.05)
    noise = torch.Generator().manual_seed(seed)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 30) * 0.5 * (1 + math.cos(math.pi * step / steps))
        chosen = torch.randint(len(codes), (batch,), generator=noise).tolist()
        windows, texts = [], []
        for index in chosen:
            start = int(torch.randint(max(1, codes[index].shape[1] - FRAMES + 1), (), generator=noise))
            blank = float(torch.rand((), generator=noise)) < BLANK
            windows.append(codes[index][:, start : start + FRAMES])
            texts.append(text.encode("" if blank else captions[index])[0])
        optimizer.zero_grad()
        model.loss(windows, texts).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        on_progress((step + 1) / steps)
    model.network.requires_grad_(False)
    losses = held_out_loss(model, text, held_out), held_out_loss(model, text, [(each, "") for each, _ in held_out])
    return our_names(model.network.state_dict(), first, CONFIG), losses


def held_out_loss(model: TrainedModel, text: WordText, held_out: Sequence[tuple[Tensor, str]]) -> float:
    with torch.no_grad():
        windows, captions = zip(*held_out, strict=True)
        return float(model.loss(windows, [text.encode(caption)[0] for caption in captions]))


def random_tensors(seed: int) -> dict[str, Tensor]:
    """A decoder that has learned nothing."""
    noise = torch.Generator().manual_seed(seed)
    size, inner = CONFIG.size, CONFIG.inner

    def drawn(*shape: int, scale: float = 0.03) -> Tensor:
        return scale * torch.randn(shape, generator=noise)

    found = {
        "embeddings": drawn(BOOKS, ENTRIES + 1, size),
        "heads": drawn(BOOKS * ENTRIES, size),
        "text.weight": drawn(size, TEXT_SIZE, scale=1 / math.sqrt(TEXT_SIZE)),
        "text.bias": torch.zeros(size),
    }
    shapes = {"qkv": (3 * size, size), "out": (size, size), "up": (inner, size), "down": (size, inner)}
    shapes |= {"cross_query": (size, size), "cross_key_value": (2 * size, size), "cross_out": (size, size)}
    for layer in range(CONFIG.layers):
        found |= {f"layers.{layer}.{name}": drawn(*shape) for name, shape in shapes.items()}
        for norm in ("norm", "inner_norm", "cross_norm"):
            found |= {
                f"layers.{layer}.{norm}.weight": torch.ones(size),
                f"layers.{layer}.{norm}.bias": torch.zeros(size),
            }
    return found | {"norm.weight": torch.ones(size), "norm.bias": torch.zeros(size)}


def _vector(word: str) -> Tensor:
    digest = hashlib.sha256(word.encode()).digest()
    return torch.randn(TEXT_SIZE, generator=torch.Generator().manual_seed(int.from_bytes(digest[:6], "big")))
