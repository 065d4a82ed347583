"""The engine over a stand-in of the library: lengths, seeds, recordings, errors and progress."""

from __future__ import annotations

import time
from importlib import import_module

import numpy as np
import pytest

from core.audio.clip import Clip
from core.brief import Brief
from core.engines.audiocraft.engine import duration_of, open_audiocraft
from core.engines.engine import Done, Failed, Progress, Reference, Request
from tests.core.engines.audiocraft.standin import MODELS

RATE = 3200


def request(duration=7.3, *references, seed=1, loop=False):
    return Request("it", Brief(duration=duration, seed=seed, loop=loop), "calm jazz", references=references)


def recording(use, seconds, rate=RATE):
    return Reference(use, Clip(np.full((1, round(seconds * rate)), 0.5, np.float32), rate))


def drained(engine):
    events = []
    while not engine.idle:
        events += engine.step()
    return events


def outcome(engine, asked):
    engine.add(asked)
    return drained(engine)[-1]


def made(engine, asked):
    found = outcome(engine, asked)
    assert isinstance(found, Done), found
    return found.composition.clip


@pytest.fixture
def model(library):
    """The class of all models of the stand-in."""
    library()
    return import_module("audiocraft.models").GenModel


@pytest.fixture
def opened(model):
    assert model.__module__ == "audiocraft.models"
    return open_audiocraft


@pytest.mark.parametrize("duration", [5.0, 7.3, 29.999, 30.0, 47.77])
def test_a_piece_has_exactly_the_length_that_was_asked_for(opened, duration):
    assert made(opened("musicgen-small"), request(duration)).frames == round(duration * RATE)


def test_thirty_seconds_fit_one_window(opened, model, monkeypatch):
    calls = []
    monkeypatch.setattr(model, "_sound", keeping(calls, model._sound))
    made(opened("musicgen-small"), request(30.0))
    assert calls == [("generate", ["calm jazz"], 30.0)]


def test_every_number_of_frames_survives_the_rounding_of_the_library():
    assert all(int(duration_of(frames, 50) * 50) == frames for frames in range(1, 15001))


def test_a_loop_has_the_length_that_was_asked_for(opened):
    assert made(opened("musicgen-small"), request(8.0, loop=True)).frames == 8 * RATE


def test_the_seed_decides(opened):
    engine = opened("musicgen-small")
    first, again, other = (made(engine, request(seed=seed)).samples for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_model_of_fixed_length_is_cut_to_what_was_asked_for(opened):
    assert made(opened("facebook/magnet-small-10secs"), request(6.5)).frames == round(6.5 * RATE)


def test_a_library_that_has_jasco_makes_pieces_with_it(library):
    library(models=MODELS + "\n\nclass JASCO(MAGNeT):\n    pass\n")
    assert made(open_audiocraft("facebook/jasco-chords-drums-400M"), request(6.5)).frames == round(6.5 * RATE)


def test_a_model_of_fixed_length_refuses_longer_pieces_in_words(opened):
    found = outcome(opened("facebook/magnet-small-10secs"), request(10.5))
    assert isinstance(found, Failed)
    assert "at most 10 seconds" in found.error.words.en
    assert "10초까지만" in found.error.words.ko


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("musicgen-small", {"caption", "loop", "extend", "slow"}),
        ("musicgen-melody", {"caption", "loop", "extend", "melody", "slow"}),
        ("audiogen-medium", {"caption", "loop", "extend", "slow"}),
        ("magnet-small-10secs", {"caption", "loop", "slow"}),
    ],
)
def test_features_are_those_of_the_model(opened, name, features):
    info = opened(name).info
    assert info.features == features
    assert (info.name, info.model, info.licence, info.commercial) == ("audiocraft", name, "CC-BY-NC-4.0", False)


def test_a_tune_is_given_to_a_melody_model(opened, model, monkeypatch):
    calls = []
    monkeypatch.setattr(model, "_sound", keeping(calls, model._sound))
    made(opened("musicgen-melody"), request(6.0, recording("melody", 4.0, rate=8000)))
    assert calls == [("melody", (1, 1, 32000), 8000)]


@pytest.mark.parametrize("seconds", [3.0, 40.0])
def test_a_recording_is_heard_as_it_is_up_to_the_seam_and_gone_on_from(opened, seconds):
    clip = made(opened("musicgen-small"), request(20.0, recording("extend", seconds)))
    kept = min(seconds, 15.0)
    assert clip.frames == 20 * RATE
    assert np.allclose(clip.samples[:, : round((kept - 0.3) * RATE)], 0.5, atol=1e-3)
    assert np.std(clip.samples[:, round(kept * RATE) :]) > 0.2


def test_the_library_is_given_no_more_of_a_recording_than_a_window_carries_over(opened, model, monkeypatch):
    calls = []
    monkeypatch.setattr(model, "_sound", keeping(calls, model._sound))
    made(opened("musicgen-small"), request(60.0, recording("extend", 40.0)))
    assert calls == [("continue", (1, 1, 12 * RATE), RATE)]


def test_a_piece_too_short_to_begin_with_a_recording_is_refused_in_words(opened):
    found = outcome(opened("musicgen-small"), request(5.0, recording("extend", 10.0)))
    assert isinstance(found, Failed)
    assert "longer" in found.error.words.en
    assert "더 길어야" in found.error.words.ko


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("CUDA out of memory"), ("not enough memory", "메모리가 부족", True)),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), ("not enough memory", "메모리가 부족", True)),
        (NotImplementedError("no kernel for memory_efficient_attention"), ("processor", "프로세서", False)),
        (AssertionError("calm jazz"), ("broke", "문제가 생겨", False)),
    ],
)
def test_an_error_of_the_library_is_put_into_words(opened, model, monkeypatch, error, said):
    english, korean, retryable = said
    engine = opened("musicgen-small")
    monkeypatch.setattr(model, "error", error)
    found = outcome(engine, request())
    assert isinstance(found, Failed)
    assert english in found.error.words.en
    assert korean in found.error.words.ko
    assert found.error.retryable is retryable
    monkeypatch.setattr(model, "error", None)
    assert made(engine, request()).seconds == pytest.approx(7.3)


def test_sound_that_is_too_short_is_never_passed_off_as_a_piece(opened, model, monkeypatch):
    monkeypatch.setattr(model, "lacks", 3)
    found = outcome(opened("musicgen-small"), request(7.0))
    assert isinstance(found, Failed)
    assert "less than was asked" in found.error.words.en


def test_progress_is_told_from_the_library_s_own_and_a_cancelled_piece_stops(opened, model, monkeypatch):
    reached = []

    def slowly(self, _texts):
        for frame in range(1, 1001):
            reached.append(frame)
            self._progress_callback(frame, 1000)
            time.sleep(0.005)

    monkeypatch.setattr(model, "_sound", slowly)
    engine = opened("musicgen-small")
    engine.add(request())
    told = [event for _ in range(3) for event in engine.step()]
    assert all(isinstance(event, Progress) for event in told)
    fractions = [event.fraction for event in told]
    assert fractions == sorted(fractions)
    assert 0 < fractions[-1] < 1
    engine.cancel("it")
    assert engine.idle
    stopped = len(reached)
    time.sleep(0.05)
    assert len(reached) == stopped < 1000


def keeping(calls, sound):
    """What the library was asked for last is kept before it makes the sound."""

    def kept(self, descriptions):
        calls.append(self.calls[-1])
        return sound(self, descriptions)

    return kept
