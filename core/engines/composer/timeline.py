"""Timeline: from beats to seconds, and the sections of a score in seconds."""

from __future__ import annotations

from core.engines.composer.score import Score
from core.engines.engine import SectionSpan


def seconds_at(score: Score, beat: float) -> float:
    """When a beat of a score sounds, in seconds from the start; the tempo holds from each mark to the next."""
    seconds, marks = 0.0, score.tempo
    for index, mark in enumerate(marks):
        until = marks[index + 1].at if index + 1 < len(marks) else beat
        if beat <= mark.at and index:
            break
        seconds += (min(beat, max(until, mark.at)) - mark.at) * 60 / mark.bpm
    return seconds


def spans(score: Score) -> tuple[SectionSpan, ...]:
    """The sections as played: those of the text where there are any, else the formal ones."""
    titled = any(section.title for section in score.sections)
    found: list[SectionSpan] = []
    for section in score.sections:
        title = section.title if titled else section.name
        start = seconds_at(score, section.at)
        if found and titled and found[-1].title == title:
            continue
        if found:
            found[-1] = SectionSpan(found[-1].title, found[-1].start, start)
        found.append(SectionSpan(title, start, score.seconds))
    return tuple(found)
