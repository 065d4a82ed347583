"""Concepts with random weights for the tiny models, made without learning anything."""

import datetime

import torch

from core.engines.musicgen.concepts.card import Card
from core.engines.musicgen.concepts.file import write_concept
from core.engines.musicgen.fingerprint import fingerprint

FRACTION = 0.05


def card_for(checkpoint, kind, name="kayagum", **changes):
    known = {
        "name": name,
        "kind": kind,
        "base": fingerprint(checkpoint.decoder),
        "model": "tiny",
        "source": "two minutes of zither",
        "licence": "CC0-1.0",
        "consent": True,
        "class_word": "zither",
        "steps": 10,
        "date": datetime.date(2026, 11, 21),
        "fraction": FRACTION if kind == "pivotal" else None,
        "rank": 2 if kind == "lora" else None,
    }
    return Card(**known | changes)


def tensors_for(config, kind, *, seed=0, tokens=3, strength=0.5):
    """Tensors of a concept; `strength` is the size of its changes."""
    noise = torch.Generator().manual_seed(seed)
    found = {"tokens": torch.randn(tokens, config.text_size, generator=noise)}
    for layer in range(config.layers):
        if kind == "pivotal":
            count = round(FRACTION * config.size**2)
            places = torch.randperm(config.size**2, generator=noise)[:count].sort().values
            found[f"value.{layer}.places"] = places.to(torch.int32)
            found[f"value.{layer}.changes"] = strength * torch.randn(count, generator=noise)
        elif kind == "lora":
            for part in ("query", "value"):
                found[f"{part}.{layer}.down"] = strength * torch.randn(2, config.size, generator=noise)
                found[f"{part}.{layer}.up"] = torch.randn(config.size, 2, generator=noise)
    return found


def concept_file(checkpoint, kind, name="kayagum", **made):
    return write_concept(card_for(checkpoint, kind, name), tensors_for(checkpoint.config, kind, **made))
