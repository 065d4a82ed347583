"""Which models the full depth reads with, and whether they can be used: told without loading any."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from core.text.full.models import (
    PUBLISHED,
    ROLES,
    FullModels,
    ModelsUnusable,
    check,
    folder_of,
    is_wanted,
    text_downloads,
)


def everything_installed(_package):
    return True


def place(folder):
    """What a model's folder looks like from outside."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    save_file({"weights": np.zeros(100, np.float32)}, folder / "model.safetensors")


@pytest.fixture
def placed(tmp_path):
    for _, named in FullModels().named():
        place(folder_of(named, tmp_path))
    return tmp_path


def problem(models, chosen=None, installed=everything_installed):
    with pytest.raises(ModelsUnusable) as caught:
        check(chosen or FullModels(), models, installed)
    return caught.value.words


def test_models_that_were_placed_by_hand_can_be_used(placed):
    check(FullModels(), placed, everything_installed)


def test_without_torch_the_extra_is_named(placed):
    assert "torch, transformers" in problem(placed, installed=lambda package: package == "sentencepiece").en


def test_a_model_that_is_missing_is_named_with_the_command_that_fetches_it(placed):
    folder = folder_of(FullModels().translator, placed)
    folder.rename(folder.with_name("elsewhere"))
    words = problem(placed)
    assert FullModels().translator in words.en
    assert "textunes download text" in words.en
    assert "textunes download text" in words.ko


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_file_that_is_missing_is_noticed(placed, name):
    (folder_of(FullModels().encoder, placed) / name).unlink()
    assert FullModels().encoder in problem(placed).en


def test_weights_that_were_cut_short_are_noticed(placed):
    weights = folder_of(FullModels().encoder, placed) / "model.safetensors"
    os.truncate(weights, weights.stat().st_size - 1)
    assert "model.safetensors is damaged" in problem(placed).en


def test_weights_that_are_something_else_are_noticed(placed):
    (folder_of(FullModels().encoder, placed) / "model.safetensors").write_bytes(b"<html>not found</html>" * 9)
    assert "model.safetensors is damaged" in problem(placed).en


def test_a_part_of_the_weights_that_is_missing_is_named(placed):
    folder = folder_of(FullModels().encoder, placed)
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    parts = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))
    assert "no model-00002-of-00002.safetensors" in problem(placed).en


def test_a_folder_of_ones_own_can_be_named(placed, tmp_path_factory):
    own = tmp_path_factory.mktemp("own") / "encoder"
    place(own)
    chosen = FullModels(encoder=str(own))
    check(chosen, placed, everything_installed)
    assert str(own) not in [model.repository for model in text_downloads(chosen, placed)]


def test_every_default_has_its_size_and_licence_stated():
    assert {named for _, named in FullModels().named()} <= PUBLISHED.keys()
    assert all(model.size > 10**8 and model.licence for model in text_downloads(FullModels(), Path()))
    assert len(ROLES) == len(FullModels.model_fields)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("config.json", True),
        ("model.safetensors", True),
        ("pytorch_model.bin", True),
        ("source.spm", True),
        ("sentencepiece.bpe.model", True),
        ("merges.txt", True),
        ("1_Pooling/config.json", True),
        ("onnx/model.onnx", False),
        ("openvino/config.json", False),
        ("training_args.bin", False),
        ("optimizer.bin", False),
        ("tf_model.h5", False),
        ("modeling_own.py", False),
        ("../config.json", False),
    ],
)
def test_only_what_reading_needs_is_fetched(name, wanted):
    assert is_wanted(name) is wanted
