"""Fusion: what an editor adds to the shared decoder."""

import dataclasses

import pytest
import torch
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention, softmax

from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import KVCache, positions_for
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Crossing
from core.engines.musicgen.editing.fusion import AudioFusion
from core.engines.musicgen.editing.text_fusion import TextFusion
from core.engines.musicgen.editing.weights import EditingWeights, shapes, untrained
from core.engines.musicgen.sampling import Sampling

LARGE = DecoderConfig(size=2048, layers=48, heads=32, inner=8192, codebooks=4)


def trained(config, seed=1):
    """An editor whose gates and low-rank matrices are not zero."""
    dice = torch.Generator().manual_seed(seed)
    begun = untrained(config, longest=60, rank=4)
    tensors = {
        name: torch.randn(tensor.shape, generator=dice) * 0.2 if "up" in name or name == "gates" else tensor
        for name, tensor in begun.tensors.items()
    }
    return EditingWeights(tensors)


def condition(decoder, weights, codes, text):
    plain = decoder.condition(text, reading=TextFusion.of(decoder, weights))
    return dataclasses.replace(plain, hearing=AudioFusion(decoder, weights).of(codes))


@pytest.fixture(scope="module")
def codes(decoder):
    dice = torch.Generator().manual_seed(3)
    return torch.randint(0, decoder.config.vocabulary, (4, 20), generator=dice)


@pytest.fixture(scope="module")
def text():
    return torch.randn(5, 48, generator=torch.Generator().manual_seed(4))


def made(decoder, *jobs):
    batcher = Batcher(decoder, 3, positions_for(decoder.config))
    for job in jobs:
        batcher.add(job)
    found = {}
    while not batcher.idle:
        for update in batcher.step():
            if isinstance(update, Finished):
                found[update.id] = update.codes
    return found


def test_an_editor_of_the_large_model_has_264_2_million_weights():
    begun = untrained(LARGE, device="meta")
    assert round(sum(tensor.numel() for tensor in begun.tensors.values()) / 1e6, 1) == 264.2
    assert dict(shapes(LARGE))["positions"] == (49, 501, 2048)


def test_with_gates_of_zero_the_decoder_is_musicgen_bit_for_bit(decoder, codes, text):
    begun = untrained(decoder.config, longest=60, rank=4)
    plain = Job("it", decoder.condition(text), 20, Sampling(), seed=5)
    edited = dataclasses.replace(plain, condition=condition(decoder, begun, codes, text))
    assert torch.equal(made(decoder, plain)["it"], made(decoder, edited)["it"])
    assert all(torch.equal(a, b) for a, b in zip(plain.condition.values, edited.condition.values, strict=True))
    assert torch.equal(first_logits(decoder, plain.condition), first_logits(decoder, edited.condition))


def first_logits(decoder, given, column=None):
    cache = KVCache(decoder.config, 1, 8, decoder.heard_dtype, decoder.device)
    start = torch.full((1, 4), decoder.config.start) if column is None else column
    states = decoder.embed(start, torch.tensor([0]))
    with torch.inference_mode():
        return decoder.step(states, cache, [0], [0], Crossing([given]))[0]


def test_an_edit_is_the_same_alone_and_beside_other_requests(decoder, codes, text):
    weights = trained(decoder.config)
    edit = Job("edit", condition(decoder, weights, codes, text), 20, Sampling(top_k=20), seed=5)
    other = dataclasses.replace(edit, id="other", condition=condition(decoder, weights, codes.flip(1), text), frames=17)
    plain = Job("plain", decoder.condition(text), 23, Sampling(), seed=6)
    together = made(decoder, other, edit, plain)
    for job in (edit, other, plain):
        assert torch.equal(together[job.id], made(decoder, job)[job.id]), job.id
    unheard = dataclasses.replace(edit, condition=plain.condition)
    assert not torch.equal(together["edit"], made(decoder, unheard)["edit"])


