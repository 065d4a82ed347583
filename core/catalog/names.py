"""How names are compared: without case, spaces, punctuation and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from core.catalog.hangul import has_hangul, is_letter, is_syllable

_TAILS = ("music", "song", "sound", "음악", "풍의", "풍", "스타일", "느낌", "분위기", "소리")


def normalise(text: str) -> str:
    """The bare name: lower-case letters and digits only, "&" read as "and".

    >>> normalise("Drum & Bass"), normalise("LO-FI"), normalise("Música")
    ('drumandbass', 'lofi', 'musica')
    """
    text = text.replace("&", "and")
    if not all(character.isascii() or is_syllable(character) for character in text):
        apart = "".join(c if is_letter(c) else unicodedata.normalize("NFKD", c) for c in text)
        text = unicodedata.normalize("NFC", "".join(c for c in apart if unicodedata.category(c) != "Mn"))
    return "".join(filter(str.isalnum, text.casefold()))


def variants(name: str) -> Iterator[str]:
    """A normalised name and what else it may be an everyday form of: plurals, "jazz music", 재즈풍."""
    yield name
    if not has_hangul(name):
        if name.endswith("s") and len(name) > 3:
            yield name[:-1]
        yield f"{name}s"
    for tail in _TAILS:
        if name.endswith(tail) and len(name) > len(tail) + 1:
            yield name.removesuffix(tail)


_PARTICLES = (
    "으로", "로", "이랑", "랑", "하고", "과", "와", "은", "는", "이", "가", "을", "를", "의", "도", "만", "에",
)  # fmt: skip


def without_particle(word: str) -> Iterator[str]:
    """A Korean word without the particle that may hang on it: 피아노로 → 피아노."""
    if word and is_syllable(word[-1]):
        for particle in _PARTICLES:
            if word.endswith(particle) and len(word) > len(particle):
                yield word.removesuffix(particle)
