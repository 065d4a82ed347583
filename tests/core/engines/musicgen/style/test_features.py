"""MERT, loaded as the HuBERT that it is built like: no code of others is run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import HubertConfig, HubertModel

from core.engines.musicgen.style.features import MertFeatures
from core.errors import EngineUnavailable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    config = HubertConfig(
        hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, conv_dim=(8,) * 7,
        num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
    )  # fmt: skip
    HubertModel(config).save_pretrained(tmp_path)
    settings = json.loads((tmp_path / "config.json").read_text())
    settings |= {"model_type": "mert_model", "auto_map": {"AutoModel": "modeling_MERT.MERTModel"}, "deepnorm": False}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    return tmp_path


def test_three_seconds_are_224_frames(folder: Path) -> None:
    features = MertFeatures(folder, torch.device("cpu"))(np.ones(3 * 32_000, np.float32), 32_000)
    assert features.shape == (224, 24)


def test_it_hears_what_hubert_hears(folder: Path) -> None:
    sound = np.random.default_rng(1).standard_normal(24_000).astype(np.float32)
    settings = {k: v for k, v in json.loads((folder / "config.json").read_text()).items() if k != "model_type"}
    model = HubertModel.from_pretrained(folder, config=HubertConfig(**settings)).eval()
    with torch.inference_mode():
        expected = model(torch.from_numpy(sound)[None]).last_hidden_state[0]
    torch.testing.assert_close(MertFeatures(folder, torch.device("cpu"))(sound, 24_000), expected)


def test_another_mert_is_refused(folder: Path) -> None:
    settings = json.loads((folder / "config.json").read_text()) | {"deepnorm": True}
    (folder / "config.json").write_text(json.dumps(settings))
    with pytest.raises(EngineUnavailable, match="another MERT"):
        MertFeatures(folder, torch.device("cpu"))
