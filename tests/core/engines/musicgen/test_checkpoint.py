"""Checkpoints: both formats, and what is said of those that cannot be used."""

import pickle
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.tensors import CheckpointError
from tests.core.engines.musicgen.fixtures import KINDS
from tests.core.engines.musicgen.models import audiocraft_state


@pytest.mark.parametrize("kind", KINDS)
def test_both_formats_hold_the_same_decoder(kind, folders, tmp_path):
    torch.save(audiocraft_state(kind, folders[kind]), tmp_path / "state_dict.bin")
    theirs, ours = read_checkpoint(tmp_path), read_checkpoint(folders[kind])
    assert theirs.layout == "audiocraft"
    assert ours.layout == "transformers"
    assert theirs.decoder.keys() == ours.decoder.keys()
    for name, tensor in ours.decoder.items():
        assert torch.equal(theirs.decoder[name], tensor), name
    assert theirs.config.delays == ours.config.delays
    assert theirs.config.prefix == ours.config.prefix
    assert theirs.config.size == ours.config.size


def test_weights_in_torchs_own_format_are_read(folders, tmp_path):
    shutil.copytree(folders["mono"], tmp_path / "old")
    weights = tmp_path / "old" / "model.safetensors"
    torch.save(load_file(weights), tmp_path / "old" / "pytorch_model.bin")
    weights.unlink()
    expected = read_checkpoint(folders["mono"]).decoder
    assert all(
        torch.equal(expected[name], tensor) for name, tensor in read_checkpoint(tmp_path / "old").decoder.items()
    )


@pytest.fixture
def copy(folders, tmp_path):
    shutil.copytree(folders["mono"], tmp_path / "copy")
    return tmp_path / "copy"


def test_a_tensor_of_another_shape_is_named_with_its_file_and_the_shape_expected(copy):
    weights = load_file(copy / "model.safetensors")
    weights["decoder.model.decoder.layers.1.fc1.weight"] = torch.zeros(3, 5)
    save_file(weights, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(CheckpointError, match=r"model\.safetensors.*layers\.1\.fc1\.weight.*\[96, 64\].*\[3, 5\]"):
        read_checkpoint(copy)


def test_a_missing_tensor_is_named(copy):
    weights = load_file(copy / "model.safetensors")
    del weights["decoder.lm_heads.2.weight"]
    save_file(weights, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(CheckpointError, match=r"decoder\.lm_heads\.2\.weight.*\[64, 64\]"):
        read_checkpoint(copy)


def test_a_truncated_file_is_named(copy):
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CheckpointError, match=r"model\.safetensors.*damaged"):
        read_checkpoint(copy)


def test_another_kind_of_model_is_named(copy):
    (copy / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(CheckpointError, match="llama"):
        read_checkpoint(copy)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(CheckpointError, match="neither"):
        read_checkpoint(tmp_path)


class Evil:
    def __reduce__(self):
        return (print, ("run",))


def test_a_pickle_that_would_run_code_is_refused(tmp_path, capsys):
    with (tmp_path / "state_dict.bin").open("wb") as file:
        pickle.dump(Evil(), file)
    with pytest.raises(CheckpointError, match=r"state_dict\.bin"):
        read_checkpoint(tmp_path)
    torch.save({"best_state": Evil()}, tmp_path / "state_dict.bin")
    with pytest.raises(CheckpointError, match="more than plain data"):
        read_checkpoint(tmp_path)
    assert "run" not in capsys.readouterr().out
