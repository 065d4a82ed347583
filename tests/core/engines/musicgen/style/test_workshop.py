"""From an audio file that somebody sent to a finished piece, with a checkpoint in the published format."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from core.brief import Brief
from core.catalog import Catalog
from core.engines.registry import EngineRegistry, EngineSpec
from core.errors import PersonError
from core.fleet.fleet import Finished, Recording, Work
from core.fleet.workshop import Workshop
from core.piece import Order
from tests.core.engines.musicgen.style.published import save_style

OPEN = "core.engines.musicgen.engine:open_musicgen"


@pytest.fixture(scope="module")
def outcomes(folders, tmp_path_factory):
    """What becomes of recordings that are given for style: by what they are."""
    folder = tmp_path_factory.mktemp("style") / "musicgen-style"
    save_style(folder, folders["mono"])
    options = {"folder": str(folder), "device": "cpu", "precision": "fp32", "slots": 3}
    found = {}

    def emit(work_id, outcome):
        if isinstance(outcome, Finished | PersonError):
            found[work_id] = outcome

    registry = EngineRegistry([EngineSpec(name="musicgen", target=OPEN, options=options)])
    workshop = Workshop(registry, Catalog.load(), lambda: None, emit)
    for name, data in {"song": song(4.0), "short": song(1.0), "silence": song(4.0, 0.0), "text": b"hello"}.items():
        brief = Brief(genres=("jazz",), duration=5.0, seed=1, likeness=6)
        workshop.begin(Work(name, brief, Order(format="wav"), recordings=(Recording("style", data),)))
    while not workshop.idle:
        workshop.step()
    workshop.close()
    return found


def song(seconds: float, level: float = 0.2) -> bytes:
    written = io.BytesIO()
    time = np.arange(round(seconds * 16_000)) / 16_000
    soundfile.write(written, level * np.sin(2 * np.pi * 220 * time), 16_000, format="OGG")
    return written.getvalue()


def test_a_piece_is_made_after_the_recording(outcomes) -> None:
    piece = outcomes["song"].piece
    assert piece.facts.recordings == ("style",)
    assert piece.facts.engine == "musicgen"
    assert piece.facts.seconds == pytest.approx(5.0)
    assert piece.facts.brief.likeness == 6


def test_what_serves_no_purpose_is_refused_in_words(outcomes) -> None:
    assert "at least 1.5 s" in outcomes["short"].words.en
    assert "silence" in outcomes["silence"].words.en
    assert "not an audio file" in outcomes["text"].words.en
