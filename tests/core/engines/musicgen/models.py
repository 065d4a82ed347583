"""How the tiny models are made: a few thousand weights, the shapes and keys of the real ones."""

from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import load_file
from transformers import (
    EncodecConfig,
    MusicgenConfig,
    MusicgenForConditionalGeneration,
    MusicgenMelodyConfig,
    MusicgenMelodyForConditionalGeneration,
    T5Config,
    T5Tokenizer,
)

Kind = Literal["mono", "stereo", "melody"]
VOCABULARY = 64
WORDS = ("▁lofi", "▁jazz", "▁calm", "▁piano", "▁fast", "▁drums")


def save_tiny(kind: Kind, folder: Path) -> None:
    """A model of that kind and its tokenizer, saved by transformers."""
    model = tiny(kind)
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)


def tiny(kind: Kind):
    torch.manual_seed({"mono": 1, "stereo": 2, "melody": 3}[kind])
    decoder = {
        "vocab_size": VOCABULARY,
        "pad_token_id": VOCABULARY,
        "bos_token_id": VOCABULARY,
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "ffn_dim": 96,
        "num_codebooks": 8 if kind == "stereo" else 4,
        "audio_channels": 2 if kind == "stereo" else 1,
        # Weights this large make the predictions differ from one another by more than rounding.
        "initializer_factor": 0.2,
    }
    parts = {"text_encoder": text_encoder(), "audio_encoder": codec(), "decoder": decoder}
    if kind == "melody":
        config = MusicgenMelodyConfig(**parts, chroma_length=20)
        model = MusicgenMelodyForConditionalGeneration(config)
    else:
        model = MusicgenForConditionalGeneration(MusicgenConfig(**parts))
    with torch.no_grad():
        for name, buffer in model.audio_encoder.named_buffers():
            if name.endswith("codebook.embed"):
                buffer.normal_()
    settings = model.generation_config
    settings.pad_token_id = settings.bos_token_id = settings.decoder_start_token_id = VOCABULARY
    settings.do_sample, settings.guidance_scale, settings.max_length = False, 3.0, 1500
    return model.eval()


def text_encoder() -> dict:
    config = T5Config(vocab_size=32, d_model=48, d_kv=12, d_ff=64, num_layers=2, num_heads=4, initializer_factor=1.0)
    return config.to_dict()


def codec() -> dict:
    """Published settings, with fewer and narrower layers: 50 frames a second, 4 codebooks."""
    config = EncodecConfig(
        target_bandwidths=[1.2],
        sampling_rate=32000,
        audio_channels=1,
        normalize=False,
        chunk_length_s=None,
        overlap=None,
        hidden_size=16,
        num_filters=4,
        num_residual_layers=1,
        upsampling_ratios=[8, 5, 4, 4],
        norm_type="weight_norm",
        use_causal_conv=False,
        codebook_size=VOCABULARY,
        codebook_dim=16,
        use_conv_shortcut=False,
    )
    return config.to_dict()


def tokenizer() -> T5Tokenizer:
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    return T5Tokenizer(vocab=pieces + [(word, -5.0) for word in WORDS], extra_ids=0)


def audiocraft_state(kind: Kind, folder: Path) -> dict:
    """The same weights as audiocraft exports them: its names, fused projections and settings."""
    theirs = load_file(folder / "model.safetensors")
    state = {}
    renamed = {
        "embed_tokens": "emb",
        "layers": "transformer.layers",
        "self_attn_layer_norm": "norm1",
        "encoder_attn_layer_norm": "norm_cross",
        "final_layer_norm": "norm2",
        "encoder_attn": "cross_attention",
        "fc1": "linear1",
        "fc2": "linear2",
        "layer_norm": "out_norm",
    }
    for key, tensor in theirs.items():
        if key.startswith("decoder.model.decoder."):
            parts = [renamed.get(part, part) for part in key.removeprefix("decoder.model.decoder.").split(".")]
            state[".".join(parts)] = tensor
        elif key.startswith("decoder.lm_heads."):
            state[key.replace("decoder.lm_heads", "linears")] = tensor
    for key in [key for key in state if key.endswith("q_proj.weight")]:
        base = key.removesuffix("q_proj.weight")
        thirds = [state.pop(f"{base}{name}_proj.weight") for name in "qkv"]
        state[f"{base}in_proj_weight"] = torch.cat(thirds)
    for ours, name in (("description", "enc_to_dec_proj"), ("self_wav", "audio_enc_to_dec_proj")):
        for part in ("weight", "bias"):
            if f"{name}.{part}" in theirs:
                state[f"condition_provider.conditioners.{ours}.output_proj.{part}"] = theirs[f"{name}.{part}"]
    stereo = "true" if kind == "stereo" else "false"
    settings = f"transformer_lm:\n  num_heads: 4\ninterleave_stereo_codebooks:\n  use: {stereo}\n"
    return {"best_state": state, "xp.cfg": settings, "version": "1.3.0", "exported": True}


def audiocraft_codec(folder: Path) -> dict:
    """The codec as audiocraft exports it."""
    state = {}
    for key, tensor in load_file(folder / "model.safetensors").items():
        if not key.startswith("audio_encoder."):
            continue
        name = key.removeprefix("audio_encoder.")
        name = name.replace("parametrizations.weight.original0", "weight_g")
        name = name.replace("parametrizations.weight.original1", "weight_v")
        name = name.replace("quantizer.layers.", "quantizer.vq.layers.").replace(".codebook.", "._codebook.")
        transposed = name.startswith("decoder.layers.") and name.split(".")[2] in ("3", "6", "9", "12")
        name = name.replace("encoder.layers.", "encoder.model.").replace("decoder.layers.", "decoder.model.")
        double = ".convtr.convtr." if transposed and ".block." not in name else ".conv.conv."
        state[name.replace(".conv.", double)] = tensor
    return {"best_state": state, "version": "1.3.0", "exported": True}