def test_a_prompt_is_heard_with_the_recording_too(decoder, codes, text):
    weights = trained(decoder.config)
    edit = Job("it", condition(decoder, weights, codes, text), 20, Sampling(temperature=0), seed=5)
    whole = made(decoder, edit)["it"]
    resumed = made(decoder, dataclasses.replace(edit, prompt=whole[:, :12]))["it"]
    assert torch.equal(resumed, whole)


def test_it_is_what_the_formulas_say(decoder, mono, codes, text):
    """The whole of both fusions once more, as they are written down, for one position."""
    weights = trained(decoder.config)
    given = condition(decoder, weights, codes, text)
    column = torch.tensor([[1, 2, 3, 4]])
    found = first_logits(decoder, given, column)
    assert torch.allclose(found, literally(mono, weights, codes, text, column[0]), atol=1e-4)


def literally(mono, weights, codes, text, column):
    """Logits (2, codebooks, vocabulary) of the conditional and the null row at position 0."""
    config, own = mono.config, mono.decoder
    heads, size = config.heads, config.size
    tensors = weights.tensors
    state = linear(text, own["text.weight"].float(), own["text.bias"].float())
    tokens = torch.cat([codes, torch.full((4, 1), config.start)], dim=1)
    heard = sum(own["embeddings"][book][tokens[book]] for book in range(4))
    stream = tensors["positions"][0, : heard.shape[0]]
    start = sum(own["embeddings"][book][column[book]] for book in range(4))
    half = torch.cat([torch.ones(size // 2), torch.zeros(size // 2)])
    rows = (start + half).expand(2, -1)

    def norm(name, x):
        return layer_norm(x, (size,), own[f"{name}.weight"], own[f"{name}.bias"])

    def split(x):
        return x.view(len(x), heads, -1).transpose(0, 1)

    def joined(x):
        return x.transpose(0, 1).flatten(1)

    for i in range(config.layers):
        at = f"layers.{i}."
        placed = norm(at + "norm", stream) + linear(heard, tensors[f"merge.{i}"])
        placed = placed + tensors["positions"][i + 1, : heard.shape[0]]
        q_c, k_c, v_c = (split(part) for part in linear(placed, own[at + "qkv"]).chunk(3, dim=1))
        weight = (q_c @ k_c.transpose(1, 2) / config.head_size**0.5).masked_fill(
            torch.ones(len(heard), len(heard)).triu(1).bool(), -torch.inf
        )
        stream = stream + linear(joined(softmax(weight, -1) @ v_c), own[at + "out"])
        up = gelu(linear(norm(at + "inner_norm", stream), own[at + "up"]))
        stream = stream + linear(up, own[at + "down"])

        q, _, v = (split(part) for part in linear(norm(at + "norm", rows), own[at + "qkv"]).chunk(3, dim=1))
        # One position attends to itself alone, so its self-attention is its value.
        crossed = scaled_dot_product_attention(q + q_c[:, :1], k_c, v_c)
        rows = rows + linear(joined(v + tensors["gates"][i] * crossed), own[at + "out"])

        normed = norm(at + "cross_norm", rows)
        query = linear(normed, own[at + "cross_query"])
        query = query + 2 * linear(linear(normed, tensors[f"query.{i}.down"]), tensors[f"query.{i}.up"])
        key, value = linear(state, own[at + "cross_key_value"]).chunk(2, dim=1)
        value = value + 2 * linear(linear(state, tensors[f"value.{i}.down"]), tensors[f"value.{i}.up"])
        read = joined(scaled_dot_product_attention(split(query), split(key), split(value)))
        rows = rows + linear(read, own[at + "cross_out"]) * torch.tensor([[1.0], [0.0]])
        up = gelu(linear(norm(at + "inner_norm", rows), own[at + "up"]))
        rows = rows + linear(up, own[at + "down"])
    return linear(norm("norm", rows), own["heads"]).view(2, 4, -1)
