"""Excerpts: the few seconds of each part that show how loud it is, and from them how loud all parts are together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.engines.composer.score import Voice
from core.engines.composer.sound.loudness import gated
from core.engines.composer.sound.performance import EXPRESSION, Performance, Sounding

STEP = 0.5
LENGTH = 2.5
SHORTEST_APPROACH, LONGEST_APPROACH = 0.5, 2.0
"""Seconds played before each excerpt and not listened to, so that notes held over its beginning have settled."""
MOST = 2
HEARD = 0.6
"""Part of its greatest energy at which something counts as heard."""
OFTEN = 0.05
DECAY = 1.0
"""Seconds that a note counts on instruments that die away."""
DYING = frozenset({*range(16), *range(24, 40), 45, 46, 47, *range(104, 109), *range(112, 120)})
"""General MIDI programs whose notes die away whatever their length."""

Energies = npt.NDArray[np.float64]
"""Rough power per STEP seconds, in no particular unit."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of time in seconds that is listened to, and from when on it has to be played."""

    approach: float
    begin: float
    end: float


def excerpts(performance: Performance, seconds: float) -> tuple[Excerpt, ...]:
    """Where in a piece a part is near its loudest, in order.

    Each drum of a kit counts for itself, as soundfonts differ most in how loud drums are. Greedy cover: each next
    excerpt is the one with the most energy in what has not been heard yet.
    """
    if seconds <= LENGTH + LONGEST_APPROACH:
        return (Excerpt(0.0, 0.0, seconds),)
    energy = np.stack([_energies(performance, notes, seconds) for notes in _sounds(performance)])
    width = round(LENGTH / STEP)
    windows = np.lib.stride_tricks.sliding_window_view(energy, width, axis=1).sum(axis=2)
    shares = windows / np.maximum(windows.max(axis=1, keepdims=True), 1e-12)
    waiting = windows.max(axis=1) > 0
    chosen: list[int] = []
    while waiting.any() and len(chosen) < MOST:
        best = int(np.argmax(shares[waiting].sum(axis=0) + 0.1 * shares.sum(axis=0)))
        chosen.append(best)
        waiting &= shares[:, best] < HEARD
    return tuple(_approached(performance, begin, end) for begin, end in _joined(sorted(chosen) or [0], seconds))


def course(performance: Performance, seconds: float) -> Energies:
    """The rough power of a part over a piece."""
    return _energies(performance, performance.notes, seconds)


def together(courses: Sequence[Energies], spans: Sequence[Sequence[Excerpt]], loudness: Sequence[float]) -> float:
    """The loudness in LUFS of all parts at once, each of which has a loudness in its excerpts."""
    whole = np.zeros(len(courses[0]))
    for energies, heard, lufs in zip(courses, spans, loudness, strict=True):
        shown = np.concatenate([energies[round(one.begin / STEP) : round(one.end / STEP)] for one in heard])
        typical = float(shown.mean())
        if typical > 0:
            whole += energies / typical * 10 ** ((lufs + 0.691) / 10)
    return gated(np.repeat(whole, round(STEP * 10)))


def _sounds(performance: Performance) -> list[list[Sounding]]:
    """The notes of a part, or those of each drum that is struck more than now and then."""
    notes = list(performance.notes)
    if performance.part.role not in ("drums", "percussion"):
        return [notes]
    strokes = Counter(note.pitch for note in notes)
    often = [pitch for pitch, count in strokes.items() if count >= OFTEN * len(notes)]
    return [[note for note in notes if note.pitch == pitch] for pitch in often] or [notes]


def _energies(performance: Performance, notes: Sequence[Sounding], seconds: float) -> Energies:
    """The fourth power of velocity for as long as notes sound, under that of the expression."""
    grid = np.zeros(max(1, int(np.ceil(seconds / STEP))))
    lasting = seconds if sustains(performance.part.voice) else DECAY
    for note in notes:
        first = int(note.start / STEP)
        last = int(min(note.end, note.start + lasting, seconds - 1e-6) / STEP)
        grid[first : last + 1] += (note.velocity / 127) ** 4
    return grid * _expression(performance, len(grid)) ** 4


def _expression(performance: Performance, steps: int) -> Energies:
    """CC11 as 0..1 in the middle of each step."""
    own = [turn for turn in performance.turns if turn.number == EXPRESSION]
    values = np.array([127.0, *(turn.value for turn in own)])
    at = np.searchsorted([turn.at for turn in own], (np.arange(steps) + 0.5) * STEP, side="right")
    turned: Energies = values[at] / 127
    return turned


def sustains(voice: Voice) -> bool:
    """Whether a held note keeps its level."""
    return voice.bank == 0 and voice.program not in DYING


def _approached(performance: Performance, begin: float, end: float) -> Excerpt:
    """An excerpt that is played from the start of the notes that it begins in the midst of."""
    held = [note.start for note in performance.notes if note.start < begin < note.end]
    since = min(held, default=begin)
    approach = min(max(since, begin - LONGEST_APPROACH), begin - SHORTEST_APPROACH)
    return Excerpt(max(0.0, approach), begin, end)


def _joined(chosen: Sequence[int], seconds: float) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for start in chosen:
        begin, end = start * STEP, min(start * STEP + LENGTH, seconds)
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans
