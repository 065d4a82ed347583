"""Rehearsal: the base model's own music to captions of all kinds, kept in the lesson so that it is not forgotten.

The prior preservation of DreamBooth (Ruiz et al., arXiv:2208.12242), on codes.
"""

from __future__ import annotations

from collections.abc import Generator

import torch

from core.brief import Brief
from core.caption import caption
from core.catalog import Catalog
from core.engines.lesson import Lesson
from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.learning.material import Example
from core.engines.musicgen.sampling import Sampling
from core.engines.musicgen.text import LIMIT, TextEncoder


def rehearse(
    lesson: Lesson, decoder: Decoder, text: TextEncoder, catalog: Catalog
) -> Generator[None, None, tuple[Example, ...]]:
    """Windows of the base model's music to captions drawn from the catalog by the lesson's seed.

    Yields between steps, of which each takes well under a second.
    """
    frames = round(min(lesson.window, decoder.config.max_seconds) * decoder.config.frame_rate)
    captions = drawn_captions(catalog, lesson.rehearsed, lesson.seed)
    batcher = Batcher(decoder, 4, positions_for(decoder.config, LIMIT))
    for index, words in enumerate(captions):
        condition = decoder.condition(text.encode(words)[0])
        batcher.add(Job(str(index), condition, frames, Sampling(), lesson.seed + index))
    made = dict[str, torch.Tensor]()
    while not batcher.idle:
        yield
        with torch.inference_mode():
            made |= {done.id: done.codes for done in batcher.step() if isinstance(done, Finished)}
    return tuple(
        Example(made[str(index)].clone(), words, concept=False)
        for index, words in enumerate(captions)
        if str(index) in made
    )


def drawn_captions(catalog: Catalog, count: int, seed: int) -> list[str]:
    """Captions of a genre, a mood and an instrument each."""
    noise = torch.Generator().manual_seed(seed)

    def one(names: list[str]) -> str:
        return names[int(torch.randint(len(names), (), generator=noise))]

    genres, moods, instruments = list(catalog.genres), list(catalog.moods), list(catalog.instruments)
    briefs = [Brief(genres=(one(genres),), moods=(one(moods),), instruments=(one(instruments),)) for _ in range(count)]
    return [caption(brief, catalog).text for brief in briefs]
