"""Sampled sound in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    # The bot passes clips by name only; it has no need of numpy in its memory.
    import numpy as np
    import numpy.typing as npt

Samples: TypeAlias = "npt.NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class Clip:
    """float32 samples of shape (channels, samples), nominally within ±1, and their rate in Hz."""

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != "float32":
            raise TypeError("samples must be float32 of shape (channels, samples)")

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def frames(self) -> int:
        return int(self.samples.shape[1])

    @property
    def seconds(self) -> float:
        return self.frames / self.sample_rate
