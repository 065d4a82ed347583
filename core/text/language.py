"""Which language a text is in, by its script and, in Latin script, by its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from core.text.tables import read_json

_SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("latin", 0x41, 0x5A), ("latin", 0x61, 0x7A), ("latin", 0xC0, 0x24F), ("latin", 0x1E00, 0x1EFF),
    ("greek", 0x370, 0x3FF), ("cyrillic", 0x400, 0x52F), ("armenian", 0x530, 0x58F), ("hebrew", 0x590, 0x5FF),
    ("arabic", 0x600, 0x77F), ("devanagari", 0x900, 0x97F), ("bengali", 0x980, 0x9FF), ("tamil", 0xB80, 0xBFF),
    ("thai", 0xE00, 0xE7F), ("georgian", 0x10A0, 0x10FF), ("hangul", 0x1100, 0x11FF), ("kana", 0x3040, 0x30FF),
    ("hangul", 0x3131, 0x318E), ("han", 0x3400, 0x4DBF), ("han", 0x4E00, 0x9FFF), ("hangul", 0xAC00, 0xD7A3),
)  # fmt: skip

_LANGUAGE_OF_SCRIPT = {
    "greek": "el", "cyrillic": "ru", "armenian": "hy", "hebrew": "he", "arabic": "ar", "devanagari": "hi",
    "bengali": "bn", "tamil": "ta", "thai": "th", "georgian": "ka", "hangul": "ko", "kana": "ja", "han": "zh",
}  # fmt: skip

_LETTERS: Mapping[str, frozenset[str]] = {
    "de": frozenset("äöüß"), "es": frozenset("ñ¿¡"), "fr": frozenset("çœêè"), "pt": frozenset("ãõ"),
    "pl": frozenset("ąęłśżźćń"), "sv": frozenset("åäö"), "tr": frozenset("ğışç"),
}  # fmt: skip
"""Letters that English does without, and few languages have."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_SOME_HANGUL = 0.25
"""Share of Hangul letters from which a sentence with English words in it counts as Korean."""


class Languages:
    """Tells languages apart. `common` maps the codes of languages in Latin script to their commonest short words."""

    def __init__(self, common: Mapping[str, Iterable[str]]) -> None:
        self._common = {language: frozenset(words) for language, words in common.items()}

    @classmethod
    def load(cls) -> Self:
        """With the lists that ship with the package; words that several languages share are in none of them."""
        return cls(read_json("common_words.json"))

    def of(self, text: str, around: str = "en") -> str:
        """ISO 639-1 code of a sentence, or "und" when it holds no letters.

        Latin script counts as English unless the commonest words and the special letters of another language outnumber
        the English ones. Where nothing speaks for any language, it is that of the text `around` if that is in Latin
        script.
        """
        scripts = Counter(script for character in text if (script := _script(ord(character))) is not None)
        letters = sum(scripts.values())
        if not letters:
            return "und"
        if scripts["hangul"] >= _SOME_HANGUL * letters:
            return "ko"
        if scripts["kana"] and scripts["kana"] + scripts["han"] > scripts["latin"]:
            return "ja"
        script = scripts.most_common(1)[0][0]
        if script == "cyrillic" and re.search("[іїєґІЇЄҐ]", text):
            return "uk"
        return self._latin(text, around) if script == "latin" else _LANGUAGE_OF_SCRIPT[script]

    def _latin(self, text: str, around: str) -> str:
        words = Counter(word.lower().replace("’", "'") for word in _WORD.findall(text))
        hits = {
            language: sum(count for word, count in words.items() if word in common)
            for language, common in self._common.items()
        }
        if not any(hits.values()):
            return around if around in self._common else "en"
        for language, letters in _LETTERS.items():
            hits[language] += not letters.isdisjoint(text.lower())
        best = max(hits, key=lambda language: (hits[language], language == "en"))
        return best if hits[best] >= 2 and hits[best] > 1.5 * hits["en"] else "en"


def main_language(languages: Iterable[tuple[str, int]]) -> str:
    """The language of most of a text, from (language, letters) of its sentences; "und" when there is nothing."""
    amounts: Counter[str] = Counter()
    for language, letters in languages:
        if language != "und":
            amounts[language] += letters
    return amounts.most_common(1)[0][0] if amounts else "und"


def _script(code: int) -> str | None:
    if code < 0x80:
        return "latin" if 0x41 <= code <= 0x5A or 0x61 <= code <= 0x7A else None
    return next((script for script, first, last in _SCRIPTS if first <= code <= last), None)
