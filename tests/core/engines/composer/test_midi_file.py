"""MIDI files, read back with mido."""

from __future__ import annotations

from io import BytesIO

import mido
import pytest

from core.brief import TONICS, Key
from core.engines.composer.midi_file import TICKS_PER_BEAT, midi_file
from core.engines.composer.score import Score
from tests.core.engines.composer.band import compose


def read(score: Score) -> mido.MidiFile:
    return mido.MidiFile(file=BytesIO(midi_file(score)))


@pytest.mark.parametrize("genre", ["jazz", "edm", "korean_traditional"])
def test_every_note_comes_back_at_its_tick(genre: str) -> None:
    score = compose(genres=(genre,), duration=20.0, arousal=0.6)
    tracks = {track.name: track for track in read(score).tracks}
    for part in score.parts:
        at, heard = 0, []
        for message in tracks[part.name]:
            at += message.time
            if message.type == "note_on":
                heard.append((at, message.note, message.velocity))
        written = [(round(note.start * TICKS_PER_BEAT), note.pitch, note.velocity) for note in part.notes]
        assert sorted(heard) == sorted(written)


def test_tempo_meter_key_and_sections_are_told() -> None:
    score = compose(genres=("jazz",), bpm=96.0, key=Key(tonic=9, mode="minor"))
    conductor = read(score).tracks[0]
    told = {message.type: message for message in conductor}
    assert mido.tempo2bpm(told["set_tempo"].tempo) == pytest.approx(96.0)
    assert told["key_signature"].key == "Am"
    assert (told["time_signature"].numerator, told["time_signature"].denominator) == score.meter
    markers = [message.text for message in conductor if message.type == "marker"]
    assert markers == [section.name for section in score.sections]


def test_every_key_can_be_written() -> None:
    for tonic in range(len(TONICS)):
        for mode in ("major", "minor"):
            assert read(compose(genres=("lofi",), key=Key(tonic=tonic, mode=mode), duration=6.0))


def test_drums_go_to_the_drum_channel_and_nothing_else_does() -> None:
    score = compose(genres=("edm",), duration=20.0, arousal=0.8)
    for part, track in zip(score.parts, read(score).tracks[1:], strict=True):
        channels = {message.channel for message in track if message.type == "note_on"}
        assert (channels == {9}) == (part.role in ("drums", "percussion"))
