"""Captions: the English text that an engine conditioned on text is given for a brief."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.brief import Brief, Section
from core.catalog import Catalog, Kind
from core.words import Words

_TRANSLATED: tuple[Kind, ...] = ("genre", "mood", "instrument", "tempo", "topic")

_INTENSITIES = (
    (-0.55, "very soft and sparse"),
    (-0.2, "soft and gentle"),
    (0.25, "moderate energy"),
    (0.6, "intense and driving"),
    (1.0, "explosive and powerful"),
)

UNSAID = "background music"
"""The caption of a brief that says nothing."""


@dataclass(frozen=True, slots=True)
class Caption:
    """The text, and the keywords of which something had to be left out because it is not in Latin script."""

    text: str
    left_out: tuple[str, ...] = ()

    @property
    def note(self) -> Words | None:
        """A sentence for the person about what was left out."""
        if not self.left_out:
            return None
        words = ", ".join(f"“{word}”" for word in self.left_out)
        return Words(
            f"This engine understands English words only, so it did not get all of {words}.",
            f"이 엔진은 영어 낱말만 이해하므로 다음 키워드는 온전히 전하지 못했습니다: {words}",
        )


def caption(brief: Brief, catalog: Catalog) -> Caption:
    """Moods, genres, instruments, tempo in BPM, key and keywords in one English phrase.

    For example `calm jazz with piano and bass, slow tempo, 73 BPM, A minor, rainy window`. Keywords that name
    something in the catalog are translated. Instruments to leave out are not mentioned: text encoders hardly notice
    a "no" and would hear them asked for.
    """
    keywords, left_out = _usable(brief.keywords, catalog)
    return Caption(_sentence(brief, catalog, _moods(brief, catalog), keywords), left_out)


def avoiding(brief: Brief, catalog: Catalog) -> Caption:
    """What the music should not be like, in English, for engines that are led away from a text."""
    words, left_out = _usable(brief.avoid, catalog)
    return Caption(", ".join(words), left_out)


def section_caption(brief: Brief, section: Section, catalog: Catalog) -> Caption:
    """As `caption`, with the section's own moods, how intense it is and its phrase in place of moods and keywords."""
    moods = brief.model_copy(update={"moods": section.moods, "valence": section.valence, "arousal": section.arousal})
    phrases = [intensity_words(section.arousal), *filter(None, [section.phrase])]
    return Caption(_sentence(brief, catalog, _moods(moods, catalog), phrases))


def intensity_words(arousal: float) -> str:
    """How strong music is, -1..1, in words that describe its sound."""
    return next(words for limit, words in _INTENSITIES if arousal <= limit)


def category_caption(brief: Brief, catalog: Catalog) -> str:
    """The caption as the first TexTuneS wrote it: `Calm, Jazz, with Piano and Bass, Slow bpm`.

    With genres: moods, genres, instruments after "with". Without: instruments after "a", then moods. A single
    instrument stands bare. Keywords follow, then the name of the tempo, which never becomes a number.
    """
    moods = _english(catalog, "mood", brief.moods)
    genres = _english(catalog, "genre", brief.genres)
    instruments = _english(catalog, "instrument", brief.instruments)
    listed = [_listing(instruments, "with" if genres else "a")] if instruments else []
    segments = [*moods, *genres, *listed] if genres else [*listed, *moods]
    segments += _usable(brief.keywords, catalog)[0]
    if brief.tempo != "auto":
        segments.append(f"{catalog.tempos[brief.tempo].en} bpm")
    return ", ".join(segments)


def _sentence(brief: Brief, catalog: Catalog, moods: str, keywords: Sequence[str]) -> str:
    genres = _series(_english(catalog, "genre", brief.genres)) or UNSAID
    instruments = _series([name.lower() for name in _english(catalog, "instrument", brief.instruments)])
    music = f"{moods} {genres}".strip() + (f" with {instruments}" if instruments else "")
    key = [str(brief.key)] if brief.key is not None else []
    loop = ["seamless loop"] if brief.loop else []
    return ", ".join([music, *_tempo(brief, catalog), *key, *loop, *keywords, *_concepts(brief)])


def _concepts(brief: Brief) -> Iterator[str]:
    """Learned sounds by name, in angle brackets: an engine puts what it has learned in their place."""
    if brief.concepts:
        yield f"in the style of {_series([f'<{name}>' for name in brief.concepts])}"


def _moods(brief: Brief, catalog: Catalog) -> str:
    names = _english(catalog, "mood", brief.moods)
    if not names and brief.valence is not None and brief.arousal is not None:
        names = [mood.en for mood in catalog.moods_near(brief.valence, brief.arousal, 1)]
    return ", ".join(name.lower() for name in names)


def _tempo(brief: Brief, catalog: Catalog) -> Iterator[str]:
    if brief.tempo != "auto":
        yield f"{brief.tempo} tempo"
    if brief.bpm is not None:
        yield f"{brief.bpm:g} BPM"
    elif brief.tempo != "auto":
        yield f"{catalog.bpm_range(brief.genres, brief.tempo).middle:.0f} BPM"


def _usable(words: Sequence[str], catalog: Catalog) -> tuple[list[str], tuple[str, ...]]:
    """The words in Latin script, and those of which something is lost."""
    usable, left_out = list[str](), list[str]()
    for word in words:
        parts = [word] if _is_latin(word) else [_translated(word, catalog)]
        if parts == [None]:
            parts = [part if _is_latin(part) else _translated(part, catalog) for part in word.split()]
        if None in parts:
            left_out.append(word)
        usable += filter(None, [" ".join(filter(None, parts))])
    return usable, tuple(left_out)


def _translated(text: str, catalog: Catalog) -> str | None:
    found = (catalog.find(kind, text) for kind in _TRANSLATED)
    return next((entry.en.lower() for entry in found if entry is not None), None)


def _is_latin(text: str) -> bool:
    return all(not c.isalpha() or c.isascii() or "LATIN" in unicodedata.name(c, "") for c in text)


def _english(catalog: Catalog, kind: Kind, ids: Sequence[str]) -> list[str]:
    return [catalog.get(kind, entry_id).en for entry_id in ids]


def _listing(names: Sequence[str], opening: str) -> str:
    return names[0] if len(names) == 1 else f"{opening} {_series(names)}"


def _series(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B, and C`; nothing for no names."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"
