"""Chart: the chords of a score bar by bar, under its sections, as text that musicians read."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.engines.composer.score import ChordMark, Score
from core.engines.composer.timeline import seconds_at

_BARS_PER_LINE = 4


def chart(score: Score) -> str:
    """A lead sheet: a heading, then each section with its time and its bars, four to a line; "%" repeats a bar."""
    beats, unit = score.meter
    bpm = score.tempo[0].bpm
    lines = [f"{score.key} · {bpm:g} BPM · {beats}/{unit} · {_clock(score.seconds)}"]
    lines.append("Parts: " + ", ".join(f"{part.name} ({part.role})" for part in score.parts))
    end = _end(score)
    last = None if score.loop or not score.chords else score.chords[-1]
    for index, section in enumerate(score.sections):
        until = score.sections[index + 1].at if index + 1 < len(score.sections) else end
        title = f" · {section.title}" if section.title else ""
        lines += ["", f"[{section.name}{title}] {_clock(seconds_at(score, section.at))}"]
        bars = _bars(score, section.at, until, float(beats))
        if last is not None and until == end:
            bars.append(last.symbol)
        for first in range(0, len(bars), _BARS_PER_LINE):
            lines.append("| " + " | ".join(bars[first : first + _BARS_PER_LINE]) + " |")
    return "\n".join(lines) + "\n"


def _end(score: Score) -> float:
    """The beat of the last downbeat, or where a loop begins again."""
    if score.loop or not score.chords:
        last = score.tempo[-1]
        return last.at + (score.seconds - seconds_at(score, last.at)) * last.bpm / 60
    return score.chords[-1].at


def _bars(score: Score, start: float, end: float, bar: float) -> list[str]:
    bars = []
    for index in range(math.ceil((end - start) / bar - 1e-6)):
        at = start + index * bar
        until = min(at + bar, end)
        bars.append(_bar(score.chords, at, until))
    return [bar if index == 0 or bar != bars[index - 1] else "%" for index, bar in enumerate(bars)]


def _bar(chords: Sequence[ChordMark], at: float, until: float) -> str:
    held = [chord.symbol for chord in chords if chord.at <= at + 1e-6]
    inside = [chord.symbol for chord in chords if at + 1e-6 < chord.at < until - 1e-6]
    return "  ".join([*held[-1:], *inside])


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
