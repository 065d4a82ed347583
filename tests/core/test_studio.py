import io
import json
import zipfile

import numpy as np
import pytest
import soundfile
from PIL import Image

from core.audio.clip import Clip
from core.audio.levels import measure
from core.audio.provenance import read_provenance
from core.brief import Brief
from core.engines.engine import Composition, EngineInfo, Reference, Request
from core.errors import AudioError
from core.piece import Order, Piece
from core.studio import Studio, file_name, title
from tests.core import tone
from tests.core.conftest import decode, seam_step


def asked(**brief: object) -> Request:
    wish = Brief(**{"genres": ("jazz",), "moods": ("calm",), "bpm": 84.0, "duration": 6.0, "seed": 7, **brief})
    return Request(id="r", brief=wish, caption="calm jazz, 84 BPM", stems=True, midi=True)


def finished(request: Request, order: Order, composition: Composition | None = None) -> Piece:
    return Studio(tone.INFO, clock=lambda: 12.5).finish(
        request, order, composition or tone.compose(request), began=10.0
    )


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "ogg", "flac", "wav"])
def test_a_piece_keeps_its_marks_in_every_format(audio_format):
    piece = finished(asked(), Order(format=audio_format))

    facts, audio = piece.facts, piece.file("audio")
    assert audio.name == f"calm-jazz-84bpm-seed7.{audio_format}"
    levels = measure(decode(audio.data))
    assert facts.seconds == 6.0
    assert facts.lufs == pytest.approx(-14.0, abs=0.5)
    assert facts.true_peak_dbtp <= -1.0
    assert facts.lufs == pytest.approx(levels.lufs, abs=0.01)
    assert facts.true_peak_dbtp == pytest.approx(levels.true_peak_dbtp, abs=0.01)


def test_an_edited_recording_stays_as_long_as_it_is():
    clip = Clip(np.random.default_rng(1).normal(0, 0.1, (1, 3 * 32_000)).astype(np.float32), 32_000)
    request = Request("r", Brief(seed=1, loop=True), "", edits=("No drums",), references=(Reference("edit", clip),))
    piece = finished(request, Order(), Composition(clip))
    assert piece.facts.seconds == 3.0
    assert piece.facts.edits == ("No drums",)


def test_a_file_tells_which_recordings_it_was_made_with():
    clip = Clip(np.random.default_rng(1).normal(0, 0.1, (1, 3 * 32_000)).astype(np.float32), 32_000)
    request = Request("r", Brief(seed=1), "", references=(Reference("style", clip), Reference("melody", clip)))
    piece = finished(request, Order(), Composition(clip))
    told = read_provenance(piece.file("audio").data)
    assert told is not None
    assert told.recordings == piece.facts.recordings == ("style", "melody")


def test_facts_say_what_was_made():
    facts = finished(asked(), Order()).facts
    assert (facts.bpm, facts.key, facts.seed, facts.channels, facts.sample_rate) == (84.0, "A minor", 7, 2, 44_100)
    assert (facts.engine, facts.model, facts.licence, facts.commercial) == ("tone", "tone 1", "CC0-1.0", True)
    assert facts.render_seconds == 2.5
    assert facts.spans[0].title == "whole"
    assert facts.caption == "calm jazz, 84 BPM"


def test_everything_comes_beside_the_audio_when_ordered():
    piece = finished(asked(), Order(stems=True, midi=True))
    assert [file.kind for file in piece.files] == ["audio", "waveform", "midi", "score", "chart", "stems"]
    assert Image.open(io.BytesIO(piece.file("waveform").data)).size == (1000, 200)
    assert json.loads(piece.file("score").data)["seed"] == 7
    assert piece.file("chart").data == b"| Am |"
    assert len(piece.peaks) == 256
    assert piece.note.en == "A tone."


def test_nothing_comes_that_was_not_ordered():
    piece = finished(asked(), Order())
    assert piece.file("stems") is None
    assert piece.file("midi") is None


def test_provenance_stands_in_the_file():
    provenance = read_provenance(finished(asked(), Order(parent="track-3")).file("audio").data)
    assert provenance.synthetic
    assert (provenance.engine, provenance.seed, provenance.parent) == ("tone", 7, "track-3")
    assert provenance.brief == asked().brief


def stems_of(piece: Piece) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(io.BytesIO(piece.file("stems").data)) as archive:
        names = [name for name in archive.namelist() if name != "README.txt"]
        return {name: soundfile.read(io.BytesIO(archive.read(name)), dtype="float32")[0].T for name in names}


def test_stems_add_up_to_the_mix_before_mastering():
    request = asked()
    mix = tone.compose(request).clip.samples

    stems = stems_of(finished(request, Order(stems=True)))

    assert list(stems) == ["01 lead.flac", "02 bass.flac", "03 drums.flac"]
    np.testing.assert_allclose(np.sum(list(stems.values()), axis=0), mix, atol=1e-6)


