"""The evaluation from end to end, far too small to learn anything, and its baselines by hand."""

import math
import os

import numpy as np
import pytest

if "torch" not in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
    pytest.importorskip("torch", reason="needs the extra “musicgen”")
    pytest.importorskip("transformers", reason="needs the extra “musicgen”")

import torch

from core.errors import EngineUnavailable
from core.evaluation.editing import report
from core.evaluation.editing.baselines import LEAST, Copying
from core.evaluation.editing.course import Piece
from core.evaluation.editing.words import states_of


def test_copying_is_judged_by_how_often_tokens_stay():
    stays = Piece(torch.tensor([[0, 1, 1, 0]]), states_of("no drums"), torch.tensor([[0, 1, 0, 0]]))
    copying = Copying.counted([stays], vocabulary=2)
    loss, accuracy = copying.judged([stays])
    assert accuracy == 0.75
    usual = (1 - LEAST) / 2 + LEAST / 2
    assert loss == pytest.approx(-(3 * math.log(0.75 + 0.25 * usual) + math.log(0.25 * usual)) / 4)


def test_words_have_vectors_of_their_own():
    assert states_of("No Drums.").shape == (2, 64)
    assert torch.equal(states_of("No Drums.")[1], states_of("only drums")[1])
    assert states_of("").shape == (0, 64)


def test_the_figures_are_there_from_end_to_end(tmp_path):
    tiny = report.Extent(3, 2, 6, 9, 0.4, 2, 2, 2, size=16, layers=1, codebooks=2, entries=8)
    told = []
    try:
        found = report.evaluate_editing(lambda fraction, _: told.append(fraction), clips=tmp_path, extent=tiny)
    except EngineUnavailable as error:
        pytest.skip(str(error))
    values = {figure.name: figure.value for figure in found.figures}
    assert {"held_out.all.loss.editor", "held_out.remove.accuracy.copy_input", "alignment.editing"} <= values.keys()
    assert any(name.startswith("si_sdri.as_served.") for name in values)
    assert all(np.isfinite(value) for value in values.values())
    assert told == sorted(told)
    assert found.as_json()["title"] == "Editing"
