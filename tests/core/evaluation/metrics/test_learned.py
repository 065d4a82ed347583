"""Measures that need weights, with small ones of the right shape."""

import os

import numpy as np
import pytest

if "torch" not in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
    pytest.importorskip("torch", reason="needs the extra “musicgen”")
    pytest.importorskip("transformers", reason="needs the extra “musicgen”")

import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, ClapProcessor, RobertaTokenizer

from core.engines.musicgen.tensors import CheckpointError
from core.errors import EngineUnavailable
from core.evaluation.metrics.clap import Clap
from core.evaluation.metrics.encodec import EncodecEmbedding
from core.evaluation.metrics.vggish import VGGish, network
from tests.core.evaluation.metrics.sounds import RATE, wave


def test_vggish_reads_the_converted_weights_and_hears_0_96_seconds_at_a_time(tmp_path):
    torch.manual_seed(1)
    theirs = network()
    torch.save(theirs.state_dict(), tmp_path / "vggish.pth")
    names = set(theirs.state_dict())
    assert {"features.0.weight", "features.13.bias", "embeddings.4.weight"} <= names
    ear = VGGish(tmp_path / "vggish.pth")
    assert ear(wave(1, 3 * RATE), RATE).shape == (3, 128)
    assert np.array_equal(ear(wave(1), RATE), ear(wave(1), RATE))


def test_what_is_no_vggish_is_refused(tmp_path):
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError, match="VGGish"):
        VGGish(tmp_path / "other.pth")


@pytest.fixture(scope="module")
def clap_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clap")
    torch.manual_seed(2)
    text = {"vocab_size": 300, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
            "intermediate_size": 16, "max_position_embeddings": 64}  # fmt: skip
    audio = {"patch_embeds_hidden_size": 8, "depths": [1, 1], "num_attention_heads": [1, 2], "hidden_size": 16,
             "num_hidden_layers": 2, "enable_fusion": False}  # fmt: skip
    ClapModel(ClapConfig(text_config=text, audio_config=audio, projection_dim=8)).save_pretrained(folder)
    bpe = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    bpe.train_from_iterator(["calm jazz piano"], vocab_size=280, special_tokens=special)
    bpe.save_model(str(folder))
    tokenizer = RobertaTokenizer.from_pretrained(folder)
    ClapProcessor(ClapFeatureExtractor(truncation="rand_trunc"), tokenizer).save_pretrained(folder)
    return folder


def test_the_clap_score_is_the_cosine_that_transformers_has(clap_folder):
    clap = Clap(clap_folder)
    sound = wave(1)
    given = clap._processor(text=["calm jazz"], audio=[np.repeat(sound, 6)], sampling_rate=48_000, return_tensors="pt")
    with torch.inference_mode():
        out = clap._model(**given)
    expected = float((out.audio_embeds @ out.text_embeds.T)[0, 0])
    assert clap.score([np.repeat(sound, 6)], 48_000, ["calm jazz"]) == pytest.approx(expected, abs=1e-5)
    assert clap(sound, RATE).shape == (1, 8)


def test_a_folder_without_clap_is_named(tmp_path):
    with pytest.raises(EngineUnavailable, match="CLAP"):
        Clap(tmp_path)


def test_the_codec_gives_a_vector_a_second():
    class Codec:
        def encode(self, samples):
            return samples[:, ::640].repeat(4, 1)

        def embed(self, codes):
            return codes[None, :3]

    vectors = EncodecEmbedding(Codec())(wave(1, 3 * RATE), RATE)
    assert vectors.shape == (3, 3)
