"""MIDI files: a score for other programs to open."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import mido

from core.brief import Key
from core.engines.composer.score import Note, Part, Score

TICKS_PER_BEAT = 480
_BEND_RANGE = 12
_DRUM_CHANNEL = 9
_CHANNELS = tuple(channel for channel in range(16) if channel != _DRUM_CHANNEL)
_Timed = list[tuple[int, int, mido.Message | mido.MetaMessage]]


def midi_file(score: Score) -> bytes:
    """A Standard MIDI File of type 1: a track for tempo, key, meter and sections, and one for each part.

    Synthesised voices appear as the General MIDI programs that come nearest. Bends need a range of twelve semitones,
    which each track sets (RPN 0) where it bends.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_conductor(score))
    melodic = 0
    for part in score.parts:
        drums = part.role in ("drums", "percussion") and (part.voice.bank == 128 or part.voice.synth is not None)
        channel = _DRUM_CHANNEL if drums else _CHANNELS[melodic % len(_CHANNELS)]
        melodic += not drums
        file.tracks.append(_track(part, channel))
    stream = BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def _conductor(score: Score) -> mido.MidiTrack:
    key = Key.parse(score.key)
    name = score.key.split()[0] + ("m" if key.mode == "minor" else "")
    messages: _Timed = [
        (0, 0, mido.MetaMessage("time_signature", numerator=score.meter[0], denominator=score.meter[1])),
        (0, 0, mido.MetaMessage("key_signature", key=name)),
    ]
    for tempo in score.tempo:
        messages.append((_ticks(tempo.at), 0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo.bpm))))
    for section in score.sections:
        text = f"{section.name}: {section.title}" if section.title else section.name
        messages.append((_ticks(section.at), 0, mido.MetaMessage("marker", text=text)))
    return _assembled(score.style, messages)


def _track(part: Part, channel: int) -> mido.MidiTrack:
    messages: _Timed = []
    if channel != _DRUM_CHANNEL or part.voice.bank == 128:
        messages.append((0, 0, mido.Message("program_change", channel=channel, program=part.voice.program)))
    if any(note.bend for note in part.notes):
        for number, value in ((101, 0), (100, 0), (6, _BEND_RANGE), (38, 0)):
            messages.append((0, 0, mido.Message("control_change", channel=channel, control=number, value=value)))
    for control in part.controls:
        message = mido.Message("control_change", channel=channel, control=control.number, value=control.value)
        messages.append((_ticks(control.at), 1, message))
    for note in part.notes:
        messages += _played(note, channel)
    return _assembled(part.name, messages)


def _played(note: Note, channel: int) -> _Timed:
    start, end = _ticks(note.start), max(_ticks(note.start) + 1, _ticks(note.start + note.length))
    messages: _Timed = [
        (start, 3, mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)),
        (end, 0, mido.Message("note_off", channel=channel, note=note.pitch)),
    ]
    for after, cents in note.bend:
        wheel = max(-8192, min(8191, round(cents / 100 / _BEND_RANGE * 8192)))
        messages.append((start + _ticks(after), 2, mido.Message("pitchwheel", channel=channel, pitch=wheel)))
    if note.bend:
        messages.append((end, 1, mido.Message("pitchwheel", channel=channel, pitch=0)))
    return messages


def _assembled(name: str, messages: Iterable[tuple[int, int, mido.Message | mido.MetaMessage]]) -> mido.MidiTrack:
    """A track from messages with absolute ticks; at one tick, lower ranks come first."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    before = 0
    for ticks, _, message in sorted(messages, key=lambda timed: timed[:2]):
        track.append(message.copy(time=ticks - before))
        before = ticks
    return track


def _ticks(beats: float) -> int:
    return round(beats * TICKS_PER_BEAT)
