"""Writes briefs: as a wish that reads back as the same brief, and as a line for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from core.brief import Brief, Key
from core.catalog import Catalog, Kind
from core.wish.fields import FIELDS, FieldName
from core.wish.values import LIKENESS, read_key, write_duration, write_key, write_number
from core.words import Language

if TYPE_CHECKING:
    from core.piece import Facts


def render_wish(brief: Brief, catalog: Catalog, language: Language = "en") -> str:
    """The wish that `parse_wish` reads as `brief`: `genre:jazz mood:calm duration:0:30 "rainy window"`.

    The duration is always written, the rest where it differs from the default. Sections, variations,
    valence and arousal have no syntax; keywords must be as `core.wish.cleaning.keyword` leaves them.
    """
    return " ".join(_options(brief, catalog, language))


def describe(brief: Brief, catalog: Catalog, language: Language = "en") -> str:
    """What a brief asks for, in one line: `calm jazz, piano, 84 BPM, A minor, 0:30`."""
    bpm = f"{brief.bpm:g} BPM" if brief.bpm is not None else _tempo(brief, catalog, language)
    key = None if brief.key is None else _key_name(brief.key, language)
    return ", ".join(filter(None, [*_what(brief, catalog, language), bpm, key, write_duration(round(brief.duration))]))


def describe_track(facts: Facts, catalog: Catalog, language: Language = "en") -> str:
    """What was made, in one line: the brief with the measured tempo, key and length, then the engine and the seed."""
    bpm = None if facts.bpm is None else f"{facts.bpm:.3g} BPM"
    key = None if facts.key is None else _reported_key(facts.key, language)
    seed = f"시드 {facts.seed}" if language == "ko" else f"seed {facts.seed}"
    said = [*_what(facts.brief, catalog, language), bpm, key, write_duration(round(facts.seconds)), facts.engine, seed]
    return ", ".join(filter(None, said))


def _options(brief: Brief, catalog: Catalog, language: Language) -> Iterator[str]:
    yes = "예" if language == "ko" else "yes"
    values: dict[FieldName, str | None] = {
        "genre": _names(catalog, "genre", brief.genres, language),
        "mood": _names(catalog, "mood", brief.moods, language),
        "instrument": _names(catalog, "instrument", brief.instruments, language),
        "no": _names(catalog, "instrument", brief.excluded_instruments, language),
        "tempo": None if brief.tempo == "auto" else catalog.tempos[brief.tempo].name(language).lower(),
        "bpm": None if brief.bpm is None else write_number(brief.bpm),
        "duration": write_duration(brief.duration),
        "key": None if brief.key is None else write_key(brief.key, language),
        "avoid": ",".join(map(_quoted, brief.avoid)),
        "concept": ",".join(brief.concepts),
        "likeness": None if brief.likeness is None else LIKENESS[brief.likeness - 1][language == "ko"],
        "text_weight": None if brief.text_weight is None else write_number(brief.text_weight),
        "seed": None if brief.seed is None else str(brief.seed),
        "loop": yes if brief.loop else None,
        "engine": None if brief.engine == "auto" else brief.engine,
    }
    for name, value in values.items():
        if value:
            yield f"{FIELDS[name].label.to(language)}:{value}"
    yield from (f'"{word}"' for word in brief.keywords)


def _names(catalog: Catalog, kind: Kind, ids: Sequence[str], language: Language) -> str:
    return ",".join(_quoted(catalog.get(kind, id_).name(language)) for id_ in ids)


def _quoted(name: str) -> str:
    return name if name.replace("-", "").isalnum() else f'"{name}"'


def _what(brief: Brief, catalog: Catalog, language: Language) -> list[str]:
    """Moods with genres, instruments, what is left out or avoided, keywords."""
    moods = ", ".join(catalog.moods[mood].name(language) for mood in brief.moods)
    genres = ", ".join(catalog.genres[genre].name(language) for genre in brief.genres)
    instruments = [catalog.instruments[name].name(language) for name in brief.instruments]
    excluded = [catalog.instruments[name].name(language) for name in brief.excluded_instruments]
    without = [f"{name} 제외" if language == "ko" else f"no {name}" for name in excluded]
    without += [f"“{word}” 피함" if language == "ko" else f"not “{word}”" for word in brief.avoid]
    words = [f"“{word}”" for word in brief.keywords]
    loop = ["반복" if language == "ko" else "loop"] if brief.loop else []
    concepts = [f"“{name}”풍" if language == "ko" else f"like “{name}”" for name in brief.concepts]
    return [f"{moods} {genres}".strip(), *instruments, *without, *words, *concepts, *loop]


def _tempo(brief: Brief, catalog: Catalog, language: Language) -> str | None:
    if brief.tempo == "auto":
        return None
    name = catalog.tempos[brief.tempo].name(language)
    return name if language == "ko" else f"{name.lower()} tempo"


def _key_name(key: Key, language: Language) -> str:
    return write_key(key, language) if language == "ko" else str(key)


def _reported_key(text: str, language: Language) -> str:
    key = read_key(text)
    return text if key is None else _key_name(key, language)
