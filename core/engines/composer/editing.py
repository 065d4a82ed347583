"""Editing: parts of a score taken out, kept alone or added, everything else left note for note as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.brief import Brief
from core.catalog import Catalog
from core.catalog.names import normalise, variants
from core.engines.composer.arranger import Arranger
from core.engines.composer.score import Part, Score
from core.errors import PersonError
from core.instruction.instruction import EditWords, Instruction, InstructionReader
from core.words import Words


class Editor:
    """Follows instructions such as "Remove drums", "Add strings" and "only piano" on a score."""

    def __init__(self, catalog: Catalog, arranger: Arranger) -> None:
        self._catalog = catalog
        self._arranger = arranger
        self._words = EditWords.read()
        self._reader = InstructionReader(self._words, lambda name: catalog.find("instrument", name) is not None)

    def edit(self, score: Score, brief: Brief, text: str) -> Score:
        """The score after an instruction. `brief` is what it was composed from: an added part listens to its mood.

        Raises:
            PersonError: the instruction isn't understood, or names a part that isn't there; lists those that are.
        """
        instruction = self._reader.read(text)
        if instruction is None:
            raise PersonError(self._not_understood(score))
        if instruction.action == "add":
            return self._add(score, brief, instruction)
        named = {part.name for target in instruction.targets for part in self._parts(score, target)}
        keep = instruction.action == "extract"
        parts = tuple(part for part in score.parts if (part.name in named) == keep)
        if not parts:
            raise PersonError(
                Words(
                    "That would leave nothing to hear. Please leave at least one part.",
                    "그러면 아무 소리도 남지 않습니다. 파트를 하나 이상 남겨 주세요.",
                )
            )
        return score.model_copy(update={"parts": parts})

    def _add(self, score: Score, brief: Brief, instruction: Instruction) -> Score:
        for target in instruction.targets:
            instrument = self._catalog.find("instrument", target)
            if instrument is None:
                raise PersonError(self._no_instrument(target))
            added = self._arranger.added_part(score, brief, instrument.id)
            score = score.model_copy(update={"parts": (*score.parts, added)})
        return score

    def _parts(self, score: Score, target: str) -> Sequence[Part]:
        """The parts that a name means: by the name of the part, its instrument, its family or its role.

        Raises:
            PersonError: none; lists the parts there are.
        """
        names = set(variants(normalise(target)))
        by_name = [part for part in score.parts if normalise(part.name) in names]
        found = self._catalog.find("instrument", target)
        wanted = found.id if found else ""
        by_instrument = [part for part in score.parts if wanted and part.instrument == wanted]
        roles = {role for name in names for role in self._words.roles_called(name)}
        by_role = [part for part in score.parts if part.role in roles]
        marks = {mark for name in names for mark in self._words.family_called(name)}
        by_family = [part for part in score.parts if any(mark in part.instrument for mark in marks)]
        answering = [part for part in score.parts if wanted in self._arranger.answers(part.instrument)]
        for matches in (_united(by_name, by_instrument), by_family, by_role, answering):
            if matches:
                return matches
        raise PersonError(self._no_part(score, target))

    def _listed(self, score: Score) -> Words:
        english = ", ".join(part.name for part in score.parts)
        korean = [self._catalog.instruments[part.instrument].ko for part in score.parts]
        return Words(english, ", ".join(dict.fromkeys(korean)))

    def _no_part(self, score: Score, target: str) -> Words:
        listed = self._listed(score)
        return Words(
            f"There is no “{target}” in this piece. Its parts are: {listed.en}.",
            f"이 곡에는 ‘{target}’ 파트가 없습니다. 있는 파트: {listed.ko}.",
        )

    def _no_instrument(self, target: str) -> Words:
        near = self._catalog.nearest("instrument", target)
        english = ", ".join(entry.en for entry in near) or "piano, strings, flute"
        korean = ", ".join(entry.ko for entry in near) or "피아노, 현악기, 플루트"
        return Words(
            f"I don't know the instrument “{target}”. Perhaps: {english}?",
            f"‘{target}’ 악기를 찾지 못했습니다. 혹시 {korean}인가요?",
        )

    def _not_understood(self, score: Score) -> Words:
        listed = self._listed(score)
        return Words(
            f"Please say what to add, to remove or to keep: “Add strings”, “Remove drums”, “Only piano”. "
            f"The parts are: {listed.en}.",
            f"무엇을 더하거나 빼거나 남길지 알려 주세요. 예: “현악기 추가해 줘”, “드럼 빼 줘”, “피아노만”. "
            f"있는 파트: {listed.ko}.",
        )


def _united(*groups: Iterable[Part]) -> list[Part]:
    return list({part.name: part for group in groups for part in group}.values())
