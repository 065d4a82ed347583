"""Making music from the command line, with the real composer."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import soundfile

from core.audio.provenance import read_provenance
from core.engines.composer.sound.soundfont import SoundFiles
from core.errors import EngineUnavailable
from tests.adapters.terminal.conftest import Run

CONTRACT = {
    "file", "seconds", "sample_rate", "channels", "bpm", "key", "lufs", "true_peak_dbtp", "seed", "engine", "brief",
    "caption", "render_seconds",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _needs_fluidsynth() -> None:
    try:
        SoundFiles.find()
    except EngineUnavailable as error:
        pytest.skip(f"no FluidSynth here: {error}")


def test_a_wish_becomes_a_file_a_picture_and_a_line(run: Run, tmp_path: Path) -> None:
    done = run("bgm", "genre:jazz", "mood:calm", "duration:5", "seed:7")
    assert done.returncode == 0, done.stderr
    audio, picture, said = done.stdout.splitlines()[:3]
    assert audio.endswith(".mp3")
    assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
    assert "Jazz" in said
    assert "seed 7" in said
    provenance = read_provenance((tmp_path / audio).read_bytes())
    assert provenance is not None
    assert (provenance.synthetic, provenance.seed, provenance.engine) == (True, 7, "composer")


def test_json_is_one_object_and_nothing_else(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "piece.flac"
    done = run("bgm", "lofi", "bpm:80", "duration:6", "key:Am", "--out", str(out), "--stems", "--midi", "--json")
    facts = json.loads(done.stdout)
    assert facts.keys() >= CONTRACT
    assert (facts["file"], facts["seconds"], facts["bpm"], facts["key"]) == (str(out), 6.0, 80.0, "A minor")
    assert abs(facts["lufs"] + 14) <= 0.5
    assert facts["true_peak_dbtp"] <= -1.0
    assert soundfile.info(out).frames == 6 * facts["sample_rate"]
    assert Path(facts["midi"]).read_bytes().startswith(b"MThd")
    stems = zipfile.ZipFile(BytesIO(Path(facts["stems"]).read_bytes())).namelist()
    assert len(stems) > 2


def test_a_text_on_standard_input_is_scored(run: Run) -> None:
    done = run("score", "-", "--wish", "duration:5", "--json", stdin="Everyone cheered; the war was over at last!")
    facts = json.loads(done.stdout)
    assert facts["seconds"] == 5.0
    assert facts["brief"]["moods"]


def test_an_edit_takes_a_part_out_and_remembers_it(run: Run, tmp_path: Path) -> None:
    first = json.loads(run("bgm", "pop", "instrument:drum,piano", "duration:5", "--stems", "--json").stdout)
    done = run("edit", first["file"], "Remove drums", "--stems", "--json", "--out", "edited.mp3")
    assert done.returncode == 0, done.stderr
    edited = json.loads(done.stdout)
    assert edited["edits"] == ["Remove drums"]

    def parts(facts: dict) -> set[str]:
        return set(zipfile.ZipFile(tmp_path / facts["stems"]).namelist())

    assert parts(edited) < parts(first)
