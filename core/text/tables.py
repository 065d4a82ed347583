"""Reads the tables and the trained models that ship with this package."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load


def read_table(name: str) -> str:
    """The text of a file in `core/text/data`."""
    return files(__package__).joinpath("data", name).read_text(encoding="utf-8")


def read_json(name: str) -> dict[str, Any]:
    """A JSON object in `core/text/data`."""
    table: dict[str, Any] = json.loads(read_table(name))
    return table


def read_model(name: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a safetensors file in `core/text/models`; half precision becomes single."""
    arrays = load(files(__package__).joinpath("models", name).read_bytes())
    return {key: array.astype(np.float32) if array.dtype == np.float16 else array for key, array in arrays.items()}
