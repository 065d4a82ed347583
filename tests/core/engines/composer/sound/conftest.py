"""A small piece, and a player that is shared because soundfonts take long to decode."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.engines.composer.score import Effects, Master, Note, Part, Score, TempoMark, Voice
from core.engines.composer.sound.player import Player
from core.engines.composer.sound.soundfont import SoundFiles
from core.errors import EngineUnavailable


def carried_soundfont() -> Path | None:
    """The small soundfont of pretty_midi: quick to load."""
    spec = find_spec("pretty_midi")
    return Path(spec.origin).parent / "TimGM6mb.sf2" if spec and spec.origin else None


@pytest.fixture(scope="session")
def sound_files() -> SoundFiles:
    try:
        return SoundFiles.find(soundfont=carried_soundfont())
    except EngineUnavailable as error:
        if "fluidsynth" in os.environ.get("TEXTUNES_TEST_REQUIRE", ""):
            raise
        pytest.skip(f"no FluidSynth here: {error}")


@pytest.fixture(scope="session")
def player(sound_files: SoundFiles) -> Iterator[Player]:
    player = Player(sound_files)
    yield player
    player.close()


def part(name: str, notes: list[Note], *, role: str = "chords", program: int = 0, synth: str | None = None, **effects):
    bank = 128 if role == "drums" and synth is None else 0
    return Part(
        name=name,
        role=role,
        instrument=name,
        voice=Voice(program=program, bank=bank, synth=synth),
        effects=Effects(**effects),
        notes=tuple(notes),
    )


def note(start: float, length: float, pitch: int, velocity: int = 90, bend=()) -> Note:
    return Note(start=start, length=length, pitch=pitch, velocity=velocity, bend=bend)


def score(*parts: Part, seconds: float = 6.0, bpm: float = 120.0, **others) -> Score:
    settings = {"master": Master(), **others}
    return Score(
        style="test", seed=1, seconds=seconds, key="C major", meter=(4, 4), tempo=(TempoMark(at=0, bpm=bpm),),
        chords=(), sections=(), parts=parts, **settings,
    )  # fmt: skip


@pytest.fixture
def band() -> tuple[Part, ...]:
    """Four players over ten beats."""
    return (
        part(
            "piano", [note(beat, 0.9, pitch) for beat in range(10) for pitch in (60, 64, 67)], loudness=-20.0, pan=-0.3
        ),
        part("bass", [note(beat, 0.8, 36) for beat in range(10)], role="bass", program=33, loudness=-20.0, reverb=0.0),
        part("drums", [note(beat, 0.2, 36 if beat % 2 == 0 else 38) for beat in range(10)], role="drums", compress=0.5),
        part("flute", [note(beat, 1.8, 72 + beat) for beat in range(0, 10, 2)], role="lead", program=73, reverb=0.4),
    )
