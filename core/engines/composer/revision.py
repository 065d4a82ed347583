"""Revision: a score read back into a plan, so that something can be added to it."""

from __future__ import annotations

from typing import cast, get_args

from core.brief import Brief, Key
from core.engines.composer.dice import Dice
from core.engines.composer.form import Layout, Movement, Stretch, energy_of, overall
from core.engines.composer.harmony import ChordSpan, Harmony
from core.engines.composer.mood import Feeling
from core.engines.composer.plan import Plan
from core.engines.composer.score import Score
from core.engines.composer.style import SectionName, Style
from core.engines.composer.theory import QUALITIES, Chord, chord_scale
from core.engines.composer.timeline import seconds_at


def plan_of(score: Score, brief: Brief, style: Style, feeling: Feeling) -> Plan:
    """The plan behind a score: its own time and chords; mood and chance come from the brief."""
    key = Key.parse(score.key)
    last = score.tempo[-1]
    total = last.at + (score.seconds - seconds_at(score, last.at)) * last.bpm / 60
    final = total if score.loop or not score.chords else score.chords[-1].at
    moods = {section.title: Feeling(section.valence, section.arousal) for section in brief.sections}
    starts = [section.at for section in score.sections]
    stretches: list[Stretch] = []
    for section, end in zip(score.sections, [*starts[1:], final], strict=True):
        name = cast("SectionName", section.name if section.name in get_args(SectionName) else "A")
        mood = moods.get(section.title, feeling)
        movement = Movement(section.title, 1.0, mood, key, key.mode, 0.5, score.tempo[0].bpm)
        repeat = sum(before.name == name for before in stretches)
        stretches.append(
            Stretch(
                name, section.title, section.at, max(0.0, end - section.at), energy_of(style, name), repeat, movement
            )
        )
    layout = Layout(tuple(stretches), score.tempo, style.bar, final, total, score.seconds, score.loop)
    harmony = _harmony(score, key, style.melody.scales.get(key.mode, key.mode), total)
    return Plan(brief, style, layout, harmony, (), overall(layout), Dice(brief))


def _harmony(score: Score, key: Key, sung: str, total: float) -> Harmony:
    spans = []
    ends = [chord.at for chord in score.chords[1:]] + [total]
    for mark, end in zip(score.chords, ends, strict=True):
        chord = _chord(mark.symbol, mark.root, mark.pitch_classes, key)
        scale, tune = (chord_scale(name, key.tonic, chord) for name in (key.mode, sung))
        spans.append(ChordSpan(mark.at, end, chord, key, scale, tune))
    return Harmony(spans)


def _chord(symbol: str, root: int, pitch_classes: tuple[int, ...], key: Key) -> Chord:
    """A chord from its mark; the symbol tells the bass, the pitch classes everything else."""
    tones = tuple((pitch_class - root) % 12 for pitch_class in pitch_classes)
    head, _, tail = symbol.partition("/") if not symbol.endswith("6/9") else (symbol, "", "")
    suffix = head[2:] if head[1:2] in ("#", "b") else head[1:]
    bass = Key.parse(tail).tonic if tail and tail[0] in "ABCDEFG" else root
    return Chord(root, QUALITIES.get(suffix, tones), suffix, bass, (root - key.tonic) % 12)
