"""Comping: chords, broken chords, strums and pads, as patterns over led voices."""

from __future__ import annotations

from collections.abc import Sequence

from core.engines.composer.form import Stretch
from core.engines.composer.harmony import ChordSpan
from core.engines.composer.pattern import Pattern, rung
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.syncopation import Push, Stroke
from core.engines.composer.theory import Chord
from core.engines.composer.tone import Tone
from core.engines.composer.voicing import Notes, VoiceLeader

_STRUM_BEATS = 0.028
_ROLL_BEATS = 0.09
_LAST_ROLL_BEATS = 0.06
_NARROWEST = 16
_LOUDNESS = {
    "X": 106, "x": 88, "o": 70, "D": 104, "d": 88, "U": 96, "u": 76, "m": 50, "r": 86, "h": 82, "l": 90, "v": 94,
    "V": 86,
}  # fmt: skip


class Comper:
    """Plays chords on one instrument: voices once for the whole piece, rhythms by section."""

    def __init__(self, plan: Plan, chair: Chair) -> None:
        part, timbre = chair.part, chair.timbre
        self._part = part
        self._timbre = timbre
        self._harmony = plan.harmony
        self._layout = plan.layout
        last = plan.layout.stretches[-1]
        self._grounds = not any(c.part.role == "bass" and c.plays(last) for c in plan.chairs)
        self._zeal = plan.zeal("comping", chair.stream)
        self._push = Push(plan)
        random = plan.dice.layer("comping", chair.stream)
        self._variant: Sequence[Pattern] = random.choice(part.patterns)
        self._shift = random.choice((-2, 0, 0, 2))
        low, high = max(part.compass[0], timbre.low), min(part.compass[1], timbre.high)
        if high - low < _NARROWEST:
            low = max(timbre.low, min(low, high - _NARROWEST))
            high = min(timbre.high, max(high, low + _NARROWEST))
        self._leader = VoiceLeader(part.voicing, part.size, low, high, plan.style.harmony.parallels)

    def play(self, stretches: Sequence[Stretch]) -> list[Tone]:
        """The part in the sections where it plays, and the last chord."""
        tones: list[Tone] = []
        for stretch in stretches:
            leader = self._registered(stretch)
            spans = list(self._harmony.between(stretch.start, stretch.end))
            voicings = leader.lead([span.chord for span in spans])
            pattern = rung(self._variant, stretch.intensity + self._zeal)
            hits = pattern.over(stretch.start, stretch.end, self._layout.bar)
            tones += self._hits(self._push.strokes(hits, stretch), spans, voicings)
        if not self._layout.loop and stretches and stretches[-1] is self._layout.stretches[-1]:
            tones += self._close(self._registered(stretches[-1]))
        return tones

    def _registered(self, stretch: Stretch) -> VoiceLeader:
        """The register moves with the mood, inside the range of the instrument."""
        wanted = round(0.6 * stretch.expression.register) + self._shift
        shift = max(self._timbre.low - self._leader.low, min(self._timbre.high - self._leader.high, wanted))
        leader = self._leader
        return VoiceLeader(leader.voicing, leader.size, leader.low + shift, leader.high + shift, leader.parallels)

    def _hits(self, strokes: Sequence[Stroke], spans: Sequence[ChordSpan], voicings: Sequence[Notes]) -> list[Tone]:
        tones: list[Tone] = []
        index = 0
        sustained = all(stroke.length >= self._layout.bar - 1e-6 for stroke in strokes)
        for stroke in strokes:
            mark = stroke.mark
            while index + 1 < len(spans) and spans[index + 1].start <= stroke.chord_at + 1e-6:
                index += 1
            end = stroke.at + stroke.length
            here = index
            start = stroke.at
            # A held chord follows the harmony: it is struck again when the chord changes under it.
            while True:
                span = spans[here]
                until = min(end, span.end)
                if until - start > 1e-6:
                    tones += self._strike(start, until - start, mark, span.chord, voicings[here])
                if span.end >= end - 1e-6 or here + 1 >= len(spans) or (not sustained and mark not in "XxohlvrdD"):
                    break
                here += 1
                start = spans[here].start
        return tones

    def _strike(self, at: float, length: float, mark: str, chord: Chord, notes: Notes) -> list[Tone]:
        velocity = _LOUDNESS.get(mark, 84)
        held = length * self._part.legato
        if mark in "dDuU":
            return self._strum(at, held, notes, velocity, down=mark in "dD")
        if mark == "r":
            return _rolled(at, held, notes, velocity, min(_ROLL_BEATS, length / (2 * len(notes))))
        if mark == "m":
            held = min(0.1, length)
        return [Tone(at, held, note, velocity) for note in self._chosen(mark, chord, notes)]

    def _chosen(self, mark: str, chord: Chord, notes: Notes) -> Sequence[int]:
        """The notes of a voicing that a mark stands for."""
        match mark:
            case "X" | "x" | "o":
                chosen: Sequence[int] = notes
            case "h":
                chosen = notes[1:] or notes
            case "l":
                chosen = notes[:1]
            case "t":
                chosen = notes[-1:]
            case "m":
                chosen = notes[-3:]
            case "v" | "V":
                chosen = (self._low_tone(chord.bass if mark == "v" else chord.fifth, notes),)
            case _:
                octave, voice = divmod(int(mark), len(notes))
                pitch = notes[voice] + 12 * octave
                chosen = (pitch if pitch <= self._timbre.high else pitch - 12,)
        return chosen

    def _strum(self, at: float, held: float, notes: Notes, velocity: int, *, down: bool) -> list[Tone]:
        order = notes if down else tuple(reversed(notes[1:] or notes))
        return [
            Tone(at + i * _STRUM_BEATS, max(0.05, held - i * _STRUM_BEATS), note, velocity - 3 * i, grid=i == 0)
            for i, note in enumerate(order)
        ]

    def _low_tone(self, pitch_class: int, notes: Notes) -> int:
        """A tone an octave or so under the chord, inside the instrument's range."""
        top = notes[0] - 5
        note = top - (top - pitch_class) % 12
        return note if note >= self._timbre.low else note + 12

    def _close(self, leader: VoiceLeader) -> list[Tone]:
        span = self._harmony.at(self._layout.final)
        notes = leader.lead([span.chord])[0]
        if self._grounds:
            notes = self._grounded(notes, span.chord)
        length = self._layout.total - self._layout.final
        if self._part.role == "chords" and self._timbre.decays:
            return _rolled(self._layout.final, length, notes, 88, min(_STRUM_BEATS, _LAST_ROLL_BEATS / len(notes)))
        return [Tone(self._layout.final, length, note, 86) for note in notes]

    def _grounded(self, notes: Notes, chord: Chord) -> Notes:
        """A voicing that stands on the bass of its chord, for an ending without a bass player."""
        low = self._low_tone(chord.bass, notes)
        return (low, *notes) if low < notes[0] else tuple(note for note in notes if note >= low) or (low,)


def _rolled(at: float, held: float, notes: Notes, velocity: int, step: float) -> list[Tone]:
    return [
        Tone(at + i * step, max(0.1, held - i * step), note, velocity - 2 * (len(notes) - 1 - i), grid=i == 0)
        for i, note in enumerate(notes)
    ]