def test_loud_stems_are_turned_down_together():
    request = asked()
    composition = tone.compose(request)
    loud = {name: Clip(clip.samples * np.float32(9), 44_100) for name, clip in composition.stems.items()}

    piece = finished(request, Order(stems=True), Composition(clip=composition.clip, stems=loud))

    total = np.sum(list(stems_of(piece).values()), axis=0)
    expected = np.sum([clip.samples for clip in loud.values()], axis=0)
    factor = total.std() / expected.std()
    assert np.log2(factor) == pytest.approx(round(np.log2(factor)), abs=1e-3)
    np.testing.assert_allclose(total, expected * factor, atol=1e-5)


def test_stems_that_are_too_large_come_as_mp3_and_say_so():
    piece = finished(asked(), Order(stems=True, max_bytes=400_000))
    assert len(piece.file("stems").data) <= 400_000
    assert all(name.endswith(".mp3") for name in stems_of(piece))
    assert "MP3" in piece.note.en
    assert "MP3" in piece.note.ko


def test_stems_that_cannot_be_sent_are_left_out_and_say_so():
    piece = finished(asked(), Order(format="mp3", stems=True, max_bytes=60_000))
    assert piece.file("stems") is None
    assert "too large" in piece.note.en


def test_an_engine_without_stems_says_so():
    request = asked()
    piece = finished(request, Order(stems=True), Composition(clip=tone.compose(request).clip))
    assert piece.note.en == "This engine makes no stems."


def test_a_loop_keeps_its_seam_and_its_length():
    piece = finished(asked(loop=True), Order(format="flac"))
    decoded = decode(piece.file("audio").data)
    assert decoded.frames == 4 * 44_100
    assert seam_step(decoded) <= 1.0
    assert np.abs(decoded.samples[:, -50:]).max() > 0
    assert piece.file("audio").name == "calm-jazz-84bpm-loop-seed7.flac"


def test_an_engine_that_makes_no_loops_gets_its_ends_blended(music):
    plain = EngineInfo("plain", "plain 1", "CC0-1.0", commercial=True, features=frozenset())
    sound = music(6.5)
    clip = Clip(sound.samples[:, 20_000:], 44_100)
    request = asked(loop=True)
    piece = Studio(plain).finish(request, Order(format="flac"), Composition(clip=clip), began=0.0)
    decoded = decode(piece.file("audio").data)
    assert decoded.frames == clip.frames - 44_100
    assert seam_step(decoded) <= 1.0


@pytest.mark.parametrize("extra", [-1000, 1000])
def test_a_piece_has_exactly_the_length_that_was_asked_for(extra, music):
    clip = music(6.0)
    samples = clip.samples[:, :extra] if extra < 0 else np.pad(clip.samples, ((0, 0), (0, extra)))
    piece = finished(asked(), Order(), Composition(clip=Clip(np.ascontiguousarray(samples), 44_100)))
    assert piece.facts.seconds == 6.0


def test_silence_is_finished_too():
    piece = finished(asked(), Order(), Composition(clip=Clip(np.zeros((2, 264_600), np.float32), 44_100)))
    assert piece.facts.lufs == -70.0
    assert piece.facts.seconds == 6.0


def test_a_piece_fits_its_place_or_says_why_not():
    assert len(finished(asked(), Order(max_bytes=100_000)).file("audio").data) <= 100_000
    with pytest.raises(AudioError, match="ask for MP3"):
        finished(asked(), Order(format="wav", max_bytes=100_000))


@pytest.mark.parametrize(
    ("brief", "name"),
    [
        ({}, "calm-jazz-84bpm-seed7"),
        ({"genres": ("korean_traditional", "jazz", "blues"), "moods": ()}, "korean-traditional-jazz-84bpm-seed7"),
        ({"genres": (), "moods": (), "keywords": ("../../비", "<b>")}, "music-84bpm-seed7"),
        ({"genres": ("x" * 200,), "seed": 4294967295}, "calm-" + "x" * 60 + "-seed4294967295"),
    ],
)
def test_file_names_are_safe_and_say_what_is_inside(brief, name):
    request = asked(**brief)
    assert file_name(request, Composition(clip=tone.compose(asked()).clip, bpm=84.0)) == name


def test_titles_are_for_people():
    composition = Composition(clip=tone.compose(asked()).clip, bpm=84.2)
    assert title(asked(), composition) == "Calm jazz, 84 BPM"
    assert title(asked(genres=(), moods=(), keywords=("비 오는 밤",)), composition) == "비 오는 밤, 84 BPM"
    assert title(asked(genres=(), moods=()), composition) == "Background music, 84 BPM"
