"""A model all of whose weights were trained, as a checkpoint of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from core.engines.musicgen.checkpoint import Checkpoint
from core.errors import ConceptError
from core.words import Words

WEIGHTS = "model.safetensors"


def write_model(checkpoint: Checkpoint, weights: Mapping[str, Tensor], folder: Path) -> None:
    """Copy a checkpoint to `folder` with the decoder's weights replaced; it appears there complete or not at all.

    Raises:
        ConceptError: the checkpoint is not one file of safetensors, as transformers writes small models.
    """
    if not (checkpoint.folder / WEIGHTS).is_file():
        raise ConceptError(
            Words(
                "All weights can only be kept for a checkpoint of transformers in one file, model.safetensors.",
                "전체 가중치 학습은 model.safetensors 파일 하나로 된 transformers 체크포인트에서만 저장할 수 있습니다.",
            )
        )
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(checkpoint.folder, beside, ignore=shutil.ignore_patterns(WEIGHTS))
    tensors = load_file(checkpoint.folder / WEIGHTS)
    for name, tensor in weights.items():
        key = f"decoder.{name}"
        if key in tensors:
            tensors[key] = tensor.to(tensors[key].dtype).cpu().contiguous()
    save_file(tensors, beside / WEIGHTS, metadata={"format": "pt"})
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
