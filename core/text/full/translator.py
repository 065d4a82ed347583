"""Korean into English by a translation model; English stays as it is, other languages are left alone."""

from __future__ import annotations

from collections.abc import Sequence

from core.text.depth import English
from core.text.full.loading import Loaded

_BEAMS = 2
_MOST_TOKENS = 160


class KoreanTranslator:
    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def to_english(self, texts: Sequence[str], languages: Sequence[str]) -> English:
        """Korean texts translated; each different sentence once."""
        korean = list(dict.fromkeys(text for text, code in zip(texts, languages, strict=True) if code == "ko" and text))
        written = self._loaded.written(korean, most_tokens=_MOST_TOKENS, beams=_BEAMS)
        translated = dict(zip(korean, written, strict=True))
        pairs = [_read(text, code, translated) for text, code in zip(texts, languages, strict=True)]
        return English(tuple(text for text, _ in pairs), tuple(coverage for _, coverage in pairs))


def _read(text: str, language: str, translated: dict[str, str]) -> tuple[str, float]:
    if language != "ko":
        return text, float(language == "en")
    english = translated.get(text, "")
    return (english, 1.0) if english else (text, 0.0)
