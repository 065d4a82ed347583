"""Concepts in a batch: each request has its own, and the base model is never touched."""

import dataclasses

import pytest
import torch
from transformers import MusicgenForConditionalGeneration

from core.brief import Brief
from core.catalog import Catalog
from core.engines.engine import Concept, Failed, Request
from core.engines.musicgen.batcher import Batcher, Job
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.concepts.enhancement import enhanced
from core.engines.musicgen.concepts.file import read_concept
from core.engines.musicgen.concepts.placing import placed
from core.engines.musicgen.concepts.rack import Rack
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.delay import undelayed
from core.engines.musicgen.engine import MusicGen
from core.engines.musicgen.fingerprint import fingerprint
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.sampling import Sampling
from core.engines.musicgen.text import TextEncoder
from tests.core.engines.musicgen.concepts.learned import concept_file, tensors_for
from tests.core.engines.musicgen.test_batcher import POSITIONS, finish, job_of
from tests.core.engines.musicgen.test_engine import clip_of, events_of

CPU = torch.device("cpu")
KINDS = ("pivotal", "lora")


def learned(mono, kind, **made):
    return read_concept(concept_file(mono, kind, **made), mono.config, fingerprint(mono.decoder), CPU)


def with_concepts(job, *concepts):
    return dataclasses.replace(
        job, condition=dataclasses.replace(job.condition, shifts=tuple(c.shift for c in concepts))
    )


def codes_of(decoder, *jobs, slots=4):
    batcher = Batcher(decoder, slots, POSITIONS)
    for job in jobs:
        batcher.add(job)
    return {name: update.codes for name, update in finish(batcher).items()}


def tuned(mono, kind, **made):
    """A decoder whose own weights hold what the concept would add."""
    tensors, changed = tensors_for(mono.config, kind, **made), dict(mono.decoder)
    size = mono.config.size
    for layer in range(mono.config.layers):
        qkv = mono.decoder[f"layers.{layer}.qkv"].clone()
        if kind == "pivotal":
            flat = qkv[2 * size :].reshape(-1)
            flat[tensors[f"value.{layer}.places"].long()] += tensors[f"value.{layer}.changes"]
            qkv[2 * size :] = flat.view(size, size)
        else:
            qkv[:size] += tensors[f"query.{layer}.up"] @ tensors[f"query.{layer}.down"]
            qkv[2 * size :] += tensors[f"value.{layer}.up"] @ tensors[f"value.{layer}.down"]
        changed[f"layers.{layer}.qkv"] = qkv
    return Decoder(mono.config, changed, Kernels("fp32", CPU))


@pytest.mark.parametrize("kind", KINDS)
def test_a_concept_beside_the_weights_is_the_model_with_the_concept_in_its_weights(mono, decoder, kind):
    job = job_of(decoder, frames=16, temperature=0.0)
    beside = codes_of(decoder, with_concepts(job, learned(mono, kind)))["it"]
    within = codes_of(tuned(mono, kind), job)["it"]
    assert torch.equal(beside, within)
    assert not torch.equal(beside, codes_of(decoder, job)["it"])


def test_rows_with_different_concepts_share_a_batch_and_each_is_as_it_is_alone(mono, decoder):
    zither, drums = learned(mono, "pivotal", seed=1), learned(mono, "lora", seed=2)
    jobs = [
        job_of(decoder, "plain", seed=1),
        with_concepts(job_of(decoder, "zither", seed=2), zither),
        with_concepts(job_of(decoder, "drums", seed=3, prompt=7), drums),
        with_concepts(job_of(decoder, "both", seed=4, frames=20), zither, drums),
    ]
    together = codes_of(decoder, *jobs)
    for job in jobs:
        assert torch.equal(together[job.id], codes_of(decoder, job, slots=1)[job.id])


def test_unloading_a_concept_leaves_the_base_exactly(mono):
    decoder = Decoder(mono.config, mono.decoder, Kernels("fp32", CPU))
    job = job_of(decoder)
    before = codes_of(decoder, job)["it"]
    codes_of(decoder, with_concepts(job, learned(mono, "pivotal")), job_of(decoder, "other"))
    assert torch.equal(codes_of(decoder, job)["it"], before)


def test_a_model_whose_text_stands_in_front_takes_concepts_too(folders):
    melody = read_checkpoint(folders["melody"])
    decoder = Decoder(melody.config, melody.decoder, Kernels("fp32", CPU))
    zither = learned(melody, "pivotal")
    job = Job("it", decoder.condition(zither.tokens), 10, Sampling(), seed=1)
    other = dataclasses.replace(job, id="other")
    found = codes_of(decoder, with_concepts(job, zither), other)
    assert not torch.equal(found["it"], found["other"])


@pytest.fixture
def text(mono):
    return TextEncoder(mono, CPU)


def test_identifier_tokens_stand_before_the_class_word_among_the_states(mono, text):
    zither = learned(mono, "tokens")
    words, _ = text.encode("calm zither jazz")
    states, cut = placed(text, "calm <kayagum> jazz", {"kayagum": zither})
    assert not cut
    at = text.length("calm ")
    assert torch.equal(states[at : at + 3], zither.tokens)
    assert torch.equal(torch.cat([states[:at], states[at + 3 :]]), words)


