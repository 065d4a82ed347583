"""Our style conditioner beside audiocraft's own code: `python -m tests.reference.style CHECKOUT`.

CHECKOUT is a source tree of audiocraft's main branch (1.4.0a2; releases up to 1.3.0 have no style conditioner). Its
transformer and its residual quantiser are run as they are, with the settings of `config/conditioner/style2music.yaml`
and the sizes of the released model; einops, flashy and xformers must be installed, as audiocraft wants them. MERT is
left out on both sides: the features are random numbers of its shape.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

import torch

from core.engines.musicgen.style.conditioner import StyleConditioner

WIDTH, DEPTH, HEADS, STREAMS, BINS, FEATURES, SIZE = 512, 8, 8, 6, 1024, 768, 1536
FRAMES = 224


def audiocraft(checkout: str, name: str) -> ModuleType:
    """One of audiocraft's rooms, without what its package imports at its door (data loading, training)."""
    if "audiocraft" not in sys.modules:
        package = ModuleType("audiocraft")
        package.__path__ = [f"{checkout}/audiocraft"]
        sys.modules["audiocraft"] = package
    return import_module(f"audiocraft.{name}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(checkout: str) -> None:
    torch.manual_seed(1)
    transformer = audiocraft(checkout, "modules.transformer").StreamingTransformer(
        d_model=WIDTH, num_heads=HEADS, num_layers=DEPTH, dim_feedforward=4 * WIDTH, memory_efficient=True,
        activation="gelu", norm_first=True, causal=False, layer_scale=None, bias_ff=False, bias_attn=False,
    ).eval()  # fmt: skip
    quantiser = audiocraft(checkout, "quantization").ResidualVectorQuantizer(
        WIDTH, n_q=STREAMS, q_dropout=True, bins=BINS, threshold_ema_dead_code=0.1
    )
    quantiser.eval()
    norm = torch.nn.BatchNorm1d(WIDTH, affine=False).eval()
    embed, project = torch.nn.Linear(FEATURES, WIDTH), torch.nn.Linear(WIDTH, SIZE)
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2.0)
    for layer in quantiser.vq.layers:
        layer._codebook.embed.normal_()
        layer._codebook.inited.fill_(1)
    modules = {"embed": embed, "transformer": transformer, "batch_norm": norm, "rvq": quantiser, "output_proj": project}
    tensors = {f"{name}.{key}": value for name, module in modules.items() for key, value in module.state_dict().items()}
    ours = StyleConditioner(tensors, torch.device("cpu"))
    features = torch.randn(FRAMES, FEATURES)
    with torch.no_grad():
        theirs = norm(transformer(embed(features)[None]).transpose(1, 2))
        say(f"layers {ours.layers}, heads {ours.heads}, streams {ours.streams}, width {ours.width}")
        before = ours.normalise(ours.transform(ours.embed(features)))
        say(f"before the quantiser: largest difference {(before - theirs[0].T).abs().max():.2e}")
        for streams in range(1, STREAMS + 1):
            quantiser.set_num_codebooks(streams)
            found = quantiser(theirs, frame_rate=1.0)
            same = (ours.quantise(before, streams).entries == found.codes[0]).float().mean()
            states = project(found.x.transpose(1, 2)[:, ::15])[0]
            difference = (ours.states(features, streams) - states).abs().max()
            say(f"{streams} streams: {same:.4f} of the entries are the same, largest difference {difference:.2e}")


if __name__ == "__main__":
    main(sys.argv[1])
