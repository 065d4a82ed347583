"""Captions as states."""

import pytest
import torch
from transformers import MusicgenForConditionalGeneration

from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.tensors import CheckpointError
from core.engines.musicgen.text import LIMIT, TextEncoder
from tests.core.engines.musicgen.models import audiocraft_state, tokenizer

CPU = torch.device("cpu")


@pytest.fixture
def encoder(mono):
    return TextEncoder(mono, CPU)


def test_states_are_those_of_transformers(encoder, folders):
    theirs = MusicgenForConditionalGeneration.from_pretrained(folders["mono"]).eval()
    ids = torch.tensor([tokenizer()("lofi jazz calm")["input_ids"]])
    states, cut = encoder.encode("lofi jazz calm")
    assert not cut
    assert torch.allclose(states, theirs.text_encoder(input_ids=ids).last_hidden_state[0], atol=1e-5)


def test_an_empty_caption_has_no_tokens(encoder):
    assert encoder.encode("  ")[0].shape == (0, 48)


def test_a_caption_that_is_too_long_is_cut_and_said_to_be(encoder):
    states, cut = encoder.encode("jazz " * 600)
    assert cut
    assert len(states) == LIMIT


def test_a_missing_encoder_is_told_of(folders, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    torch.save(audiocraft_state("mono", folders["mono"]), tmp_path / "state_dict.bin")
    with pytest.raises(CheckpointError, match="text encoder"):
        TextEncoder(read_checkpoint(tmp_path), CPU)
