"""Theory: figures of a score that a teacher of harmony and counterpoint would ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.brief import Key
from core.engines.composer.score import Note, Part, Score

DISSONANT = frozenset({1, 6, 11})
"""Semitone, tritone and major seventh."""
LEAP = 7
"""An interval of more semitones than this is a leap that a melody makes rarely."""
LEGATO_GAP = 2.0
"""Beats of rest after which two notes belong to different phrases."""
ROOM = 0.12
"""Beats by which players are early or late."""


@dataclass(frozen=True, slots=True)
class Theory:
    """Semitones per voice from chord to chord, shares (0..1) of strong beats on chord tones, of leaps and of
    dissonant intervals, and whether the piece ends on its tonic. NaN where a piece has no such part.
    """

    voice_leading: float
    strong_chord_tones: float
    leaps: float
    dissonance: float
    cadence: bool


def theory(score: Score) -> Theory:
    chords = next((part for part in score.parts if part.role == "chords"), None)
    lead = next((part for part in score.parts if part.role == "lead"), None)
    return Theory(
        voice_leading=voice_leading(chords) if chords else float("nan"),
        strong_chord_tones=strong_chord_tones(score, lead) if lead else float("nan"),
        leaps=leaps(lead) if lead else float("nan"),
        dissonance=dissonance(score),
        cadence=ends_on_tonic(score),
    )


def voice_leading(part: Part) -> float:
    """Mean distance in semitones that a voice moves between successive chords, voices paired as cheaply as they can."""
    moves = [_movement(before, after) for before, after in pairwise(_chords(part)) if before != after]
    return float(np.mean(moves)) if moves else 0.0


def _chords(part: Part) -> Iterator[tuple[int, ...]]:
    """Sets of at least three pitches struck together."""
    for notes in struck_together(part):
        pitches = tuple(sorted({note.pitch for note in notes}))
        if len(pitches) > 2:
            yield pitches


def struck_together(part: Part) -> Iterator[list[Note]]:
    """The notes of a part in order, those of a chord in one list, give or take a strum."""
    together: list[Note] = []
    for note in sorted(part.notes, key=lambda note: note.start):
        if together and note.start - together[0].start > ROOM:
            yield together
            together = []
        together.append(note)
    if together:
        yield together


def _movement(before: Sequence[int], after: Sequence[int]) -> float:
    cost = np.abs(np.subtract.outer(before, after))
    rows, columns = linear_sum_assignment(cost)
    return float(cost[rows, columns].mean())


def strong_chord_tones(score: Score, part: Part) -> float:
    """Share of the notes struck on the first beat or in the middle of a bar that belong to the chord there."""
    half = score.meter[0] / 2 if score.meter[0] % 2 == 0 else score.meter[0]
    marks = np.array([chord.at for chord in score.chords])
    fits = []
    for note in part.notes:
        beat = round(note.start / half) * half
        if abs(note.start - beat) <= ROOM and len(marks):
            chord = score.chords[max(0, int(np.searchsorted(marks, beat + 1e-6, side="right")) - 1)]
            fits.append(note.pitch % 12 in chord.pitch_classes)
    return float(np.mean(fits)) if fits else float("nan")


def leaps(part: Part) -> float:
    """Share of melodic intervals over a fifth."""
    intervals = melodic_intervals(part)
    return float(np.mean([abs(interval) > LEAP for interval in intervals])) if intervals else 0.0


def melodic_intervals(part: Part) -> list[int]:
    """Semitones between successive notes of a melody (its highest note where several sound), inside phrases."""
    return [
        after.pitch - before.pitch
        for before, after in pairwise(top_line(part))
        if after.start - (before.start + before.length) <= LEGATO_GAP
    ]


def top_line(part: Part) -> list[Note]:
    return [max(notes, key=lambda note: note.pitch) for notes in struck_together(part)]


def dissonance(score: Score) -> float:
    """Share of semitones, tritones and major sevenths among all intervals that sound at the beats."""
    pitched = [part for part in score.parts if part.role not in ("drums", "percussion", "effect")]
    last = max((note.start for part in pitched for note in part.notes), default=0.0)
    harsh = total = 0
    for beat in np.arange(0.25, last + 1.0, 1.0):
        sounding = sorted(
            {note.pitch for part in pitched for note in part.notes if note.start <= beat < note.start + note.length}
        )
        gaps = [(high - low) % 12 for place, low in enumerate(sounding) for high in sounding[place + 1 :]]
        harsh += sum(gap in DISSONANT for gap in gaps)
        total += len(gaps)
    return harsh / total if total else 0.0


def ends_on_tonic(score: Score) -> bool:
    """The last chord has the tonic as its root, and the lowest note struck last is the tonic too."""
    tonic = Key.parse(score.key).tonic
    pitched = [part for part in score.parts if part.role not in ("drums", "percussion", "effect")]
    low = [part for part in pitched if part.role == "bass"] or pitched
    closing = max((note for part in low for note in part.notes), key=lambda note: note.start, default=None)
    if closing is None or not score.chords or score.chords[-1].root % 12 != tonic:
        return False
    together = [note for part in low for note in part.notes if closing.start - note.start <= ROOM]
    return min(note.pitch for note in together) % 12 == tonic
