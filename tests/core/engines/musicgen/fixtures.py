"""Tiny MusicGen models with random weights, built by transformers' own classes and saved as they are published."""

from pathlib import Path

import pytest
import torch

from core.engines.musicgen.checkpoint import Checkpoint, read_checkpoint
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.linear import Kernels
from tests.core.engines.musicgen.models import Kind, save_tiny

KINDS: tuple[Kind, ...] = ("mono", "stereo", "melody")


@pytest.fixture(autouse=True)
def one_thread():
    """Tests run beside each other; threads of one would spin in the way of the others."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def folders(tmp_path_factory) -> dict[Kind, Path]:
    """A folder for each kind of published checkpoint."""
    base = tmp_path_factory.mktemp("checkpoints")
    for kind in KINDS:
        save_tiny(kind, base / kind)
    return {kind: base / kind for kind in KINDS}


@pytest.fixture(scope="session")
def mono(folders) -> Checkpoint:
    return read_checkpoint(folders["mono"])


@pytest.fixture(scope="session")
def decoder(mono) -> Decoder:
    return Decoder(mono.config, mono.decoder, Kernels("fp32", torch.device("cpu")))
