"""Conversion of the published Instruct-MusicGen checkpoint, which is a pickle, to safetensors.

The checkpoint is opened in a process of its own that can make nothing but containers and descriptions of tensors
(`lightning_file`), with bounds on its memory, time and files. What it writes is checked here before it is kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.editing import lightning_file
from core.engines.musicgen.editing.weights import FILE, EditingWeights, read_editing
from core.errors import PersonError
from core.words import Words

HEAD_SIZE = 64
"""Of all published MusicGen models; an editor has no heads of its own to tell it by."""


class ConversionFailed(PersonError):
    """A checkpoint that cannot be converted; the sentence says why."""


def convert(checkpoint: Path, folder: Path) -> tuple[Path, EditingWeights]:
    """Convert a checkpoint and keep the editor in `folder`, beside the model that it belongs to.

    Raises:
        ConversionFailed: the file is no such checkpoint, is damaged, or is not what it says.
        CheckpointError: what came out is no editor.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".converting-") as place:
        raw = Path(place) / FILE
        _in_isolation(checkpoint, raw)
        weights = read_editing(raw, geometry_of(raw))
        weights.save(folder / FILE)
    return folder / FILE, weights


def geometry_of(path: Path) -> DecoderConfig:
    """The geometry of the model that an editor belongs to, as far as the editor shows it.

    Raises:
        ConversionFailed: its tensors do not fit together.
    """
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    layers, size = header["gates"]["shape"], header["positions"]["shape"]
    if len(layers) != 1 or len(size) != 3:
        raise _failed("gates", "damaged")
    width = size[2]
    return DecoderConfig(
        size=width, layers=layers[0], heads=max(1, width // HEAD_SIZE), inner=4 * width, codebooks=4
    )  # fmt: skip


def _in_isolation(checkpoint: Path, target: Path) -> None:
    # Isolated: no user site, no environment, nothing from the current folder.
    command = [sys.executable, "-I", str(Path(lightning_file.__file__)), str(checkpoint.resolve()), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  (our own reader)
            command, capture_output=True, timeout=lightning_file.SECONDS, check=False, env={}, text=True
        )
        told = json.loads(done.stdout) if done.stdout else {}
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise _failed("", "damaged") from error
    if "tensors" not in told:
        raise _failed(str(told.get("detail", "")), str(told.get("problem", "damaged")))


def _failed(detail: str, problem: str) -> ConversionFailed:
    match problem:
        case "refused":
            words = Words(
                f"This checkpoint wants to call “{detail}”, which no checkpoint of this kind needs. "
                "It may be harmful; nothing of it was run.",
                f"이 체크포인트는 필요하지 않은 “{detail}”을(를) 부르려고 합니다. "
                "해로운 파일일 수 있어 아무것도 실행하지 않았습니다.",
            )
        case "missing":
            words = Words(
                f"This is no Instruct-MusicGen checkpoint: it holds no “{detail}”.",
                f"Instruct-MusicGen 체크포인트가 아닙니다. “{detail}” 항목이 없습니다.",
            )
        case "too large":
            words = Words(f"This checkpoint is too large ({detail}).", f"체크포인트가 너무 큽니다({detail}).")
        case _:
            words = Words(
                "This file is damaged, or no checkpoint that torch has saved.",
                "파일이 손상되었거나 torch가 저장한 체크포인트가 아닙니다.",
            )
    return ConversionFailed(words)
