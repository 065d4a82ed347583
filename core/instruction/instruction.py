"""Instructions: what somebody wants changed about a piece, in everyday English or Korean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from core.brief import Frozen
from core.catalog.entries import InstrumentRole as Role
from core.catalog.names import normalise, without_particle

Action = Literal["add", "remove", "extract"]

LONGEST = 300
_ORDER: tuple[Action, ...] = ("extract", "remove", "add")
_JOINTS = re.compile(r"\s*(?:,|;|/|&|\+|\band\b|\bplus\b|그리고|하고)\s*", re.IGNORECASE)
_PREAMBLE = re.compile(r"^\s*(music piece\.)?\s*(instruct(ion)?\s*:)?", re.IGNORECASE)
_MARKS = re.compile(r"[.!?…\"'“”‘’()]+")
_ALL_BUT = re.compile(r"\b(?:everything|all|anything)\s+(?:but|except)\s+(.+)", re.IGNORECASE)
_WITHOUT_ALL_ELSE = re.compile(r"(빼|제외)\S*\s*(다|전부|모두|나머지)")
_ONLY_KO = re.compile(r"만(?=\s|$|남|들|연주|나오|있|재생|으로)")
_JOINED_KO = ("이랑", "랑", "과", "와")


class _Verbs(Frozen):
    en: tuple[str, ...]
    ko: tuple[str, ...]


class _Fillers(Frozen):
    en: tuple[str, ...]
    ko: tuple[str, ...]
    ko_whole: tuple[str, ...]


class _Family(Frozen):
    names: tuple[str, ...]
    contain: tuple[str, ...]


class EditWords(Frozen):
    """The words that people use for changes, roles and families; the content of `edit_words.toml`."""

    verbs: dict[Action, _Verbs]
    fillers: _Fillers
    roles: dict[Role, tuple[str, ...]]
    families: dict[str, _Family]

    @classmethod
    def read(cls) -> EditWords:
        text = (files("core.instruction") / "edit_words.toml").read_text("utf-8")
        return cls.model_validate(tomllib.loads(text))

    def roles_called(self, name: str) -> frozenset[Role]:
        """The roles that a name means."""
        wanted = normalise(name)
        return frozenset(role for role, names in self.roles.items() if wanted in map(normalise, names))

    def family_called(self, name: str) -> tuple[str, ...]:
        """What the ids of the instruments of a family contain; nothing for a name that means no family."""
        wanted = normalise(name)
        return tuple(
            part
            for family in self.families.values()
            if wanted in map(normalise, family.names)
            for part in family.contain
        )


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to do, and with what, in the words that were used."""

    action: Action
    targets: tuple[str, ...]


class InstructionReader:
    """Reads instructions: "Take the drums out, please" removes "drums", "피아노만 들려줘" extracts "피아노"."""

    def __init__(self, words: EditWords, known: Callable[[str], bool] = lambda _: False) -> None:
        """`known` recognises names that are kept whole, whatever words they are made of ("music box")."""
        self._known = known
        self._verbs = {action: _verb_pattern(words.verbs[action]) for action in _ORDER}
        english = {word for verbs in words.verbs.values() for verb in verbs.en for word in verb.split()}
        self._fillers = frozenset(words.fillers.en) | english
        stems = [stem for verbs in words.verbs.values() for stem in verbs.ko] + list(words.fillers.ko)
        self._korean_filler = re.compile(rf"(?:{'|'.join(stems)})\S*|(?:{'|'.join(words.fillers.ko_whole)})")

    def read(self, text: str) -> Instruction | None:
        """What an instruction asks for; None when it names no action or nothing to act on."""
        text = _MARKS.sub(" ", _PREAMBLE.sub("", text[:LONGEST]))
        rest = _ALL_BUT.search(text)
        if rest is not None:
            return self._instruction("remove", rest[1])
        if _WITHOUT_ALL_ELSE.search(text):
            return self._instruction("remove", text)
        found: dict[Action, int] = {"extract": 0} if _ONLY_KO.search(text) else {}
        for action, pattern in self._verbs.items():
            match = pattern.search(text)
            if match is not None:
                found.setdefault(action, match.start())
        if not found:
            return None
        # "Leave only the piano" keeps it, but in "Add a solo voice" the first verb says what to do.
        first = min(found, key=lambda action: found[action])
        return self._instruction("add" if first == "add" else next(iter(found)), text)

    def _instruction(self, action: Action, text: str) -> Instruction | None:
        targets = [target for piece in _JOINTS.split(text) for target in self._named(piece)]
        return Instruction(action, tuple(dict.fromkeys(targets))) if targets else None

    def _named(self, piece: str) -> list[str]:
        """The names in a piece of an instruction, without verbs and fillers."""
        names: list[str] = []
        words: list[str] = []
        heard = [word for raw in piece.split() if (word := raw.strip("-·:"))]
        whole = self._whole_name(heard)
        if whole:
            return [whole]
        for word in heard:
            if word.casefold() in self._fillers or self._korean_filler.fullmatch(word):
                continue
            words.append(word if word.isascii() else _bare(word))
            if word.endswith(_JOINED_KO) and words[-1] != word:
                names.append(" ".join(words))
                words = []
        return [*names, " ".join(words)] if words else names

    def _whole_name(self, words: list[str]) -> str | None:
        """The longest known name of several words among the words of a piece."""
        windows = (words[i : i + n] for n in range(min(4, len(words)), 1, -1) for i in range(len(words) - n + 1))
        return next((name for window in windows if self._known(name := " ".join(window))), None)


def _verb_pattern(verbs: _Verbs) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(verbs.en)})\b|{'|'.join(verbs.ko)}", re.IGNORECASE)


def _bare(word: str) -> str:
    """A Korean word without the particle on it."""
    return next((form for form in without_particle(word) if len(form) > 1), word)
