"""Tensors in files, read as data only: safetensors, or torch's format without anything but tensors and containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from core.errors import EngineUnavailable
from core.words import Words


class CheckpointError(EngineUnavailable):
    """A checkpoint that cannot be used; the sentence names the file and what is wrong with it."""

    def __init__(self, file: Path, problem: str, problem_ko: str) -> None:
        super().__init__(
            Words(
                f"The checkpoint file {file} cannot be used: {problem}.",
                f"체크포인트 파일 {file}을(를) 쓸 수 없습니다: {problem_ko}.",
            )
        )


class Tensors:
    """Named tensors of one or more files, read when they are asked for."""

    def __init__(self, places: dict[str, tuple[Path, Callable[[], Tensor]]], folder: Path) -> None:
        self._places = places
        self._folder = folder

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def under(self, prefix: str) -> dict[str, Tensor]:
        """All tensors whose key begins with the prefix, without it."""
        return {key.removeprefix(prefix): self.get(key) for key in self._places if key.startswith(prefix)}

    def get(self, key: str, shape: Sequence[int] | None = None) -> Tensor:
        """One tensor.

        Raises:
            CheckpointError: it is missing, cannot be read, or has another shape.
        """
        expected = "" if shape is None else f" of shape {list(shape)}"
        if key not in self._places:
            raise CheckpointError(self._folder, f"it holds no “{key}”{expected}", f"“{key}”{expected} 항목이 없습니다")
        file, read = self._places[key]
        try:
            tensor = read()
        except (SafetensorError, RuntimeError, OSError) as error:
            raise CheckpointError(
                file, f"“{key}”{expected} cannot be read ({error})", f"“{key}”{expected}을(를) 읽을 수 없습니다"
            ) from error
        if shape is not None and list(tensor.shape) != list(shape):
            found = list(tensor.shape)
            raise CheckpointError(
                file,
                f"“{key}” should have shape {list(shape)} and has {found}",
                f"“{key}”의 크기는 {list(shape)}이어야 하는데 {found}입니다",
            )
        return tensor


def read_tensors(folder: Path) -> Tensors:
    """Tensors of the weight files that transformers writes: whole or in shards, safetensors or torch's own format."""
    names = sorted(path for path in folder.glob("model*.safetensors"))
    names = names or sorted(folder.glob("pytorch_model*.bin"))
    if not names:
        raise CheckpointError(
            folder, "it holds neither model.safetensors nor pytorch_model.bin", "가중치 파일이 없습니다"
        )
    places: dict[str, tuple[Path, Callable[[], Tensor]]] = {}
    for path in names:
        places |= _safetensors(path) if path.suffix == ".safetensors" else pickled(path, load_data(path))
    return Tensors(places, folder)


def load_data(path: Path) -> Any:  # noqa: ANN401  (whatever plain data the file holds)
    """A file in torch's format, if it holds nothing but data."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # Damaged files fail in many ways inside zipfile, pickle and torch.
        raise CheckpointError(
            path,
            f"it is damaged, or holds more than plain data ({type(error).__name__})",
            "파일이 손상되었거나 순수한 데이터가 아닙니다",
        ) from error


def _safetensors(path: Path) -> dict[str, tuple[Path, Callable[[], Tensor]]]:
    try:
        file: Any = safe_open(path, framework="pt")
        keys = list(file.keys())
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            path, f"it is damaged or no safetensors file ({error})", "파일이 손상되었거나 safetensors 형식이 아닙니다"
        ) from error

    def reader(key: str) -> Callable[[], Tensor]:
        return lambda: file.get_tensor(key)

    return {key: (path, reader(key)) for key in keys}


def pickled(path: Path, found: object) -> dict[str, tuple[Path, Callable[[], Tensor]]]:
    if not isinstance(found, dict):
        raise CheckpointError(path, "it holds no named tensors", "이름 붙은 텐서가 없습니다")

    def reader(tensor: Tensor) -> Callable[[], Tensor]:
        return lambda: tensor

    return {key: (path, reader(value)) for key, value in found.items() if isinstance(value, Tensor)}
