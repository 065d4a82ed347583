"""The adapter learns with torch and is used without."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra “musicgen” (torch)")

from safetensors.torch import load_file  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from core.text.affect import Affect  # noqa: E402
from core.text.minilm import MiniLM, installed_folder  # noqa: E402
from core.text.tables import read_model  # noqa: E402
from core.text.training.adapter import Listener, batches, learned_tensors, padded, train  # noqa: E402

TEXTS = ["I love this day.", "He hates it.", "The form has two pages, and a line for the date.", "They won!"]


@pytest.fixture(scope="module")
def tokens():
    tokenizer = Tokenizer.from_file(str(installed_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    return [encoding.ids for encoding in tokenizer.encode_batch(TEXTS)]


@pytest.fixture(scope="module")
def trained(tokens):
    torch.manual_seed(0)
    listener = Listener(load_file(installed_folder() / "model.safetensors"))
    wanted = torch.tensor([[2.0, 1.0], [-2.0, 1.0], [0.0, -2.0], [1.5, 1.5]])
    return listener, list(train(listener, tokens, wanted, epochs=12))


def test_it_learns(trained):
    _, losses = trained
    assert losses[-1] < losses[0] / 2


def test_the_reader_hears_what_was_trained(trained, tokens):
    listener, _ = trained
    middle, spread = np.array([3.0, 3.0]), np.array([0.5, 0.25])
    found = {name: tensor.float().numpy() for name, tensor in learned_tensors(listener, middle, spread).items()}
    affect = Affect(read_model("affect_en.safetensors"), found)
    vectors = MiniLM.installed(found).encode(TEXTS)
    listener.eval()
    with torch.inference_mode():
        wanted = listener(*padded(tokens)).numpy() * spread + middle
    assert np.allclose(affect.listened(vectors), wanted, atol=2e-3)


def test_batches_hold_every_row_once():
    cut = batches([[1] * length for length in range(1, 200)], np.random.default_rng(0))
    assert sorted(row for batch in cut for row in batch) == list(range(199))
