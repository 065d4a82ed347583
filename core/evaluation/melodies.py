"""Melodies: ours beside tunes that people have kept, by intervals, rhythm and repetition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from core.engines.composer.score import Part
from core.evaluation.independent import tool
from core.evaluation.theory import LEGATO_GAP, top_line

Doubles = npt.NDArray[np.float64]

WIDEST = 12
RATIOS = (0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0)
PATTERN = 4
"""Notes in a pattern whose return counts as repetition."""
SONGS, DANCES = "essenFolksong", "ryansMammoth"
"""Collections in music21's corpus: European and Chinese folk songs, and a book of American fiddle tunes of 1883."""


@dataclass(frozen=True, slots=True)
class Tune:
    """Pitches as MIDI numbers, and the time from each note to the next in beats (one fewer)."""

    pitches: tuple[int, ...]
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MelodyStatistics:
    """Distributions that each add up to 1: intervals from -WIDEST to WIDEST semitones, and ratios of successive steps
    (by the nearest of RATIOS). `repetition` is the share of patterns of PATTERN notes that have been heard before;
    `span` is the mean distance from the lowest to the highest note in semitones.
    """

    intervals: Doubles
    ratios: Doubles
    repetition: float
    span: float


def statistics(tunes: Sequence[Tune]) -> MelodyStatistics:
    tunes = [tune for tune in tunes if len(tune.pitches) > 2 * PATTERN]
    intervals = np.zeros(2 * WIDEST + 1)
    ratios = np.zeros(len(RATIOS))
    for tune in tunes:
        for before, after in pairwise(tune.pitches):
            if abs(after - before) <= WIDEST:
                intervals[after - before + WIDEST] += 1
        for short, long in pairwise(tune.steps):
            ratios[int(np.argmin(np.abs(np.log2(np.array(RATIOS) * short / long))))] += 1
    return MelodyStatistics(
        intervals / max(1.0, intervals.sum()),
        ratios / max(1.0, ratios.sum()),
        float(np.mean([repetition(tune) for tune in tunes])) if tunes else float("nan"),
        float(np.mean([max(tune.pitches) - min(tune.pitches) for tune in tunes])) if tunes else float("nan"),
    )


def repetition(tune: Tune) -> float:
    """Share of patterns (intervals with the rhythm, so transposed ones count) that occurred earlier in the tune."""
    seen: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    again = 0
    count = len(tune.pitches) - PATTERN
    for at in range(count):
        pitches, steps = tune.pitches[at : at + PATTERN], tune.steps[at : at + PATTERN]
        pattern = (
            tuple(after - before for before, after in pairwise(pitches)),
            tuple(round(4 * step) for step in steps[: PATTERN - 1]),
        )
        again += pattern in seen
        seen.add(pattern)
    return again / count if count > 0 else 0.0


def overlap(one: Doubles, other: Doubles) -> float:
    """How much of two distributions is common: 1 for equal ones, 0 for disjoint ones."""
    return float(np.minimum(one, other).sum())


def tune_of(part: Part) -> Tune:
    """The top line of a part, its notes moved to the sixteenth or triplet that they were written on."""
    line = top_line(part)
    steps = [after.start - before.start for before, after in pairwise(line)]
    kept = [min(round(step * 12) / 12, LEGATO_GAP * 2) or 1 / 12 for step in steps]
    return Tune(tuple(note.pitch for note in line), tuple(kept))


def kept_tunes(most: int = 240) -> list[Tune]:
    """Tunes from music21's corpus: half folk songs, half dances for the fiddle, all in the public domain.

    Raises:
        EngineUnavailable: music21 is not installed.
    """
    corpus, converter = tool("music21.corpus"), tool("music21.converter")
    songs, dances = corpus.getComposer(SONGS), corpus.getComposer(DANCES)
    each = most // 2
    numbered = [(book, number) for number in range(1, 2 + each // len(songs)) for book in songs][:each]
    found = [converter.parse(book, number=number, forceSource=True) for book, number in numbered]
    found += [converter.parse(dance, forceSource=True) for dance in dances[:: max(1, len(dances) // each)][:each]]
    return [_tune_in(score) for score in found]


def _tune_in(score: Any) -> Tune:  # noqa: ANN401 - a stream of music21, which has no types
    notes = [note for note in score.flatten().notes if note.isNote and not note.duration.isGrace]
    steps = tuple(float(after.offset - before.offset) for before, after in pairwise(notes))
    return Tune(tuple(note.pitch.midi for note in notes), tuple(step or 1 / 12 for step in steps))
