"""The engine over the library itself: a tiny MusicGen of random weights, exported and loaded by its folder."""

from functools import partialmethod

import numpy as np
import pytest
from audiocraft.models import MusicGen

from core.audio.clip import Clip
from core.brief import Brief
from core.engines.audiocraft.engine import open_audiocraft
from core.engines.audiocraft.library import installed
from core.engines.engine import Done, Progress, Reference, Request
from tests.reference.models import build, export, save_text_encoder

RATE = 32000


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("musicgen-tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        # The library draws from the best 250 of 2048 tokens; this model has 64.
        patch.setattr(MusicGen, "set_generation_params", partialmethod(MusicGen.set_generation_params, top_k=40))
        save_text_encoder(folder)
        export(build(), folder)
        yield open_audiocraft(str(folder), "cpu")


def made(engine, duration, *references, seed=1):
    engine.add(Request("it", Brief(duration=duration, seed=seed), "calm jazz piano", references=references))
    events = []
    while not engine.idle:
        events += engine.step()
    assert isinstance(events[-1], Done), events[-1]
    assert all(isinstance(event, Progress) for event in events[:-1])
    return events[-1].composition.clip


def test_the_library_is_told_by_its_version(engine):
    assert installed()[0].isdigit()
    assert engine.info.features == {"caption", "loop", "extend", "slow"}


def test_a_piece_has_its_length_and_follows_its_seed(engine):
    first, again, other = (made(engine, 5.01, seed=seed) for seed in (1, 1, 2))
    assert first.frames == round(5.01 * RATE)
    assert first.sample_rate == RATE
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_a_piece_of_two_windows_has_its_length(engine):
    assert made(engine, 31.37).frames == round(31.37 * RATE)


def test_a_recording_is_gone_on_from(engine):
    before = Clip(np.full((1, 2 * 24000), 0.25, np.float32), 24000)
    clip = made(engine, 10.0, Reference("extend", before))
    assert clip.frames == 10 * RATE
    assert np.allclose(clip.samples[:, 1000 : round(1.7 * RATE)], 0.25, atol=1e-2)
