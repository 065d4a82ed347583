"""The literal instructions that the editor was taught, and which of its instruments a name means."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalog import Catalog
from core.catalog.names import normalise, variants
from core.errors import PersonError
from core.instruction.instruction import Action, EditWords, InstructionReader
from core.words import Words

FORMS: dict[Action, str] = {"add": "Add {}", "remove": "No {}", "extract": "Only {}"}

KOREAN = {"Drums": "드럼", "Bass": "베이스", "Piano": "피아노", "Guitar": "기타"}


def literal(action: Action, instrument: str) -> str:
    """`Music piece. Instruct: No Drums.` (arXiv:2405.18386, section 4.1)."""
    return f"Music piece. Instruct: {FORMS[action].format(instrument)}."


class Instructions:
    """Turns what people ask for into literal instructions for an editor that knows some instruments by name."""

    def __init__(self, catalog: Catalog, instruments: Sequence[str]) -> None:
        self._catalog = catalog
        self._instruments = tuple(instruments)
        self._words = EditWords.read()
        self._reader = InstructionReader(self._words, lambda name: catalog.find("instrument", name) is not None)

    def read(self, text: str) -> tuple[tuple[Action, str], ...]:
        """Edits to do one after another, each an action and the name of an instrument.

        Raises:
            PersonError: it isn't understood, or names an instrument that the editor was not taught.
        """
        instruction = self._reader.read(text)
        if instruction is None:
            raise PersonError(self._not_understood())
        named = dict.fromkeys(self._instrument(target) for target in instruction.targets)
        if instruction.action == "extract" and len(named) > 1:
            raise PersonError(
                Words(
                    "From a recording I can keep one instrument at a time. Please name one.",
                    "녹음에서는 악기를 한 번에 하나만 남길 수 있습니다. 하나만 적어 주세요.",
                )
            )
        return tuple((instruction.action, name) for name in named)

    def _instrument(self, target: str) -> str:
        """The instrument of the editor that a name means: by its own name, its role, its family or its GM program.

        Raises:
            PersonError: there is none.
        """
        names = set(variants(normalise(target)))
        by_name = {normalise(known): known for known in self._instruments}
        if direct := next((by_name[name] for name in names if name in by_name), None):
            return direct
        roles = {role for name in names for role in self._words.roles_called(name)}
        marks = {mark for name in names for mark in self._words.family_called(name)}
        found = self._catalog.find("instrument", target)
        if found is not None:
            roles.update({"drums"} if found.family == "percussion" else set(found.roles[:1]) & {"bass"})
            marks.add(found.id)
        guessed = [
            name
            for name, fits in (
                ("Drums", bool(roles & {"drums", "percussion"})),
                ("Bass", roles == {"bass"}),
                ("Piano", any("piano" in mark for mark in marks)),
                ("Guitar", any("guitar" in mark for mark in marks)),
            )
            if fits and name in self._instruments
        ]
        if not guessed:
            raise PersonError(self._unknown(target))
        return guessed[0]

    def _listed(self) -> Words:
        korean = ", ".join(KOREAN.get(name, name) for name in self._instruments)
        return Words(", ".join(name.lower() for name in self._instruments), korean)

    def _unknown(self, target: str) -> Words:
        listed = self._listed()
        return Words(
            f"In a recording I can only tell these apart: {listed.en}. “{target}” is not among them.",
            f"녹음에서는 다음 악기만 구별할 수 있습니다: {listed.ko}. ‘{target}’은(는) 없습니다.",
        )

    def _not_understood(self) -> Words:
        listed = self._listed()
        return Words(
            f"Please say what to add, to remove or to keep: “Add bass”, “Remove drums”, “Only piano”. "
            f"In a recording I can tell apart: {listed.en}.",
            f"무엇을 더하거나 빼거나 남길지 알려 주세요. 예: “베이스 추가해 줘”, “드럼 빼 줘”, “피아노만”. "
            f"녹음에서 구별할 수 있는 악기: {listed.ko}.",
        )
