"""The style conditioner against the published formulas, written out with plain modules of torch."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from core.engines.musicgen.style.conditioner import KEYS, StyleConditioner
from tests.core.engines.musicgen.style.published import DEPTH, STREAMS, WIDTH, Ear, style_state

CPU = torch.device("cpu")
FRAMES = 224


def tensors_of(ear: Ear) -> dict[str, Tensor]:
    return {key.removeprefix(KEYS): value for key, value in style_state(ear).items() if key.startswith(KEYS)}


def features_of(ear: Ear) -> Tensor:
    noise = torch.Generator().manual_seed(2)
    if ear == "mert":
        return torch.randn(FRAMES, 24, generator=noise)
    return torch.randint(0, 64, (4, FRAMES), generator=noise)


def published(tensors: dict[str, Tensor], features: Tensor, streams: int) -> Tensor:
    """Rouard et al., section 3: embed, transformer (pre-norm, no biases), batch norm, RVQ, every 15th, project."""
    if "embed.weight" in tensors:
        hidden = features @ tensors["embed.weight"].T + tensors["embed.bias"]
    else:
        hidden = sum(tensors[f"embed.{book}.weight"][features[book]] for book in range(3))
    half = WIDTH // 2
    places = torch.arange(len(hidden))[:, None] / 10000 ** (torch.arange(half) / (half - 1))
    hidden = (hidden + torch.cat([places.cos(), places.sin()], 1))[None]
    for index in range(DEPTH):
        base = f"transformer.layers.{index}."
        layer = nn.TransformerEncoderLayer(
            WIDTH, WIDTH // 64, 4 * WIDTH, 0.0, "gelu", batch_first=True, norm_first=True, bias=False
        )
        layer.load_state_dict(
            {key.removeprefix(base): value for key, value in tensors.items() if key.startswith(base)}
            | {"self_attn.in_proj_weight": tensors[f"{base}self_attn.in_proj_weight"]},
            strict=False,
        )
        normed = nn.functional.layer_norm(
            hidden, (WIDTH,), tensors[f"{base}norm1.weight"], tensors[f"{base}norm1.bias"]
        )
        hidden = hidden + layer.self_attn(normed, normed, normed, need_weights=False)[0]
        normed = nn.functional.layer_norm(
            hidden, (WIDTH,), tensors[f"{base}norm2.weight"], tensors[f"{base}norm2.bias"]
        )
        hidden = hidden + layer.linear2(nn.functional.gelu(layer.linear1(normed)))
    norm = nn.BatchNorm1d(WIDTH, affine=False).eval()
    norm.load_state_dict({key[11:]: value for key, value in tensors.items() if key.startswith("batch_norm.")})
    rest = norm(hidden[0])
    total = torch.zeros_like(rest)
    for stream in range(streams):
        codebook = tensors[f"rvq.vq.layers.{stream}._codebook.embed"]
        found = codebook[torch.cdist(rest, codebook).argmin(1)]
        rest, total = rest - found, total + found
    return total[::15] @ tensors["output_proj.weight"].T + tensors["output_proj.bias"]


@pytest.mark.parametrize("ear", ["mert", "encodec"])
@pytest.mark.parametrize("streams", range(1, STREAMS + 1))
def test_states_are_those_of_the_published_formulas(ear: Ear, streams: int) -> None:
    tensors, features = tensors_of(ear), features_of(ear)
    states = StyleConditioner(tensors, CPU).states(features, streams)
    assert states.shape == (math.ceil(FRAMES / 15), 64)
    torch.testing.assert_close(states, published(tensors, features, streams), atol=2e-5, rtol=1e-4)


def test_more_streams_come_nearer_to_what_was_heard() -> None:
    tensors = tensors_of("mert")
    tensors["rvq.vq.layers.1._codebook.embed"] *= 0.3
    conditioner = StyleConditioner(tensors, CPU)
    heard = conditioner.codebook(0)[:8] + conditioner.codebook(1)[:8]
    errors = [(heard - conditioner.quantise(heard, streams).states).norm() for streams in (1, 2)]
    assert errors[1] < errors[0]


def test_a_stream_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="7 of 6"):
        StyleConditioner(tensors_of("mert"), CPU).quantise(torch.zeros(1, WIDTH), 7)
