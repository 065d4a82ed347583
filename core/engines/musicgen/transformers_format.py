"""Checkpoints as transformers saves them (`facebook/musicgen-small` and its siblings on the hub)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import MusicgenConfig, MusicgenMelodyConfig

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.tensors import CheckpointError, Tensors, read_tensors


def read(folder: Path) -> tuple[DecoderConfig, dict[str, Tensor], Tensors, dict[str, Any]]:
    """Geometry, decoder, all tensors and the settings of the checkpoint in a folder.

    Raises:
        CheckpointError: it is damaged or of another kind.
    """
    file = folder / "config.json"
    try:
        kind = json.loads(file.read_text(encoding="utf-8")).get("model_type")
    except (ValueError, AttributeError) as error:
        raise CheckpointError(file, "it is not JSON", "JSON 형식이 아닙니다") from error
    if kind not in ("musicgen", "musicgen_melody"):
        raise CheckpointError(file, f"it describes “{kind}”, not musicgen", f"musicgen이 아니라 “{kind}” 모델입니다")
    melody = kind == "musicgen_melody"
    whole: Any = (MusicgenMelodyConfig if melody else MusicgenConfig).from_pretrained(folder, local_files_only=True)
    config = _config(whole, melody=melody)
    tensors = read_tensors(folder)
    settings = {"text_encoder": whole.text_encoder.to_dict(), "audio_encoder": whole.audio_encoder.to_dict()}
    return config, dict(renamed(tensors, config)), tensors, settings


def _config(whole: Any, *, melody: bool) -> DecoderConfig:  # noqa: ANN401  (transformers is untyped here)
    decoder, codec = whole.decoder, whole.audio_encoder
    return DecoderConfig(
        size=decoder.hidden_size,
        layers=decoder.num_hidden_layers,
        heads=decoder.num_attention_heads,
        inner=decoder.ffn_dim,
        codebooks=decoder.num_codebooks,
        channels=decoder.audio_channels,
        vocabulary=decoder.vocab_size,
        text_size=whole.text_encoder.d_model,
        prefix=melody,
        chroma=whole.num_chroma if melody else 0,
        chroma_length=whole.chroma_length if melody else 0,
        frame_rate=codec.frame_rate,
        sample_rate=codec.sampling_rate,
    )


def renamed(tensors: Tensors, config: DecoderConfig) -> Iterator[tuple[str, Tensor]]:
    """The decoder's tensors under our names, with queries, keys and values in one."""
    size, books = config.size, range(config.codebooks)
    base = "decoder.model.decoder."

    def stack(prefix: str, names: Sequence[str]) -> Tensor:
        return torch.cat([tensors.get(f"{prefix}.{name}.weight", (size, size)) for name in names])

    def norm(ours: str, theirs: str) -> Iterator[tuple[str, Tensor]]:
        for part in ("weight", "bias"):
            yield f"{ours}.{part}", tensors.get(f"{base}{theirs}.{part}", (size,))

    embedding = (config.vocabulary + 1, size)
    yield "embeddings", torch.stack([tensors.get(f"{base}embed_tokens.{k}.weight", embedding) for k in books])
    yield "heads", torch.cat([tensors.get(f"decoder.lm_heads.{k}.weight", (config.vocabulary, size)) for k in books])
    yield from norm("norm", "layer_norm")
    for index in range(config.layers):
        ours, theirs = f"layers.{index}.", f"layers.{index}."
        yield from norm(f"{ours}norm", f"{theirs}self_attn_layer_norm")
        yield from norm(f"{ours}inner_norm", f"{theirs}final_layer_norm")
        yield f"{ours}qkv", stack(f"{base}{theirs}self_attn", ("q_proj", "k_proj", "v_proj"))
        yield f"{ours}out", stack(f"{base}{theirs}self_attn", ("out_proj",))
        yield f"{ours}up", tensors.get(f"{base}{theirs}fc1.weight", (config.inner, size))
        yield f"{ours}down", tensors.get(f"{base}{theirs}fc2.weight", (size, config.inner))
        if not config.prefix:
            yield from norm(f"{ours}cross_norm", f"{theirs}encoder_attn_layer_norm")
            yield f"{ours}cross_query", stack(f"{base}{theirs}encoder_attn", ("q_proj",))
            yield f"{ours}cross_key_value", stack(f"{base}{theirs}encoder_attn", ("k_proj", "v_proj"))
            yield f"{ours}cross_out", stack(f"{base}{theirs}encoder_attn", ("out_proj",))
    for ours, theirs, width in (
        ("text", "enc_to_dec_proj", config.text_size),
        ("chroma", "audio_enc_to_dec_proj", config.chroma),
    ):
        # transformers leaves out a projection between equal widths.
        if width and width != size:
            yield f"{ours}.weight", tensors.get(f"{theirs}.weight", (size, width))
            yield f"{ours}.bias", tensors.get(f"{theirs}.bias", (size,))
