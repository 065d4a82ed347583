"""Checkpoints as audiocraft exports them: `state_dict.bin`, with half-precision tensors and settings as YAML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import Tensor

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.tensors import CheckpointError, Tensors, load_data, pickled


def read(folder: Path) -> tuple[DecoderConfig, dict[str, Tensor], Tensors]:
    """Geometry, decoder and all tensors of the checkpoint in a folder.

    Raises:
        CheckpointError: it is damaged or of another kind.
    """
    path = folder / "state_dict.bin"
    found = load_data(path)
    state = found.get("best_state") if isinstance(found, dict) else None
    # A checkpoint from training holds the model one level deeper than an exported one.
    state = state.get("model", state) if isinstance(state, dict) else state
    if not isinstance(state, dict):
        raise CheckpointError(path, "it holds no “best_state”", "“best_state” 항목이 없습니다")
    tensors = Tensors(pickled(path, state), path)
    config = _config(tensors, settings_of(found, path), path)
    return config, dict(_renamed(tensors, config)), tensors


def settings_of(found: dict[str, Any], path: Path) -> dict[str, Any]:
    """The training configuration, which is stored as YAML."""
    try:
        settings = yaml.safe_load(found.get("xp.cfg", "{}"))
    except (yaml.YAMLError, AttributeError) as error:
        raise CheckpointError(path, "its configuration is not YAML", "설정이 YAML 형식이 아닙니다") from error
    return settings if isinstance(settings, dict) else {}


def _config(tensors: Tensors, settings: dict[str, Any], folder: Path) -> DecoderConfig:
    entries, size = tensors.get("emb.0.weight").shape
    heads = settings.get("transformer_lm", {}).get("num_heads", size // 64)
    stereo = settings.get("interleave_stereo_codebooks", {}).get("use", False)
    conditioner = "condition_provider.conditioners."
    text, chroma = f"{conditioner}description.output_proj.weight", f"{conditioner}self_wav.output_proj.weight"
    style = any(key.startswith(f"{conditioner}self_wav.rvq.") for key in tensors)
    melody = chroma in tensors and not style
    if melody and tensors.get(chroma).shape[1] != 12:
        raise CheckpointError(
            folder,
            "it is conditioned on something else than text and melody",
            "글과 멜로디 외의 조건을 쓰는 모델입니다",
        )
    return DecoderConfig(
        size=size,
        layers=_count(tensors, "transformer.layers.", ".norm1.weight"),
        heads=int(heads),
        inner=tensors.get("transformer.layers.0.linear1.weight").shape[0],
        codebooks=_count(tensors, "emb.", ".weight"),
        channels=2 if stereo else 1,
        vocabulary=entries - 1,
        text_size=tensors.get(text).shape[1],
        prefix="transformer.layers.0.norm_cross.weight" not in tensors,
        style=style,
        chroma=tensors.get(chroma).shape[1] if melody else 0,
        # 30 s at the hop of the published chroma extractor (2^12 samples), and one frame as it is centred.
        chroma_length=30 * 32000 // 4096 + 1 if melody else 0,
    )


def _count(tensors: Tensors, before: str, after: str) -> int:
    return sum(key.startswith(before) and key.endswith(after) for key in tensors)


def _renamed(tensors: Tensors, config: DecoderConfig) -> Iterator[tuple[str, Tensor]]:
    size, books = config.size, range(config.codebooks)

    def norm(ours: str, theirs: str) -> Iterator[tuple[str, Tensor]]:
        for part in ("weight", "bias"):
            yield f"{ours}.{part}", tensors.get(f"{theirs}.{part}", (size,))

    embedding = (config.vocabulary + 1, size)
    yield "embeddings", torch.stack([tensors.get(f"emb.{k}.weight", embedding) for k in books])
    yield "heads", torch.cat([tensors.get(f"linears.{k}.weight", (config.vocabulary, size)) for k in books])
    yield from norm("norm", "out_norm")
    for index in range(config.layers):
        ours, theirs = f"layers.{index}.", f"transformer.layers.{index}."
        yield from norm(f"{ours}norm", f"{theirs}norm1")
        yield from norm(f"{ours}inner_norm", f"{theirs}norm2")
        yield f"{ours}qkv", tensors.get(f"{theirs}self_attn.in_proj_weight", (3 * size, size))
        yield f"{ours}out", tensors.get(f"{theirs}self_attn.out_proj.weight", (size, size))
        yield f"{ours}up", tensors.get(f"{theirs}linear1.weight", (config.inner, size))
        yield f"{ours}down", tensors.get(f"{theirs}linear2.weight", (size, config.inner))
        if not config.prefix:
            yield from norm(f"{ours}cross_norm", f"{theirs}norm_cross")
            query, key_value = tensors.get(f"{theirs}cross_attention.in_proj_weight", (3 * size, size)).split(
                [size, 2 * size]
            )
            yield f"{ours}cross_query", query
            yield f"{ours}cross_key_value", key_value
            yield f"{ours}cross_out", tensors.get(f"{theirs}cross_attention.out_proj.weight", (size, size))
    for ours, theirs, width in (("text", "description", config.text_size), ("chroma", "self_wav", config.chroma)):
        if width:
            place = f"condition_provider.conditioners.{theirs}.output_proj."
            yield f"{ours}.weight", tensors.get(f"{place}weight", (size, width))
            yield f"{ours}.bias", tensors.get(f"{place}bias", (size,))
