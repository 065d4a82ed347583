"""The engine: requests in, events and sound out."""

import dataclasses

import numpy as np
import pytest
import soxr
import torch

from core.audio.clip import Clip
from core.brief import Brief, Section
from core.catalog import Catalog
from core.engines.engine import DeviceLost, Done, Failed, Partial, Progress, Reference, Request
from core.engines.musicgen import engine as room
from core.engines.musicgen.batcher import Batcher
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.engine import MusicGen, open_musicgen
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.text import TextEncoder
from core.errors import EngineUnavailable

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def parts(mono):
    """Tiny weights, and windows of 4 s in place of 30."""
    config = dataclasses.replace(mono.config, max_seconds=4.0)
    decoder = Decoder(config, mono.decoder, Kernels("fp32", CPU))
    return decoder, TextEncoder(mono, CPU), Codec(mono, CPU), Catalog.load()


@pytest.fixture
def engine(parts):
    decoder, text, codec, catalog = parts
    batcher = Batcher(decoder, 2, positions_for(decoder.config))
    return MusicGen(decoder, batcher, text, codec, catalog, model="tiny")


def request(name="it", caption="calm jazz", references=(), **brief):
    return Request(name, Brief(**{"duration": 5.0, "seed": 3} | brief), caption, references=references)


def recording(use, seconds, *, rate=44100, channels=2, pitch=220.0):
    """A tone that gets louder."""
    time = np.arange(round(seconds * rate)) / rate
    wave = 0.3 * time / seconds * np.sin(2 * np.pi * pitch * time)
    return Reference(use, Clip(np.tile(wave.astype(np.float32), (channels, 1)), rate))


def events_of(engine, *requests):
    for each in requests:
        engine.add(each)
    found = []
    while not engine.idle:
        found.extend(engine.step())
    return found


def clip_of(events, name="it"):
    return next(event for event in events if isinstance(event, Done) and event.request_id == name).composition.clip


def test_a_piece_of_several_windows_has_exactly_its_length_and_is_heard_while_it_is_made(engine):
    events = events_of(engine, request(duration=9.5))
    clip = clip_of(events)
    assert clip.sample_rate == 32000
    assert clip.samples.shape == (1, round(9.5 * 32000))
    partials = [event for event in events if isinstance(event, Partial)]
    assert partials[0].start == 0
    heard = np.concatenate([part.clip.samples for part in partials], axis=1)
    assert heard.shape[1] > 8 * 32000
    assert np.array_equal(heard, clip.samples[:, : heard.shape[1]])
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert isinstance(events[-1], Done)


def test_the_same_request_is_the_same_sound_alone_and_in_company(engine):
    alone = clip_of(events_of(engine, request()))
    events = events_of(engine, request("other", seed=9, caption=""), request(), request("third", duration=6.0))
    assert np.array_equal(clip_of(events).samples, alone.samples)
    assert not np.array_equal(clip_of(events, "other").samples, alone.samples)


def test_sections_change_the_music_from_their_beginning_on(engine):
    halves = [
        Section(title="a", share=0.5, valence=0.0, arousal=0.0, moods=("calm",), phrase="calm"),
        Section(title="b", share=0.5, valence=0.0, arousal=0.0, moods=("happy",), phrase="fast drums"),
    ]
    other = [halves[0], halves[1].model_copy(update={"moods": ("calm",), "phrase": "piano"})]
    first = events_of(engine, request(duration=6.0, sections=tuple(halves)))
    second = events_of(engine, request(duration=6.0, sections=tuple(other)))
    spans = next(event.composition.spans for event in first if isinstance(event, Done))
    assert [(span.title, span.start, span.end) for span in spans] == [("a", 0.0, 3.0), ("b", 3.0, 6.0)]
    one, two = clip_of(first).samples, clip_of(second).samples
    border = 3 * 32000
    assert np.array_equal(one[:, : border - 8 * 640], two[:, : border - 8 * 640])
    assert not np.array_equal(one[:, border:], two[:, border:])


def test_a_loop_has_whole_beats(engine):
    events = events_of(engine, request(loop=True, bpm=100.0))
    assert clip_of(events).samples.shape == (1, round(8 * 0.6 * 32000))
    assert "4.80 seconds" in events[-1].composition.note.en
    assert not any(isinstance(event, Partial) for event in events)


def test_the_seam_of_a_loop_lies_on_the_beat_that_is_heard():
    time = np.arange(round(11.5 * 32000)) / 32000
    clicks = (0.5 * np.sin(2 * np.pi * 100 * time) * np.exp(-40 * (time % 0.48))).astype(np.float32)
    loop = room.joined(Clip(clicks[None], 32000), Brief(duration=10.0, loop=True))
    assert abs(loop.seconds / 0.48 - 21) < 0.01
    around = np.concatenate([loop.samples[0], loop.samples[0]])[loop.frames - 1600 : loop.frames + 1600]
    before, after = np.square(around).reshape(2, -1).sum(axis=1)
    assert after > 100 * before


def test_without_a_beat_a_loop_has_exactly_its_length():
    noise = np.random.default_rng(0).standard_normal((1, round(11.5 * 32000))).astype(np.float32)
    assert room.joined(Clip(0.1 * noise, 32000), Brief(duration=10.0, loop=True)).seconds == 10.0


def test_what_to_avoid_changes_the_music(engine):
    plain = clip_of(events_of(engine, request()))
    led = clip_of(events_of(engine, request(avoid=("드럼", "fast"))))
    assert led.samples.shape == plain.samples.shape
    assert not np.array_equal(led.samples, plain.samples)
    assert "avoid" in engine.info.features


