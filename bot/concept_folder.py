"""The folder of concepts that whoever runs the bot has learned or put there: everybody may use them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.engines.engine import Concept
from core.engines.musicgen.concepts.card import LARGEST_FILE
from core.errors import ConceptError
from core.wish.cleaning import shown
from core.wish.values import read_concept
from core.words import Words

ENDING = ".safetensors"


class UnknownConcept(ConceptError):
    """Nobody has learned a concept of this name, or it is not for the asker; `known` are those that are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        names = ", ".join(known[:12])
        super().__init__(
            Words(
                f"There is no concept “{name}”. " + (f"Concepts: {names}." if names else "None has been learned yet."),
                f"“{name}” 콘셉트가 없습니다. " + (f"콘셉트: {names}" if names else "아직 학습한 콘셉트가 없습니다."),
            )
        )


class ConceptFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where the concept of this name is kept, or would be."""
        return self._folder / f"{name}{ENDING}"

    def names(self) -> tuple[str, ...]:
        found = (path.stem for path in self._folder.glob(f"*{ENDING}"))
        return tuple(sorted(name for name in found if read_concept(name) == name))

    def take(self, names: Sequence[str]) -> tuple[Concept, ...]:
        """The concepts that a brief names.

        Raises:
            ConceptError: one is not here.
        """
        return tuple(self._one(name) for name in names)

    def _one(self, name: str) -> Concept:
        data = self.get(name)
        if data is None:
            raise UnknownConcept(name, self.names())
        return Concept(name, data)

    def get(self, name: str) -> bytes | None:
        """The file of a concept; None where there is none of this name."""
        path = self.path(name)
        if read_concept(name) != name or not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return None
        return path.read_bytes()


def bad_name(name: str) -> ConceptError:
    return ConceptError(
        Words(
            f"“{shown(name)}” cannot name a concept: 2 to 32 letters, digits, hyphens and underscores, "
            "beginning with a letter or digit.",
            f"“{shown(name)}”은(는) 콘셉트 이름으로 쓸 수 없습니다. 글자나 숫자로 시작하여 "
            "글자, 숫자, 하이픈, 밑줄 2~32자로 적어 주세요.",
        )
    )
