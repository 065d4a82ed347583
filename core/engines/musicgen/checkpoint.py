"""A published MusicGen checkpoint in a folder, in either of the two formats, as the tensors of our decoder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from core.engines.musicgen import audiocraft_format, transformers_format
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.tensors import CheckpointError, Tensors


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model on disk: its geometry, the decoder's tensors under our names, and the rest for codec and text encoder.

    `layout` is "transformers" or "audiocraft"; `settings` describe text encoder and codec in the former.
    """

    folder: Path
    layout: str
    config: DecoderConfig
    decoder: dict[str, Tensor]
    tensors: Tensors
    settings: dict[str, Any]


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read the checkpoint in a folder.

    Raises:
        CheckpointError: there is none, or it is damaged or of another kind.
    """
    if (folder / "config.json").exists():
        return Checkpoint(folder, "transformers", *transformers_format.read(folder))
    if (folder / "state_dict.bin").exists():
        return Checkpoint(folder, "audiocraft", *audiocraft_format.read(folder), {})
    raise CheckpointError(
        folder,
        "it holds neither config.json (transformers) nor state_dict.bin (audiocraft)",
        "config.json(transformers)도 state_dict.bin(audiocraft)도 없습니다",
    )
