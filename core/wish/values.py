"""Single values of a wish as people write them: lengths, tempos in BPM, keys, seeds, yes and no.

Every reader returns None for text that is no such value or lies out of range; every writer is its inverse.
"""

from __future__ import annotations

import re
import unicodedata

from core.brief import (
    FASTEST_BPM,
    HEAVIEST_TEXT,
    LIGHTEST_TEXT,
    LONGEST_SECONDS,
    MAX_SEED,
    SHORTEST_SECONDS,
    SLOWEST_BPM,
    TONICS,
    Key,
)
from core.words import Language

AUTO = frozenset({"auto", "automatic", "any", "random", "자동", "무작위", "아무거나"})
YES = frozenset({"yes", "y", "true", "on", "1", "예", "네", "응", "참", "켜기", "켬"})
NO = frozenset({"no", "n", "false", "off", "0", "아니오", "아니요", "아뇨", "거짓", "끄기", "끔"})

LIKENESS = (
    ("loose", "느슨하게"),
    ("relaxed", "여유롭게"),
    ("medium", "보통"),
    ("near", "비슷하게"),
    ("faithful", "가깝게"),
    ("close", "똑같이"),
)
"""How closely a recording is followed, in English and in Korean, from 1 on."""

_NUMBER = r"\d{1,9}(?:\.\d{1,20})?"
_CLOCK = re.compile(r"(\d{1,3}):(\d{2}(?:\.\d{1,20})?)")
_SPELT = re.compile(
    rf"(?:(?P<minutes>{_NUMBER})\s*(?:분|(?:m|min|mins|minute|minutes)(?=\d|\s|$))\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*(?P<unit>s|sec|secs|second|seconds|초)?)?"
    r"(?:\s*(?:짜리|동안|간|정도|쯤|으로|로|의|long))?",
    re.IGNORECASE,
)
_CONCEPT = re.compile(r"[^\W_][\w-]{1,31}")
_BPM = re.compile(rf"({_NUMBER})\s*(?:bpm|비피엠)?", re.IGNORECASE)

_KOREAN_TONICS = {"다": 0, "라": 2, "마": 4, "바": 5, "사": 7, "가": 9, "나": 11}
_KOREAN_KEY = re.compile(r"(올림|내림)?\s*([가나다라마바사])\s*(장조|단조)")
_LETTER_KEY = re.compile(
    r"([a-g])\s*-?\s*(flat|sharp|플랫|샵|[#♯b♭])?\s*-?\s*(minor|min|major|maj|m|단조|장조|마이너|메이저)?",
    re.IGNORECASE,
)
_MINOR = {"minor", "min", "m", "단조", "마이너"}
_KOREAN_NAMES = ("다", "올림다", "라", "내림마", "마", "바", "올림바", "사", "내림가", "가", "내림나", "나")


def read_duration(text: str) -> float | None:
    """Seconds from `0:30`, `30`, `30s`, `1m30s`, `1.5 min`, `1분 30초`; 5 seconds to 5 minutes."""
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        seconds = float(clock[2])
        total = int(clock[1]) * 60 + seconds if seconds < 60 else None
    elif (spelt := _SPELT.fullmatch(text)) and (spelt["minutes"] or spelt["seconds"]):
        total = float(spelt["minutes"] or 0) * 60 + float(spelt["seconds"] or 0)
    else:
        total = None
    return total if total is not None and SHORTEST_SECONDS <= total <= LONGEST_SECONDS else None


def says_duration(text: str) -> bool:
    """Whether `text` can only be a length: a clock time, or a number with a unit."""
    spelt = _SPELT.fullmatch(text.strip())
    return bool(_CLOCK.fullmatch(text.strip()) or (spelt and (spelt["minutes"] or spelt["unit"])))


def write_duration(seconds: float) -> str:
    """`0:30`; a fraction of a second is kept: `0:12.5`."""
    minutes = int(seconds // 60)
    rest = seconds - minutes * 60
    if rest == int(rest):
        return f"{minutes}:{int(rest):02d}"
    text = f"{minutes}:{rest:05.2f}".rstrip("0")
    return text if read_duration(text) == seconds else f"{seconds!r}s"


def read_bpm(text: str) -> float | None:
    """Beats per minute from `84`, `84.5` or `84 bpm`."""
    found = _BPM.fullmatch(text.strip())
    value = float(found[1]) if found else None
    return value if value is not None and SLOWEST_BPM <= value <= FASTEST_BPM else None


def says_bpm(text: str) -> bool:
    """Whether `text` can only be a tempo in beats per minute."""
    found = _BPM.fullmatch(text.strip())
    return found is not None and not text.strip()[-1].isdigit()


def write_number(value: float) -> str:
    """The shortest text that reads back as `value`."""
    return str(int(value)) if value == int(value) else repr(value)


def read_key(text: str) -> Key | None:
    """A key from `Am`, `F# minor`, `B flat major`, `가단조`, `내림나장조`, `A단조`; without a mode it is major."""
    text = text.strip()
    if korean := _KOREAN_KEY.fullmatch(text):
        shift = {"올림": 1, "내림": -1, None: 0}[korean[1]]
        mode = korean[3]
        tonic = _KOREAN_TONICS[korean[2]]
        return Key(tonic=(tonic + shift) % 12, mode="minor" if mode == "단조" else "major")
    found = _LETTER_KEY.fullmatch(text)
    if found is None:
        return None
    letter, accidental, mode = found.groups()
    sign = {"flat": "b", "♭": "b", "플랫": "b", "b": "b", None: ""}.get(accidental and accidental.lower(), "#")
    minor = mode is not None and mode != "M" and mode.lower() in _MINOR
    return Key.parse(f"{letter.upper()}{sign}{'m' if minor else ''}")


def says_key(text: str) -> bool:
    """Whether `text` can only be a key: it names its mode in full."""
    return text.strip().lower().endswith(("minor", "major", "장조", "단조")) and read_key(text) is not None


def write_key(key: Key, language: Language) -> str:
    """`Am` or `가단조`."""
    if language == "ko":
        return _KOREAN_NAMES[key.tonic] + ("단조" if key.mode == "minor" else "장조")
    return TONICS[key.tonic] + ("m" if key.mode == "minor" else "")


def read_likeness(text: str) -> int | None:
    """1..6 from a number or a word of `LIKENESS`."""
    text = text.strip().casefold()
    known = {name: level for level, names in enumerate(LIKENESS, 1) for name in (*names, str(level))}
    return known.get(text)


def read_text_weight(text: str) -> float | None:
    """1..9, also with a fraction."""
    found = re.fullmatch(_NUMBER, text.strip())
    value = float(found[0]) if found else None
    return value if value is not None and LIGHTEST_TEXT <= value <= HEAVIEST_TEXT else None


def read_seed(text: str) -> int | None:
    """A whole number 0..2³²-1."""
    found = re.fullmatch(r"\s*(\d{1,10})\s*", text)
    seed = int(found[1]) if found else None
    return seed if seed is not None and seed <= MAX_SEED else None


def read_concept(text: str) -> str | None:
    """The name of a concept: 2 to 32 letters of any script, digits, hyphens and underscores, in lower case."""
    name = unicodedata.normalize("NFC", text.strip()).lower()
    return name if _CONCEPT.fullmatch(name) else None


def read_yes_no(text: str) -> bool | None:
    answer = text.strip().casefold()
    return True if answer in YES else False if answer in NO else None
