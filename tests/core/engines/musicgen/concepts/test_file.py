"""Concept files: what is written is read back, and what is no concept for this model is refused in words."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from safetensors.torch import save

from core.engines.musicgen.concepts.card import CARD_KEY, LARGEST_FILE, read_card
from core.engines.musicgen.concepts.file import read_concept, write_concept
from core.engines.musicgen.fingerprint import fingerprint
from core.errors import ConceptError
from tests.core.engines.musicgen.concepts.learned import card_for, concept_file, tensors_for

CPU = torch.device("cpu")


def read(data, checkpoint):
    return read_concept(data, checkpoint.config, fingerprint(checkpoint.decoder), CPU)


@pytest.mark.parametrize("kind", ["tokens", "pivotal", "lora"])
def test_a_concept_is_read_as_it_was_written(mono, kind):
    tensors = tensors_for(mono.config, kind)
    concept = read(concept_file(mono, kind), mono)
    assert concept.card == card_for(mono, kind) == read_card(concept_file(mono, kind))
    assert torch.equal(concept.tokens, tensors["tokens"])
    assert (concept.shift is None) == (kind == "tokens")


def test_a_pivotal_concept_changes_exactly_the_entries_it_names(mono):
    tensors = tensors_for(mono.config, "pivotal")
    changes = read(concept_file(mono, "pivotal"), mono).shift.changes
    for layer, change in enumerate(changes):
        dense = change.to_dense().flatten()
        places = tensors[f"value.{layer}.places"].long()
        assert torch.equal(dense[places], tensors[f"value.{layer}.changes"])
        dense[places] = 0
        assert not dense.any()


def test_a_concept_for_another_model_names_that_model(mono):
    other = concept_file(mono, "tokens")
    with pytest.raises(ConceptError) as refused:
        read_concept(other, mono.config, "0" * 64, CPU)
    assert "kayagum" in refused.value.words.en
    assert "tiny" in refused.value.words.ko


def test_a_file_that_is_too_large_is_not_read(mono):
    with pytest.raises(ConceptError, match="20 MB"):
        read(bytes(LARGEST_FILE + 1), mono)


def test_no_file_is_written_that_would_be_too_large(mono):
    large = {"tokens": torch.zeros(LARGEST_FILE // 4 + 1, 1)}
    with pytest.raises(ConceptError, match="more than a concept may have"):
        write_concept(card_for(mono, "tokens"), large)


def test_a_card_without_consent_is_no_card(mono):
    with pytest.raises(ValidationError):
        card_for(mono, "tokens", consent=False)


@given(cut=st.integers(0, 3000), flip=st.integers(0, 2999), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_refused_or_read_whole(tiny_concept, cut, flip, bit):
    data, mono = tiny_concept
    broken = bytearray(data[: len(data) - cut])
    if flip < len(broken):
        broken[flip] ^= 1 << bit
    try:
        concept = read(bytes(broken), mono)
    except ConceptError:
        return
    assert concept.tokens.isfinite().all()


@pytest.fixture(scope="module")
def tiny_concept(mono):
    return concept_file(mono, "pivotal"), mono


SPOILT = {
    "tokens of another width": lambda t: t | {"tokens": torch.zeros(3, 7)},
    "no tokens": lambda t: {name: tensor for name, tensor in t.items() if name != "tokens"},
    "too many tokens": lambda t: t | {"tokens": torch.zeros(99, t["tokens"].shape[1])},
    "numbers that are none": lambda t: t | {"tokens": t["tokens"] * torch.nan},
    "whole numbers for tokens": lambda t: t | {"tokens": t["tokens"].int()},
    "a place out of range": lambda t: t | {"value.0.places": t["value.0.places"] + 10**6},
    "a place below zero": lambda t: t | {"value.0.places": t["value.0.places"] - 10**6},
    "places out of order": lambda t: t | {"value.0.places": t["value.0.places"].flip(0).contiguous()},
    "fewer changes than places": lambda t: t | {"value.0.changes": t["value.0.changes"][:-1].contiguous()},
    "a layer too few": lambda t: {name: tensor for name, tensor in t.items() if ".1." not in name},
    "a tensor that nobody asked for": lambda t: t | {"surprise": torch.zeros(1)},
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_tensors_that_do_not_fit_the_model_are_refused(mono, spoil):
    tensors = spoil(tensors_for(mono.config, "pivotal"))
    with pytest.raises(ConceptError, match="damaged"):
        read(write_concept(card_for(mono, "pivotal"), tensors), mono)


def test_low_rank_matrices_of_another_shape_are_refused(mono):
    tensors = tensors_for(mono.config, "lora")
    tensors["query.0.up"] = tensors["query.0.up"][:, :1].contiguous()
    with pytest.raises(ConceptError, match="damaged"):
        read(write_concept(card_for(mono, "lora"), tensors), mono)


@pytest.mark.parametrize("card", ["not json", "{}", "[" * 100_000])
def test_a_card_that_cannot_be_read_is_refused(mono, card):
    with pytest.raises(ConceptError, match="damaged"):
        read_card(save(tensors_for(mono.config, "tokens"), metadata={CARD_KEY: card}))


def test_the_same_model_has_the_same_fingerprint_in_either_precision(mono):
    halves = {name: tensor.half() for name, tensor in mono.decoder.items()}
    assert fingerprint(halves) == fingerprint(mono.decoder)
    changed = mono.decoder | {"norm.bias": mono.decoder["norm.bias"] + 1}
    assert fingerprint(changed) != fingerprint(mono.decoder)
