"""The weights of an editor: what is added to a frozen MusicGen, and the file that they are kept in.

Tensors: `positions` (layers + 1, frames + 1, size) and `merge.{i}` (size, size), which place the recording in the
condition stream; `gates` (layers,), how much each layer hears of it; and `{query|value}.{i}.{down|up}`, low-rank
changes of cross-attention (Hu et al. 2021, arXiv:2106.09685), all of them or none. The header says which instruments
the editor was taught by name.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.tensors import CheckpointError

FILE = "editing.safetensors"
"""The name under which an editor lies beside the model that it was trained on."""

LONGEST = 500
"""Frames of the longest recording that is heard at once: 10 s."""

RANK = 32
SCALE = 2.0
"""α / r of the low-rank changes: 64 / 32."""

INSTRUMENTS = ("Drums", "Bass", "Piano", "Guitar")
"""What the published editor was taught to add, remove and extract."""

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EditingWeights:
    """Named tensors of one editor, in float32 or narrower, and the instruments that it knows by name."""

    tensors: Mapping[str, Tensor]
    instruments: tuple[str, ...] = INSTRUMENTS

    @property
    def reads_instructions(self) -> bool:
        """Whether there are low-rank changes of cross-attention."""
        return "query.0.down" in self.tensors

    @property
    def longest(self) -> int:
        """Frames that are heard at once at most."""
        return int(self.tensors["positions"].shape[1]) - 1

    def save(self, path: Path) -> None:
        plain = {name: tensor.detach().cpu().contiguous() for name, tensor in self.tensors.items()}
        part = path.with_name(path.name + ".part")
        save_file(plain, part, metadata={"kind": "editing", "instruments": json.dumps(self.instruments)})
        part.replace(path)


def shapes(config: DecoderConfig, longest: int = LONGEST, rank: int = RANK) -> Iterator[tuple[str, Shape]]:
    """Every tensor of an editor and its shape."""
    size = config.size
    yield "positions", (config.layers + 1, longest + 1, size)
    yield "gates", (config.layers,)
    for layer in range(config.layers):
        yield f"merge.{layer}", (size, size)
        for target in ("query", "value"):
            yield f"{target}.{layer}.down", (rank, size)
            yield f"{target}.{layer}.up", (size, rank)


def untrained(
    config: DecoderConfig,
    *,
    longest: int = LONGEST,
    rank: int = RANK,
    seed: int = 0,
    device: torch.device | str = "cpu",
    instruments: Sequence[str] = INSTRUMENTS,
) -> EditingWeights:
    """An editor as its training begins: gates and upper low-rank matrices of zeros, so that nothing is changed yet.

    Positions are drawn from a normal distribution, matrices as torch draws those of its linear layers.
    """
    dice = None if torch.device(device).type == "meta" else torch.Generator().manual_seed(seed)
    tensors: dict[str, Tensor] = {}
    for name, shape in shapes(config, longest, rank):
        tensor = torch.zeros(shape, device=device)
        if name == "positions":
            tensor.normal_(generator=dice)
        elif name.startswith("merge") or name.endswith("down"):
            bound = 1 / math.sqrt(shape[1])
            tensor.uniform_(-bound, bound, generator=dice)
        tensors[name] = tensor
    return EditingWeights(tensors, tuple(instruments))


def read_editing(path: Path, config: DecoderConfig) -> EditingWeights:
    """The editor in a file, for a model of this geometry.

    Raises:
        CheckpointError: the file is damaged, or belongs to a model of another size.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (no mapping)
        instruments = tuple(json.loads(header.get("instruments", "[]"))) or INSTRUMENTS
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            path, f"it is damaged or no safetensors file ({error})", "파일이 손상되었거나 safetensors 형식이 아닙니다"
        ) from error
    checked(tensors, config, path)
    return EditingWeights(tensors, tuple(str(name) for name in instruments))


def checked(tensors: Mapping[str, Tensor], config: DecoderConfig, path: Path) -> None:
    """Raises CheckpointError: tensors are missing, too many, of another shape, or not numbers."""
    positions = tensors.get("positions")
    longest = LONGEST if positions is None or positions.dim() != 3 else positions.shape[1] - 1
    first = tensors.get("query.0.down")
    expected = dict(shapes(config, longest, RANK if first is None else len(first)))
    if first is None:
        expected = {name: shape for name, shape in expected.items() if not name.startswith(("query", "value"))}
    for name, shape in expected.items():
        if name not in tensors or tuple(tensors[name].shape) != shape:
            found = list(tensors[name].shape) if name in tensors else None
            raise CheckpointError(
                path,
                f"“{name}” should have shape {list(shape)} and {f'has {found}' if found else 'is missing'}",
                f"“{name}”의 크기가 {list(shape)}이어야 하는데 맞지 않습니다",
            )
    if extra := set(tensors) - set(expected):
        raise CheckpointError(path, f"“{min(extra)}” is no part of an editor", "편집기에 없는 항목이 있습니다")
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise CheckpointError(path, "its weights are not all numbers", "가중치에 숫자가 아닌 값이 있습니다")
