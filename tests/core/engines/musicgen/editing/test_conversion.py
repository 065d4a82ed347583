"""Conversion of the published checkpoint, and of files that only look like it."""

import collections
import functools
import os
import sys
import types
import zipfile
from pathlib import Path

import pytest
import torch

from core.engines.musicgen.editing import lightning_file
from core.engines.musicgen.editing.conversion import ConversionFailed, convert
from core.engines.musicgen.editing.weights import FILE, read_editing
from core.engines.musicgen.tensors import CheckpointError
from tests.core.engines.musicgen.editing.test_fusion import trained

TRANSFORMER = "model.peft_model.lm.transformer.base_model.model.layers"


@pytest.fixture(scope="module")
def repository():
    """Classes of the repository, which the settings in the checkpoint name."""
    names = ("src", "src.models", "src.models.components", "src.models.components.model")
    modules = {name: types.ModuleType(name) for name in names}
    instructor = type("Instructor", (), {"__module__": names[-1]})
    modules[names[-1]].Instructor = instructor
    sys.modules.update(modules)
    yield instructor
    for name in names:
        del sys.modules[name]


def published(weights, instructor, **more):
    """A checkpoint as Lightning saves the module: adapters among everything else, and settings that name classes."""
    state = collections.OrderedDict()
    state["model.peft_model.lm.emb.0.weight"] = torch.zeros(3, 4)
    state["model.cp_transformer.pos_emb"] = weights["positions"]
    state["model.cp_transformer.gates"] = torch.nn.Parameter(weights["gates"])
    for layer in range(len(weights["gates"])):
        state[f"model.cp_transformer.merge_linear.{layer}.weight"] = weights[f"merge.{layer}"]
        state[f"model.cp_transformer.layers.{layer}.self_attn.in_proj_weight"] = torch.zeros(2, 2)
        for ours, theirs in (("query", "q_proj"), ("value", "v_proj")):
            place = f"{TRANSFORMER}.{layer}.cross_attention.{theirs}"
            state[f"{place}.base_layer.weight"] = torch.zeros(2, 2)
            state[f"{place}.lora_A.default.weight"] = weights[f"{ours}.{layer}.down"]
            state[f"{place}.lora_B.default.weight"] = weights[f"{ours}.{layer}.up"]
    return {
        "epoch": 161,
        "pytorch-lightning_version": "2.2.0",
        "state_dict": state,
        "loops": {"fit_loop": collections.defaultdict(dict)},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(2)}}}],
        "hyper_parameters": {
            "instructor": functools.partial(instructor, sec=5, num_layers=48, latent_dim=2048),
            "optimizer": functools.partial(torch.optim.AdamW, lr=1e-4),
        },
        **more,
    }


@pytest.fixture
def weights(mono):
    return trained(mono.config).tensors


def test_the_published_layout_is_converted(mono, weights, repository, tmp_path):
    torch.save(published(weights, repository), tmp_path / "finetuned.ckpt")
    path, found = convert(tmp_path / "finetuned.ckpt", tmp_path / "musicgen-large")
    assert path == tmp_path / "musicgen-large" / FILE
    assert found.instruments == ("Drums", "Bass", "Piano", "Guitar")
    read = read_editing(path, mono.config)
    assert read.tensors.keys() == weights.keys()
    assert all(torch.equal(read.tensors[name], tensor) for name, tensor in weights.items())
    assert [each.name for each in path.parent.iterdir()] == [FILE]


def test_half_precision_and_a_missing_text_fusion_are_kept_as_they_are(weights, repository, tmp_path):
    half = {name: tensor.half() for name, tensor in weights.items()}
    checkpoint = published(half, repository)
    for key in [key for key in checkpoint["state_dict"] if "lora" in key]:
        del checkpoint["state_dict"][key]
    torch.save(checkpoint, tmp_path / "it.ckpt")
    _, found = convert(tmp_path / "it.ckpt", tmp_path)
    assert not found.reads_instructions
    assert found.tensors["positions"].dtype == torch.float16


class Harmful:
    def __init__(self, call, *arguments):
        self.reduced = call, arguments

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize(
    ("call", "argument"),
    [(os.system, "touch {}"), (eval, "open('{}', 'w')"), (exec, "open('{}', 'w')")],
)
def test_a_checkpoint_that_calls_something_is_refused_and_nothing_is_run(weights, repository, tmp_path, call, argument):
    mark = tmp_path / "harmed"
    torch.save(published(weights, repository, callbacks=Harmful(call, argument.format(mark))), tmp_path / "it.ckpt")
    with pytest.raises(ConversionFailed, match="may be harmful") as refused:
        convert(tmp_path / "it.ckpt", tmp_path / "out")
    assert call.__name__ in refused.value.words.en
    assert "실행하지 않았습니다" in refused.value.words.ko
    assert not mark.exists()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_call_hidden_behind_an_allowed_package_makes_an_empty_shell(weights, repository, tmp_path):
    torch.save(published(weights, repository, callbacks=Harmful(repository, "anything")), tmp_path / "it.ckpt")
    convert(tmp_path / "it.ckpt", tmp_path)
    assert (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda checkpoint: checkpoint.pop("state_dict"), "state_dict"),
        (lambda checkpoint: checkpoint["state_dict"].pop("model.cp_transformer.gates"), "gates"),
    ],
)
def test_a_checkpoint_of_something_else_is_named_as_that(weights, repository, tmp_path, change, said):
    checkpoint = published(weights, repository)
    change(checkpoint)
    torch.save(checkpoint, tmp_path / "it.ckpt")
    with pytest.raises(ConversionFailed, match=f"holds no “{said}”"):
        convert(tmp_path / "it.ckpt", tmp_path)


def test_tensors_that_are_no_numbers_are_not_kept(weights, repository, tmp_path):
    ill = dict(weights) | {"gates": torch.full_like(weights["gates"], torch.nan)}
    torch.save(published(ill, repository), tmp_path / "it.ckpt")
    with pytest.raises(CheckpointError, match="not all numbers"):
        convert(tmp_path / "it.ckpt", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_damaged_files_are_refused(weights, repository, tmp_path):
    torch.save(published(weights, repository), tmp_path / "it.ckpt")
    whole = (tmp_path / "it.ckpt").read_bytes()
    for name, data in (("cut.ckpt", whole[: len(whole) // 2]), ("empty.ckpt", b""), ("text.ckpt", b"hello")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ConversionFailed, match="damaged"):
            convert(tmp_path / name, tmp_path)


def test_a_packed_storage_is_no_storage_of_torch(weights, repository, tmp_path):
    """A zip bomb needs compression, and torch stores tensors as they are."""
    torch.save(published(weights, repository), tmp_path / "it.ckpt")
    with (
        zipfile.ZipFile(tmp_path / "it.ckpt") as plain,
        zipfile.ZipFile(tmp_path / "packed.ckpt", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    with pytest.raises(ConversionFailed, match="damaged"):
        convert(tmp_path / "packed.ckpt", tmp_path)


def test_the_reader_imports_nothing_of_ours_and_no_torch():
    source = Path(lightning_file.__file__).read_text()
    assert "import torch" not in source
    assert "from core" not in source
