"""Tiny MusicGen models of audiocraft's own classes with random weights, exported as audiocraft exports them."""

from pathlib import Path

import torch
from audiocraft.models import MusicGen, builders
from omegaconf import OmegaConf
from transformers import T5Config, T5EncoderModel

from tests.core.engines.musicgen.models import tokenizer

VOCABULARY = 64
SECONDS = 4.0
"""The longest window of these models, in place of 30 s."""


def settings(*, stereo: bool, size: int = 64, layers: int = 2, heads: int = 4, vocabulary: int = VOCABULARY):
    """What audiocraft's configuration files say for a MusicGen model, with smaller sizes."""
    books = 8 if stereo else 4
    return OmegaConf.create(
        {
            "device": "cpu",
            "dtype": "float32",
            "dataset": {"segment_duration": 30},
            "lm_model": "transformer_lm",
            "compression_model": "encodec",
            "transformer_lm": {
                "n_q": books, "card": vocabulary, "dim": size, "num_heads": heads, "num_layers": layers,
                "hidden_scale": 4, "dropout": 0.0, "emb_lr": None, "activation": "gelu", "norm_first": True,
                "bias_ff": False, "bias_attn": False, "bias_proj": False, "past_context": None, "causal": True,
                "custom": False, "memory_efficient": True, "attention_as_float32": False, "layer_scale": None,
                "positional_embedding": "sin", "xpos": False, "checkpointing": "none", "weight_init": "gaussian",
                "depthwise_init": "current", "zero_bias_init": True, "norm": "layer_norm", "cross_attention": False,
                "qk_layer_norm": False, "qk_layer_norm_cross": False, "attention_dropout": None, "kv_repeat": 1,
                "two_step_cfg": False,
            },
            "codebooks_pattern": {
                "modeling": "delay",
                "delay": {"delays": [book // (2 if stereo else 1) for book in range(books)], "flatten_first": 0,
                          "empty_initial": 0},
            },
            "attribute_dropout": {},
            "classifier_free_guidance": {"training_dropout": 0.3, "inference_coef": 3.0},
            "fuser": {"cross_attention_pos_emb": False, "cross_attention_pos_emb_scale": 1, "sum": [], "prepend": [],
                      "cross": ["description"], "input_interpolate": []},
            "conditioners": {
                "description": {"model": "t5", "t5": {"name": "t5-base", "finetune": False, "word_dropout": 0.0,
                                                      "normalize_text": False}},
            },
            "interleave_stereo_codebooks": {"use": stereo},
            "encodec": {"autoencoder": "seanet", "quantizer": "rvq", "sample_rate": 32000, "channels": 1,
                        "causal": False, "renormalize": False},
            "seanet": {
                "dimension": 16, "channels": 1, "causal": False, "n_filters": 4, "n_residual_layers": 1,
                "ratios": [8, 5, 4, 4], "activation": "ELU", "activation_params": {"alpha": 1.0},
                "norm": "weight_norm", "norm_params": {}, "kernel_size": 7, "residual_kernel_size": 3,
                "last_kernel_size": 7, "dilation_base": 2, "pad_mode": "constant", "true_skip": True, "compress": 2,
                "lstm": 2, "disable_norm_outer_blocks": 0, "encoder": {}, "decoder": {"trim_right_ratio": 1.0,
                "final_activation": None, "final_activation_params": None},
            },
            "rvq": {"n_q": 4, "q_dropout": False, "bins": VOCABULARY, "decay": 0.99, "kmeans_init": False,
                    "kmeans_iters": 50, "threshold_ema_dead_code": 2, "orthogonal_reg_weight": 0.0,
                    "orthogonal_reg_active_codes_only": False},
        }
    )  # fmt: skip


def save_text_encoder(folder: Path) -> None:
    """A text encoder of T5's width; audiocraft finds it where the working folder holds it under its name."""
    torch.manual_seed(4)
    config = T5Config(vocab_size=32, d_model=768, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    T5EncoderModel(config).save_pretrained(folder / "t5-base")
    tokenizer().save_pretrained(folder / "t5-base")


def build(*, stereo: bool = False) -> MusicGen:
    """The working folder must hold a text encoder."""
    torch.manual_seed(3)
    config = settings(stereo=stereo)
    language = builders.get_lm_model(config).eval()
    with torch.no_grad():
        for name, weight in language.named_parameters():
            if weight.ndim == 2 and "conditioners" not in name:
                # Weights this large make predictions differ from one another by more than rounding.
                weight.normal_(std=0.2)
    codec = builders.get_compression_model(config).eval()
    for layer in codec.quantizer.vq.layers:
        layer._codebook.embed.normal_()
        layer._codebook.inited.fill_(True)
    # Its defaults are refused by a model whose windows are shorter than theirs.
    model = MusicGen("tiny", codec, language, max_duration=30.0)
    model.max_duration = SECONDS
    return model


def export(model: MusicGen, folder: Path, *, stereo: bool = False) -> None:
    """As audiocraft.utils.export writes a trained model."""
    config = OmegaConf.to_yaml(settings(stereo=stereo))
    for name, part in (("state_dict.bin", model.lm), ("compression_state_dict.bin", model.compression_model)):
        saved = {"best_state": part.state_dict(), "xp.cfg": config, "version": "1.3.0", "exported": True}
        torch.save(saved, folder / name)