def test_it_is_said_when_there_is_more_to_avoid_than_is_read(engine):
    avoid = tuple(f"loud noise number {number}" for number in range(200))
    told = events_of(engine, request(avoid=avoid))[-1].composition.note
    assert "more to avoid" in told.en
    assert "피할 것" in told.ko
    assert events_of(engine, request(avoid=avoid[:2]))[-1].composition.note is None


def test_a_recording_goes_on_where_it_ends_and_is_heard_as_it_was(engine):
    before = recording("extend", 4.0)
    events = events_of(engine, request(duration=11.0, references=(before,)))
    clip = clip_of(events)
    assert clip.samples.shape == (2, 11 * 32000)
    asked = soxr.resample(before.clip.samples.T, 44100, 32000).T
    until = 4 * 32000 - 32000 // 4 - 640
    assert np.abs(clip.samples[:, :until] - asked[:, :until]).max() < 1e-6
    seam = 4 * 32000
    assert np.abs(np.diff(clip.samples[:, seam - 2000 : seam + 2000])).max() < 1.0
    heard = [event for event in events if isinstance(event, Partial)]
    joined = np.concatenate([part.clip.samples for part in heard], axis=1)
    assert [part.start for part in heard] == list(np.cumsum([0, *(part.clip.frames for part in heard)])[:-1])
    assert np.array_equal(joined, clip.samples[:, : joined.shape[1]])
    noise = np.random.default_rng(0).standard_normal((1, 4 * 32000)).astype(np.float32)
    other = Reference("extend", Clip(noise, 32000))
    else_ = clip_of(events_of(engine, request(duration=11.0, references=(other,))))
    assert not np.array_equal(else_.samples[0, seam:], clip.samples[0, seam:])


def test_of_a_recording_that_leaves_no_room_only_the_end_is_kept(engine):
    before = recording("extend", 20.0, rate=32000, channels=1)
    clip = clip_of(events_of(engine, request(duration=8.0, references=(before,))))
    assert clip.samples.shape == (1, 8 * 32000)
    assert np.array_equal(clip.samples[:, :64000], before.clip.samples[:, -3 * 32000 :][:, :64000])


def test_a_melody_model_follows_a_tune(folders):
    melody = open_musicgen(str(folders["melody"]), device="cpu", precision="fp32", slots=2, threads=1)
    assert "melody" in melody.info.features
    plain = clip_of(events_of(melody, request()))
    low = clip_of(events_of(melody, request(references=(recording("melody", 2.0),))))
    same = clip_of(events_of(melody, request(references=(recording("melody", 2.0, rate=32000, channels=1),))))
    high = clip_of(events_of(melody, request(references=(recording("melody", 2.0, pitch=311.0),))))
    assert not np.array_equal(plain.samples, low.samples)
    assert not np.array_equal(high.samples, low.samples)
    assert np.array_equal(same.samples, low.samples)


def test_a_tune_of_silence_is_no_tune(folders):
    melody = open_musicgen(str(folders["melody"]), device="cpu", precision="fp32", slots=2, threads=1)
    silence = Reference("melody", Clip(np.zeros((1, 64000), np.float32), 32000))
    plain = clip_of(events_of(melody, request()))
    assert np.array_equal(clip_of(events_of(melody, request(references=(silence,)))).samples, plain.samples)


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_seeds_at_the_extremes_are_seeds_like_others(engine, seed):
    first, second = (clip_of(events_of(engine, request(seed=seed, duration=9.0))) for _ in range(2))
    assert np.array_equal(first.samples, second.samples)


def test_a_cancelled_request_is_never_heard_of_again(engine):
    engine.add(request("one"))
    engine.add(request("two"))
    for _ in range(60):
        engine.step()
    engine.cancel("one")
    events = []
    while not engine.idle:
        events.extend(engine.step())
    assert {event.request_id for event in events} == {"two"}


def test_a_caption_that_is_too_long_is_noted(engine):
    done = events_of(engine, request(caption="jazz " * 600))[-1]
    assert "left out" in done.composition.note.en


def test_damaged_weights_fail_the_request_with_a_sentence(parts, mono):
    decoder, text, codec, catalog = parts
    ill = dict(mono.decoder) | {"heads": mono.decoder["heads"] * torch.nan}
    broken = Decoder(decoder.config, ill, Kernels("fp32", CPU))
    batcher = Batcher(broken, 1, positions_for(decoder.config))
    (failure,) = [
        event
        for event in events_of(MusicGen(broken, batcher, text, codec, catalog, model="ill"), request())
        if isinstance(event, Failed)
    ]
    assert "damaged" in failure.error.words.en


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.AcceleratorError("unspecified launch failure", 719), DeviceLost),
        (RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED"), DeviceLost),
        (RuntimeError("a mistake of ours"), RuntimeError),
    ],
)
def test_a_device_that_is_lost_is_told_from_mistakes(engine, monkeypatch, error, expected):
    def lost():
        raise error

    engine.add(request())
    engine.step()
    monkeypatch.setattr(engine._batcher, "step", lost)
    with pytest.raises(expected):
        engine.step()


def test_it_opens_from_a_folder_and_tells_whether_it_keeps_up(folders, monkeypatch):
    threads = []
    monkeypatch.setattr(room, "use_threads", threads.append)
    engine = open_musicgen(str(folders["mono"]), device="cpu", slots=2)
    assert threads == [None]
    assert engine.idle
    assert engine.info.licence == "CC-BY-NC-4.0"
    assert not engine.info.commercial
    engine.close()


def test_without_weights_it_says_how_to_get_them():
    with pytest.raises(EngineUnavailable, match="textunes download"):
        open_musicgen(None)


def test_a_device_that_is_not_there_is_named(folders):
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    with pytest.raises(EngineUnavailable, match="cuda"):
        open_musicgen(str(folders["mono"]), device="cuda")
