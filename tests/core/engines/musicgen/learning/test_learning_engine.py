"""The teacher as an engine: lessons that end with a concept and a sample, and go on where they were interrupted."""

import os

import pytest

from core.brief import Brief
from core.engines.engine import Done, Failed, Progress, Reference, Request
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.concepts.file import read_concept
from core.engines.musicgen.fingerprint import fingerprint
from core.engines.musicgen.learning.engine import open_learning
from core.errors import EngineUnavailable
from tests.core.engines.musicgen.learning.lessons import CPU
from tests.core.engines.musicgen.learning.test_teacher import tone


@pytest.fixture(autouse=True)
def priority(monkeypatch):
    """The tests' own process keeps its priority."""
    monkeypatch.setattr(os, "nice", lambda _: 0)


def request(*references):
    brief = Brief(concepts=("our-band",), duration=5.0, seed=1, engine="teacher")
    return Request("it", brief, "background music, in the style of <our-band>", references=references)


def events_of(engine, asked, until="done"):
    """Events of a request to its end, or until a stage of it begins."""
    engine.add(asked)
    found = []
    while not engine.idle:
        found.extend(engine.step())
        if any(isinstance(event, Progress) and event.stage == until for event in found):
            break
    return found


def test_a_lesson_ends_with_a_concept_and_a_sample_of_it(folders, tmp_path):
    notes = tmp_path / "lessons"
    recording = Reference("learn", tone(32.0))
    engine = open_learning(str(folders["mono"]), str(notes), steps=2, device="cpu")
    events_of(engine, request(recording), until="train")
    assert list(notes.iterdir())
    engine = open_learning(str(folders["mono"]), str(notes), steps=2, device="cpu")
    events = events_of(engine, request(recording))
    composition = events[-1].composition
    assert isinstance(events[-1], Done)
    mono = read_checkpoint(folders["mono"])
    concept = read_concept(composition.concept, mono.config, fingerprint(mono.decoder), CPU)
    assert concept.card.name == "our-band"
    assert composition.clip.seconds == 5.0
    assert "concept:our-band" in composition.note.en
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert not list(notes.iterdir())


def test_too_short_a_recording_is_refused_in_words(folders):
    engine = open_learning(str(folders["mono"]), None, device="cpu")
    [*_, last] = events_of(engine, request(Reference("learn", tone(5.0))))
    assert isinstance(last, Failed)
    assert "5 seconds" in last.error.words.en


def test_without_a_recording_there_is_nothing_to_learn(folders):
    [last] = events_of(open_learning(str(folders["mono"]), None, device="cpu"), request())
    assert isinstance(last, Failed)


def test_without_a_model_nothing_can_be_learned():
    with pytest.raises(EngineUnavailable):
        open_learning(None)
