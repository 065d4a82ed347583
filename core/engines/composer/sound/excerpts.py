"""Excerpts: the few seconds of a piece that show how loud its parts are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.engines.composer.sound.performance import Performance, Sounding

STEP = 0.5
LENGTH = 2.5
APPROACH = 0.5
"""Seconds played before each excerpt and not listened to, so that notes held over its beginning have settled."""
MOST = 5
HEARD = 0.6
"""Part of its greatest energy at which something counts as heard."""
OFTEN = 0.05
TYPICAL_DECAY = 1.0
"""Seconds; how long a note counts, as most instruments die away."""

Spans = tuple[tuple[float, float], ...]


def excerpts(performances: Sequence[Performance], seconds: float) -> Spans:
    """Stretches of time in which together every part is heard near its loudest, in order.

    Each drum of a kit counts for itself, as soundfonts differ most in how loud drums are. Greedy cover: each next
    stretch is the one with the most energy in what has not been heard yet.
    """
    if seconds <= LENGTH * 2:
        return ((0.0, seconds),)
    energy = np.stack([_energy(notes, seconds) for performance in performances for notes in _sounds(performance)])
    width = round(LENGTH / STEP)
    windows = np.lib.stride_tricks.sliding_window_view(energy, width, axis=1).sum(axis=2)
    shares = windows / np.maximum(windows.max(axis=1, keepdims=True), 1e-12)
    waiting = windows.max(axis=1) > 0
    chosen: list[int] = []
    while waiting.any() and len(chosen) < MOST:
        best = int(np.argmax(shares[waiting].sum(axis=0) + 0.1 * shares.sum(axis=0)))
        chosen.append(best)
        waiting &= shares[:, best] < HEARD
    return _joined(sorted(chosen) or [0], seconds)


def _sounds(performance: Performance) -> list[list[Sounding]]:
    """The notes of a part, or those of each drum that is struck more than now and then."""
    notes = list(performance.notes)
    if performance.part.role not in ("drums", "percussion"):
        return [notes]
    strokes = Counter(note.pitch for note in notes)
    often = [pitch for pitch, count in strokes.items() if count >= OFTEN * len(notes)]
    return [[note for note in notes if note.pitch == pitch] for pitch in often] or [notes]


def _energy(notes: Sequence[Sounding], seconds: float) -> npt.NDArray[np.float64]:
    """Rough energy per STEP seconds: the fourth power of the velocity for as long as a note sounds."""
    grid = np.zeros(max(1, int(np.ceil(seconds / STEP))))
    for note in notes:
        first = int(note.start / STEP)
        last = int(min(note.end, note.start + TYPICAL_DECAY, seconds - 1e-6) / STEP)
        grid[first : last + 1] += (note.velocity / 127) ** 4
    return grid


def _joined(chosen: Sequence[int], seconds: float) -> Spans:
    spans: list[tuple[float, float]] = []
    for start in chosen:
        begin, end = start * STEP, min(start * STEP + LENGTH, seconds)
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return tuple(spans)
