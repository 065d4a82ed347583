"""Edits through the engine: any length, several steps, beside other requests."""

import dataclasses

import numpy as np
import pytest
import torch

from core.audio.clip import Clip
from core.brief import Brief
from core.catalog import Catalog
from core.engines.engine import Done, Failed, Progress, Reference, Request
from core.engines.musicgen.batcher import Batcher
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.editing.edit import Editor
from core.engines.musicgen.editing.weights import FILE, untrained
from core.engines.musicgen.engine import MusicGen, open_musicgen
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.text import TextEncoder
from tests.core.engines.musicgen.editing.test_canvas import tone
from tests.core.engines.musicgen.editing.test_fusion import trained

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def parts(mono):
    config = dataclasses.replace(mono.config, max_seconds=1.0)
    decoder = Decoder(config, mono.decoder, Kernels("fp32", CPU))
    text, codec = TextEncoder(mono, CPU), Codec(mono, CPU)
    editor = Editor(decoder, codec, trained(config), lambda caption: text.encode(caption)[0], Catalog.load())
    return decoder, text, codec, editor


@pytest.fixture
def engine(parts):
    decoder, text, codec, editor = parts
    batcher = Batcher(decoder, 3, positions_for(decoder.config))
    return MusicGen(decoder, batcher, text, codec, Catalog.load(), model="tiny", editor=editor)


def edit(*instructions, seconds=2.5, channels=1, rate=32_000, name="it"):
    samples = np.stack([tone(300 * (1 + side), seconds, rate) for side in range(channels)])
    return Request(
        name, Brief(seed=3), "", edits=instructions, references=(Reference("edit", Clip(samples, rate)),)
    )  # fmt: skip


def events_of(engine, *requests):
    for each in requests:
        engine.add(each)
    found = []
    while not engine.idle:
        found.extend(engine.step())
    return found


def outcome(events, name="it"):
    return next(each for each in events if isinstance(each, Done | Failed) and each.request_id == name)


@pytest.mark.parametrize("seconds", [0.5, 1.0, 2.505])
def test_a_recording_of_any_length_comes_back_at_its_length(engine, seconds):
    clip = outcome(events_of(engine, edit("Remove drums", seconds=seconds))).composition.clip
    assert clip.sample_rate == 32_000
    assert clip.samples.shape == (1, round(seconds * 32_000))


def test_stereo_at_another_rate_comes_back_in_stereo(engine):
    clip = outcome(events_of(engine, edit("드럼 빼줘", channels=2, rate=44_100))).composition.clip
    assert clip.samples.shape == (2, round(2.5 * 32_000))


def test_steps_follow_one_another_and_progress_rises(engine):
    events = events_of(engine, edit("Remove drums and bass"))
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert 0.5 in fractions
    once = outcome(events_of(engine, edit("Remove drums"))).composition.clip
    assert not np.array_equal(outcome(events).composition.clip.samples, once.samples)


def test_the_note_says_that_a_model_has_edited(engine):
    note = outcome(events_of(engine, edit("Remove drums"))).composition.note
    assert "by a model" in note.en
    assert "모델" in note.ko


def test_an_edit_is_the_same_beside_music_that_is_made(engine):
    alone = outcome(events_of(engine, edit("Add piano"))).composition.clip
    music = Request("music", Brief(seed=5, duration=5.0), "calm jazz")
    events = events_of(engine, music, edit("Only bass", name="other"), edit("Add piano"))
    assert np.array_equal(outcome(events).composition.clip.samples, alone.samples)
    assert outcome(events, "music").composition.clip.samples.shape == (1, 5 * 32_000)


@pytest.mark.parametrize(("said", "answer"), [("Remove violin", "tell these apart"), ("hello", "Remove drums")])
def test_what_cannot_be_followed_is_refused_in_words(engine, said, answer):
    failed = outcome(events_of(engine, edit(said)))
    assert answer in failed.error.words.en
    assert engine.idle


def test_to_keep_what_is_not_there_is_refused(engine, monkeypatch):
    monkeypatch.setattr("core.engines.musicgen.editing.canvas.Canvas.level_of", lambda *_: -70.0)
    assert "no drums" in outcome(events_of(engine, edit("Only drums"))).error.words.en
    assert isinstance(outcome(events_of(engine, edit("Remove drums"))), Done)


def test_an_editor_beside_the_model_is_found_and_told(folders, mono, tmp_path):
    for file in folders["mono"].iterdir():
        (tmp_path / file.name).symlink_to(file)
    assert "edit_recording" not in open_musicgen(str(tmp_path), device="cpu", slots=1).info.features
    untrained(mono.config, longest=60, rank=4).save(tmp_path / FILE)
    assert "edit_recording" in open_musicgen(str(tmp_path), device="cpu", slots=1).info.features
