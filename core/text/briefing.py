"""From what was found in a text to a brief: genres, moods, tempo, instruments and sections that follow the text."""

from __future__ import annotations

from collections.abc import Sequence
from math import dist, exp
from random import Random

from core.brief import Brief, Section, Tempo
from core.catalog import Catalog, Tag
from core.text import safety
from core.text.music_words import MusicWords
from core.text.reading import TopicGuess

_MOODS = 3
_TAGS = 2
"""Tags of topics that a brief takes."""
_LIKELY = 0.2
"""A topic takes part in the draw from this share of the likeliest topic's probability."""
_NEAR = 0.4
"""How far from a text's feeling, in the plane of valence and arousal, music still suits it."""
_ANY = 0.4
_SLOW, _FAST = -0.25, 0.3


def draw_tags(
    topics: Sequence[TopicGuess],
    catalog: Catalog,
    seed: int,
    refused: frozenset[str],
    feeling: tuple[float, float],
) -> tuple[Tag, ...]:
    """Two different musical tags of the topics, drawn by `seed`.

    A topic's five share its probability by how near each stands to the text's valence and arousal, so that an angry
    letter to a calendar does not become a lullaby. `refused` holds ids that the text does not want.
    """
    chances: dict[Tag, float] = {}
    floor = _LIKELY * max((guess.probability for guess in topics), default=0.0)
    for guess in topics:
        if guess.probability >= floor:
            for tag in catalog.topics[guess.topic].tags:
                if tag.id not in refused:
                    chances[tag] = chances.get(tag, 0.0) + guess.probability * _fit(tag, catalog, feeling)
    # The draw decides what music suits, nothing secret.
    draw = Random(seed)  # noqa: S311
    drawn: list[Tag] = []
    while chances and len(drawn) < _TAGS:
        tag = draw.choices(list(chances), list(chances.values()))[0]
        drawn.append(tag)
        del chances[tag]
    return tuple(drawn)


def suggest(
    *,
    tags: Sequence[Tag],
    moods: Sequence[str],
    feeling: tuple[float, float],
    sections: Sequence[Section],
    words: MusicWords,
) -> Brief:
    """The brief that the findings add up to. Music words of the text win over what its topic and feeling suggest."""
    valence, arousal = feeling
    tagged = [tag.id for tag in tags if tag.kind == "instrument" and tag.id not in words.refused_instruments]
    suits = [tag.id for tag in tags if tag.kind == "mood"]
    return Brief(
        genres=words.genres or _genres(tags),
        moods=tuple(dict.fromkeys((*words.moods, *moods, *suits)))[:_MOODS],
        instruments=words.instruments or tuple(tagged),
        excluded_instruments=words.refused_instruments,
        tempo=words.tempo or ("auto" if words.bpm else tempo_of(arousal)),
        bpm=words.bpm,
        key=words.key,
        valence=valence,
        arousal=arousal,
        sections=tuple(sections) if len(sections) > 1 else (),
    )


def calm() -> Brief:
    """For somebody in distress."""
    return Brief(
        genres=safety.CALM_GENRES,
        moods=safety.COMFORT,
        tempo="slow",
        valence=safety.VALENCE,
        arousal=safety.AROUSAL,
    )


def neutral() -> Brief:
    """Where a text gives nothing to go by."""
    return Brief(moods=("neutral",), tempo="medium", valence=0.0, arousal=0.0)


def tempo_of(arousal: float) -> Tempo:
    """Excited texts are fast, calm ones slow."""
    if arousal < _SLOW:
        return "slow"
    return "fast" if arousal > _FAST else "medium"


def _fit(tag: Tag, catalog: Catalog, feeling: tuple[float, float]) -> float:
    """How well a tag suits a feeling, 0..1; an instrument suits any."""
    match tag.kind:
        case "genre":
            genre = catalog.genres[tag.id]
            place = genre.valence, genre.arousal
        case "mood":
            mood = catalog.moods[tag.id]
            place = mood.valence, mood.arousal
        case _:
            return _ANY
    return exp(-0.5 * (dist(place, feeling) / _NEAR) ** 2)


def _genres(tags: Sequence[Tag]) -> tuple[str, ...]:
    return tuple(tag.id for tag in tags if tag.kind == "genre")
