"""Dataset folders: recordings with JSON and MIDI beside them, and the command that learns from them."""

import json

import mido
import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner

from adapters.terminal.learn import learn
from core.catalog import Catalog
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.concepts.file import read_concept
from core.engines.musicgen.fingerprint import fingerprint
from core.engines.musicgen.learning.dataset import known_of, read_dataset
from core.errors import ConceptError
from tests.core.engines.musicgen.learning.lessons import CPU

CATALOG = Catalog.load()


def recording(folder, name, seconds=9.0, rate=16000, metadata=None):
    folder.mkdir(parents=True, exist_ok=True)
    times = np.arange(round(seconds * rate)) / rate
    soundfile.write(folder / f"{name}.wav", 0.2 * np.sin(2 * np.pi * 330 * times), rate)
    if metadata is not None:
        text = metadata if isinstance(metadata, str) else json.dumps(metadata, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


ZITHER = {"music_info": {"악기명": "가야금", "장르": "산조", "분위기": ["차분한"]}, "annotation": {"tempo": 72}}


@pytest.fixture
def gugak(tmp_path):
    folder = tmp_path / "gugak"
    for index in range(4):
        recording(folder / "zither", f"a{index}", metadata=ZITHER)
    recording(folder / "flute", "b0", metadata={"instrument": "daegeum"})
    return folder


def test_metadata_become_captions(gugak):
    known = known_of(gugak / "zither" / "a0.wav", CATALOG)
    assert known.instruments == ("gayageum",)
    assert known.bpm == 72
    words = known.caption(CATALOG)
    assert "gayageum" in words
    assert "72 BPM" in words


def test_one_instrument_can_be_picked_out_by_name_in_either_language(gugak):
    for name in ("gayageum", "가야금"):
        dataset = read_dataset(gugak, CATALOG, name)
        assert (len(dataset.takes), dataset.passed_over) == (4, 1)
    assert len(read_dataset(gugak, CATALOG).takes) == 5


def test_an_instrument_that_nobody_knows_is_answered_with_a_near_one(gugak):
    with pytest.raises(ConceptError, match="Gayageum"):
        read_dataset(gugak, CATALOG, "gayagum")


def test_a_midi_file_tells_the_tempo(tmp_path):
    recording(tmp_path, "song")
    midi = mido.MidiFile()
    midi.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(96))]))
    midi.save(tmp_path / "song.mid")
    assert known_of(tmp_path / "song.wav", CATALOG).bpm == 96


@pytest.mark.parametrize(
    "metadata", ["not json", "[]", '"x"', "[" * 200_000, '{"instrument": {"악기": 3}, "bpm": "inf"}']
)
def test_metadata_that_say_nothing_leave_the_caption_empty(tmp_path, metadata):
    recording(tmp_path, "song", metadata=metadata)
    (tmp_path / "song.mid").write_bytes(b"nonsense")
    assert known_of(tmp_path / "song.wav", CATALOG).caption(CATALOG) == ""


def test_files_that_cannot_be_read_are_passed_over(gugak):
    (gugak / "broken.wav").write_bytes(b"RIFF nonsense")
    assert read_dataset(gugak, CATALOG).passed_over == 1


def test_a_folder_without_recordings_is_refused(tmp_path):
    with pytest.raises(ConceptError, match="no recording"):
        read_dataset(tmp_path, CATALOG)


def run(folders, tmp_path, monkeypatch, *arguments):
    monkeypatch.setenv("TEXTUNES_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    small = [
        "--model",
        str(folders["mono"]),
        "--device",
        "cpu",
        "--window",
        "4",
        "--consent",
        "yes",
        "--rehearsal",
        "0",
    ]
    return CliRunner().invoke(learn, [*arguments, *small])


def test_a_concept_is_learned_from_a_folder_and_kept_where_the_bot_finds_it(folders, gugak, tmp_path, monkeypatch):
    arguments = ("Kayagum", str(gugak), "--instrument", "gayageum", "--steps", "3", "--licence", "CC-BY-4.0")
    done = run(folders, tmp_path, monkeypatch, *arguments)
    assert done.exit_code == 0, done.output
    assert "from 4 recordings (1 passed over)" in done.output
    mono = read_checkpoint(folders["mono"])
    data = (tmp_path / "data" / "concepts" / "kayagum.safetensors").read_bytes()
    concept = read_concept(data, mono.config, fingerprint(mono.decoder), CPU)
    assert (concept.card.source, concept.card.licence, concept.card.kind) == ("gugak", "CC-BY-4.0", "pivotal")
    again = run(folders, tmp_path, monkeypatch, *arguments)
    assert again.exit_code == 2
    resumed = run(folders, tmp_path, monkeypatch, *arguments, "--replace", "--resume")
    assert resumed.exit_code == 0
    assert (tmp_path / "data" / "concepts" / "kayagum.safetensors").read_bytes() == data


def test_all_weights_make_a_model_of_their_own(folders, gugak, tmp_path, monkeypatch):
    done = run(
        folders, tmp_path, monkeypatch, "gugak", str(gugak), "--method", "full", "--steps", "2", "--rate", "0.01"
    )
    assert done.exit_code == 0, done.output
    made, mono = read_checkpoint(tmp_path / "data" / "models" / "gugak"), read_checkpoint(folders["mono"])
    assert made.config == mono.config
    assert not torch.equal(made.decoder["layers.0.qkv"], mono.decoder["layers.0.qkv"])
    kept = [name for name in mono.tensors if name.startswith(("text_encoder.", "audio_encoder."))]
    assert all(torch.equal(made.tensors.get(name), mono.tensors.get(name)) for name in kept)
