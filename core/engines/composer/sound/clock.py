"""Clock: from beats to seconds under a score's tempo marks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.engines.composer.score import TempoMark


class Clock:
    """Tempo holds from each mark to the next; the first mark also holds before itself, the last one to the end."""

    def __init__(self, marks: Sequence[TempoMark]) -> None:
        ordered = sorted(marks, key=lambda mark: mark.at)
        self._beats = np.array([mark.at for mark in ordered], dtype=np.float64)
        self._pace = np.array([60.0 / mark.bpm for mark in ordered], dtype=np.float64)
        steps = np.diff(self._beats) * self._pace[:-1]
        self._seconds = self._beats[0] * self._pace[0] + np.concatenate([[0.0], np.cumsum(steps)])

    def seconds(self, beats: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Times in seconds of positions in quarter-note beats, elementwise."""
        at = np.asarray(beats, dtype=np.float64)
        span = np.clip(np.searchsorted(self._beats, at, side="right") - 1, 0, None)
        moments: npt.NDArray[np.float64] = self._seconds[span] + (at - self._beats[span]) * self._pace[span]
        return moments
