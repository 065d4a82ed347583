"""Trials: every concept learned in every way with the same number of steps, and what is then made with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.engines.lesson import Lesson, Method
from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.concepts.card import Card
from core.engines.musicgen.concepts.enhancement import enhanced
from core.engines.musicgen.concepts.file import LearnedConcept, read_concept, write_concept
from core.engines.musicgen.concepts.placing import placed
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.learning.course import Course, Outcome
from core.engines.musicgen.learning.material import Example, Material
from core.engines.musicgen.learning.model import TrainedModel, our_names
from core.engines.musicgen.learning.teacher import card_for
from core.engines.musicgen.sampling import Sampling
from core.evaluation.concepts.spectral import spectra
from core.evaluation.concepts.subjects import Subject
from core.evaluation.concepts.world import CONFIG, CPU, FRAMES, World, held_out_loss

BASE = "0" * 64
CONCEPT_CAPTION = "background music, in the style of {}"
SAMPLING = Sampling(top_k=40, guidance=2.0)
RANK = 3
FRACTION = 0.09
"""About as many trained numbers as low-rank matrices of `RANK`: 2 x 2 x 3 x 128 of 128 x 128."""

RATES: dict[Method, float] = {"pivotal": 1e-2, "lora": 1e-2, "tokens": 1e-2, "full": 5e-4}


@dataclass(frozen=True, slots=True)
class Learned:
    """A concept as one method learned it: served beside the base, or as a decoder of its own."""

    concept: LearnedConcept
    outcome: Outcome
    tensors: dict[str, Tensor] | None
    other_music: float
    """The loss on held-out music of the base, with its captions: what was not to be forgotten."""


def lesson_for(name: str, method: Method, steps: int, *, rehearsal: float, tokens: int = 4) -> Lesson:
    """Equal steps for all: a probe is part of them."""
    probe = max(1, steps // 5)
    return Lesson(
        name=name,
        method=method,
        tokens=tokens,
        fraction=FRACTION,
        rank=RANK,
        steps=steps - probe if method == "pivotal" else steps,
        probe=probe,
        batch=4,
        window=6.0,
        rate=RATES[method],
        token_rate=0.05,
        check=20,
        patience=100,
        rehearsal=rehearsal,
    )


def material(world: World, subject: Subject) -> Material:
    """Windows of what is learned from; the last is held out."""
    windows: list[Example] = []
    for sound in subject.learned_from:
        codes = world.codes(spectra(sound))
        starts = range(0, max(1, codes.shape[1] - FRAMES // 2), FRAMES)
        windows += [Example(codes[:, start : start + FRAMES], "") for start in starts]
    return Material(tuple(windows[:-2]), tuple(windows[-2:]))


def learn(world: World, model: TrainedModel, subject: Subject, lesson: Lesson, rehearsal: Sequence[Example]) -> Learned:
    card = card_for(lesson, BASE, "small")
    course = Course(lesson, model, world.text, card=card, material=material(world, subject), rehearsal=rehearsal)
    steps = course.run()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            outcome: Outcome = end.value
            break
    if lesson.method == "full":
        tensors = our_names(outcome.tensors, world.tensors, CONFIG)
        concept = LearnedConcept(card, outcome.tokens)
        return Learned(concept, outcome, tensors, _other_music(world, tensors))
    concept = _through_a_file(card, outcome)
    return Learned(concept, outcome, None, _other_music(world, _within(world, concept)))


def _through_a_file(card: Card, outcome: Outcome) -> LearnedConcept:
    """As it is served: written and read again."""
    data = write_concept(card, {"tokens": outcome.tokens, **outcome.tensors})
    return read_concept(data, CONFIG, BASE, CPU)


def _within(world: World, concept: LearnedConcept) -> dict[str, Tensor]:
    """The base's tensors with what the concept adds in them."""
    tensors = {name: tensor.clone() for name, tensor in world.tensors.items()}
    if concept.shift is not None:
        size = CONFIG.size
        for layer in range(CONFIG.layers):
            added = torch.zeros(size, 3 * size)
            concept.shift.add(layer, torch.eye(size), added)
            tensors[f"layers.{layer}.qkv"] += added.T
    return tensors


def _other_music(world: World, tensors: dict[str, Tensor]) -> float:
    return held_out_loss(TrainedModel(CONFIG, tensors, CPU), world.text, world.held_out)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A piece to make: a caption with names in angle brackets, and the concepts that they stand for."""

    id: str
    caption: str
    concepts: Mapping[str, LearnedConcept]
    seed: int


def make(world: World, wanted: Sequence[Wanted], decoder: Decoder | None = None) -> dict[str, Tensor]:
    """The codes of every piece: all concepts in one mixed batch, served as requests are."""
    decoder = decoder or world.decoder()
    batcher = Batcher(decoder, 16, positions_for(CONFIG))
    for each in wanted:
        states, _ = placed(world.text, each.caption, each.concepts)
        shifts = tuple(concept.shift for concept in each.concepts.values() if concept.shift is not None)
        condition = replace(decoder.condition(states), shifts=shifts)
        batcher.add(Job(each.id, condition, FRAMES, SAMPLING, each.seed))
    made: dict[str, Tensor] = {}
    with torch.inference_mode():
        while not batcher.idle:
            made |= {done.id: done.codes.clone() for done in batcher.step() if isinstance(done, Finished)}
    return made


def pair(first: LearnedConcept, second: LearnedConcept, *, enhance: bool) -> dict[str, LearnedConcept]:
    """Two concepts for one piece: balanced, or each with its first token only and as it was learned."""
    if enhance:
        balanced = enhanced((first, second))
        return {"a": balanced[0], "b": balanced[1]}
    return {"a": replace(first, tokens=first.tokens[:1]), "b": replace(second, tokens=second.tokens[:1])}
