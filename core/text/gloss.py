"""Korean into English, word by word: not a translation, but enough for an English encoder to know what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.text.depth import English
from core.text.tables import read_table


class Glosser:
    """Longest match of Korean stems at the start of words and of what follows them."""

    def __init__(self, stems: Mapping[str, str] | None = None) -> None:
        self._stems = stems or _read_stems()
        self._longest = max(map(len, self._stems))

    def to_english(self, texts: Sequence[str], languages: Sequence[str]) -> English:
        glosses = [
            self._gloss(text) if language == "ko" else (text, float(language == "en"))
            for text, language in zip(texts, languages, strict=True)
        ]
        return English(tuple(text for text, _ in glosses), tuple(coverage for _, coverage in glosses))

    def _gloss(self, text: str) -> tuple[str, float]:
        words: list[str] = []
        known = total = 0
        for token in text.split():
            found = self._match(token)
            total += 1
            known += bool(found)
            words += found
        return " ".join(words), known / max(total, 1)

    def _match(self, token: str) -> list[str]:
        if token.isascii():
            return [token]
        for length in range(min(self._longest, len(token)), 0, -1):
            if token[:length] in self._stems and (length > 1 or len(token) <= 2):
                return [self._stems[token[:length]]]
        return []


def _read_stems() -> dict[str, str]:
    lines = read_table("ko_gloss.tsv").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {korean: english for _, korean, english in rows}
