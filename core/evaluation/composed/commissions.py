"""Commissions: a varied set of clips to compose, the same whenever it is asked for."""

from __future__ import annotations

import random
from collections.abc import Sequence

from core.catalog import Catalog
from core.engines.composer.style import StyleBook
from core.evaluation.composed.clip import Commission


def commissions(
    count: int,
    seed: int,
    *,
    seconds: float = 10.0,
    genres: Sequence[str] | None = None,
    moods: Sequence[str] | None = None,
) -> tuple[Commission, ...]:
    """`count` commissions with seeds of their own: genres in turn, moods at random.

    By itself the first genre of every style that the composer has, and all moods of the catalog. Sets with different
    seeds have no piece in common, so that one can be held out.
    """
    genres = genres or tuple(style.genres[0] for style in StyleBook.read())
    moods = moods or tuple(Catalog.load().moods)
    dice = random.Random(f"commissions {seed}")  # noqa: S311  (no secret)
    order = dice.sample(genres, len(genres))
    return tuple(
        Commission(
            genre=order[number % len(order)],
            mood=dice.choice(moods),
            seed=seed * 1_000_000 + number,
            seconds=seconds,
        )
        for number in range(count)
    )