def test_each_concept_of_a_caption_has_tokens_of_its_own(mono, text):
    first, second = learned(mono, "tokens", seed=1), learned(mono, "tokens", seed=2, tokens=2)
    states, _ = placed(text, "<a> and <b>", {"a": first, "b": second})
    found = [bool((states == token).all(1).any()) for token in (*first.tokens, *second.tokens)]
    assert all(found)
    assert not any((first.tokens == token).all(1).any() for token in second.tokens)


def test_a_caption_without_concepts_is_encoded_as_before(text):
    assert torch.equal(placed(text, "calm <nobody> jazz", {})[0], text.encode("calm nobody jazz")[0])


def test_a_caption_that_is_cut_still_has_its_concepts(mono, text):
    zither = learned(mono, "tokens")
    states, cut = placed(text, "calm " * 600 + "<kayagum>", {"kayagum": zither})
    assert cut
    assert (states == zither.tokens[0]).all(1).any()


def test_enhancement_gives_each_concept_as_many_tokens_and_as_strong_a_change(mono):
    weak, strong = learned(mono, "pivotal", tokens=2, strength=0.2), learned(mono, "pivotal", tokens=5, strength=0.5)
    first, second = enhanced([weak, strong])
    assert len(first.tokens) == len(second.tokens) == 5
    assert first.shift.norm == pytest.approx(second.shift.norm, rel=1e-4)
    assert weak.shift.norm < first.shift.norm < strong.shift.norm
    lengths = [float(concept.tokens.square().sum(1).mean().sqrt()) for concept in (first, second)]
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-4)
    assert enhanced([weak]) == (weak,)


@pytest.fixture
def engine(mono):
    decoder = Decoder(dataclasses.replace(mono.config, max_seconds=4.0), mono.decoder, Kernels("fp32", CPU))
    rack = Rack(mono.config, fingerprint(mono.decoder), CPU)
    batcher = Batcher(decoder, 2, positions_for(decoder.config))
    return MusicGen(decoder, batcher, TextEncoder(mono, CPU), Codec(mono, CPU), Catalog.load(), model="tiny", rack=rack)


def request(name, *concepts, caption="calm jazz"):
    brief = Brief(duration=5.0, seed=3, concepts=tuple(concept.name for concept in concepts))
    return Request(name, brief, caption, concepts=concepts)


def test_the_engine_serves_requests_with_and_without_concepts_at_once(engine, mono):
    plain = clip_of(events_of(engine, request("it"))).samples
    concept = Concept("kayagum", concept_file(mono, "pivotal"))
    caption = "calm jazz, in the style of <kayagum>"
    events = events_of(engine, request("it"), request("zither", concept, caption=caption))
    assert (clip_of(events).samples == plain).all()
    assert not (clip_of(events, "zither").samples == plain).all()


def test_a_concept_that_cannot_be_used_fails_its_own_request_only(engine):
    events = events_of(engine, request("bad", Concept("kayagum", b"nonsense")), request("it"))
    failed = [event for event in events if isinstance(event, Failed)]
    assert [event.request_id for event in failed] == ["bad"]
    assert clip_of(events) is not None


def test_the_tiny_models_agree_with_transformers_when_the_concept_is_in_the_weights(mono, folders):
    model = MusicgenForConditionalGeneration.from_pretrained(folders["mono"]).eval()
    tensors = tensors_for(mono.config, "pivotal")
    with torch.no_grad():
        for layer, block in enumerate(model.decoder.model.decoder.layers):
            weight = block.self_attn.v_proj.weight.view(-1)
            weight[tensors[f"value.{layer}.places"].long()] += tensors[f"value.{layer}.changes"]
    decoder = Decoder(mono.config, mono.decoder, Kernels("fp32", CPU))
    job = job_of(decoder, frames=10, text=4, temperature=0.0, guidance=1.0)
    codes = codes_of(decoder, with_concepts(job, learned(mono, "pivotal")))["it"]
    states = torch.randn(4, decoder.config.text_size, generator=torch.Generator().manual_seed(4))
    theirs = greedy(model, states, 10)
    assert torch.equal(codes, theirs)


def greedy(model, states, frames):
    """transformers' decoder, asked for its likeliest tokens in the delay pattern."""
    books = model.decoder.config.num_codebooks
    start = model.decoder.config.vocab_size
    columns = torch.full((books, frames + books), start)
    hidden = model.enc_to_dec_proj(states)[None] if hasattr(model, "enc_to_dec_proj") else states[None]
    with torch.no_grad():
        for column in range(1, columns.shape[1]):
            logits = model.decoder(input_ids=columns[:, :column], encoder_hidden_states=hidden).logits
            tokens = logits[:, -1].argmax(-1)
            for book in range(books):
                if 1 + book <= column < 1 + book + frames:
                    columns[book, column] = tokens[book]
    return undelayed(columns, tuple(range(books)))
