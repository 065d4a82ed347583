"""Sentences meant for people, in every language that TexTuneS speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in English and Korean."""

    en: str
    ko: str

    def to(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en

    def __str__(self) -> str:
        return self.en
