"""A tiny style model in the format, and under the names, of the published one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from core.engines.musicgen.style.conditioner import KEYS
from tests.core.engines.musicgen.models import VOCABULARY, audiocraft_codec, text_encoder, tokenizer

Ear = Literal["mert", "encodec"]
SIZE, INNER, LAYERS = 64, 96, 2
WIDTH, DEPTH, STREAMS, BINS = 128, 2, 6, 32
SETTINGS = "transformer_lm:\n  num_heads: 4\n"


def style_state(ear: Ear) -> dict[str, Tensor]:
    """The tensors of `state_dict.bin`: decoder, text projection and style conditioner."""
    noise = torch.Generator().manual_seed(7)

    def normal(*shape: int, scale: float = 0.2) -> Tensor:
        return torch.randn(*shape, generator=noise) * scale

    def layer(prefix: str, size: int, inner: int) -> dict[str, Tensor]:
        found = {f"{prefix}{name}.weight": 1 + normal(size) for name in ("norm1", "norm2")}
        found |= {f"{prefix}{name}.bias": normal(size) for name in ("norm1", "norm2")}
        return found | {
            f"{prefix}self_attn.in_proj_weight": normal(3 * size, size),
            f"{prefix}self_attn.out_proj.weight": normal(size, size),
            f"{prefix}linear1.weight": normal(inner, size),
            f"{prefix}linear2.weight": normal(size, inner),
        }

    state = {f"emb.{book}.weight": normal(VOCABULARY + 1, SIZE) for book in range(4)}
    state |= {f"linears.{book}.weight": normal(VOCABULARY, SIZE) for book in range(4)}
    state |= {"out_norm.weight": 1 + normal(SIZE), "out_norm.bias": normal(SIZE)}
    for index in range(LAYERS):
        state |= layer(f"transformer.layers.{index}.", SIZE, INNER)
    text = "condition_provider.conditioners.description.output_proj."
    state |= {f"{text}weight": normal(SIZE, 48), f"{text}bias": normal(SIZE)}
    style: dict[str, Tensor] = {}
    if ear == "mert":
        style |= {"embed.weight": normal(WIDTH, 24), "embed.bias": normal(WIDTH)}
    else:
        style |= {f"embed.{book}.weight": normal(VOCABULARY, WIDTH, scale=1.0) for book in range(3)}
    for index in range(DEPTH):
        style |= layer(f"transformer.layers.{index}.", WIDTH, 4 * WIDTH)
    style |= {"batch_norm.running_mean": normal(WIDTH), "batch_norm.running_var": 1 + normal(WIDTH).abs()}
    style["batch_norm.num_batches_tracked"] = torch.tensor(1)
    for stream in range(STREAMS):
        base = f"rvq.vq.layers.{stream}._codebook."
        style |= {f"{base}embed": normal(BINS, WIDTH, scale=1.0), f"{base}embed_avg": normal(BINS, WIDTH)}
        style |= {f"{base}inited": torch.ones(1), f"{base}cluster_size": torch.ones(BINS)}
    style |= {"output_proj.weight": normal(SIZE, WIDTH), "output_proj.bias": normal(SIZE)}
    return state | {KEYS + name: tensor for name, tensor in style.items()}


def save_style(folder: Path, mono: Path, ear: Ear = "encodec") -> None:
    """A checkpoint in a folder; codec and text encoder are those of the tiny mono model in `mono`."""
    from transformers import T5Config, T5EncoderModel  # noqa: PLC0415

    folder.mkdir(parents=True)
    exported = {"best_state": style_state(ear), "xp.cfg": SETTINGS, "version": "1.4.0a2", "exported": True}
    torch.save(exported, folder / "state_dict.bin")
    torch.save(audiocraft_codec(mono), folder / "compression_state_dict.bin")
    torch.manual_seed(5)
    T5EncoderModel(T5Config(**text_encoder())).save_pretrained(folder / "t5-base")
    tokenizer().save_pretrained(folder / "t5-base")
