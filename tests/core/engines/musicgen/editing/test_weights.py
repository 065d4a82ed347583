"""The file of an editor: written, read, and refused when something is wrong with it."""

import pytest
import torch
from safetensors.torch import save_file

from core.engines.musicgen.editing.weights import EditingWeights, read_editing, untrained
from core.engines.musicgen.tensors import CheckpointError


@pytest.fixture
def begun(mono):
    return untrained(mono.config, longest=20, rank=3, instruments=("Drums", "Gayageum"))


def test_what_is_saved_is_read(begun, mono, tmp_path):
    begun.save(tmp_path / "editing.safetensors")
    read = read_editing(tmp_path / "editing.safetensors", mono.config)
    assert read.instruments == ("Drums", "Gayageum")
    assert read.longest == 20
    assert all(torch.equal(read.tensors[name], tensor) for name, tensor in begun.tensors.items())


def test_an_editor_without_text_fusion_is_one_too(begun, mono, tmp_path):
    heard = {name: each for name, each in begun.tensors.items() if not name.startswith(("query", "value"))}
    EditingWeights(heard).save(tmp_path / "editing.safetensors")
    assert not read_editing(tmp_path / "editing.safetensors", mono.config).reads_instructions


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gates": None}, "is missing"),
        ({"merge.0": torch.zeros(3, 3)}, "should have shape"),
        ({"stranger": torch.zeros(1)}, "no part of an editor"),
        ({"gates": torch.tensor([1.0, torch.nan])}, "not all numbers"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(begun, mono, tmp_path, change, said):
    tensors = {name: each for name, each in (dict(begun.tensors) | change).items() if each is not None}
    save_file(tensors, tmp_path / "bad.safetensors")
    with pytest.raises(CheckpointError, match=said):
        read_editing(tmp_path / "bad.safetensors", mono.config)


def test_a_file_of_something_else_is_refused(mono, tmp_path):
    (tmp_path / "bad.safetensors").write_bytes(b"not a safetensors file")
    with pytest.raises(CheckpointError, match="damaged"):
        read_editing(tmp_path / "bad.safetensors", mono.config)
