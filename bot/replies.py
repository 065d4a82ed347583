"""Replies as the bot means them; each platform shows them in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.piece import Facts, PieceFile
from core.words import Language, Words

Action = Literal[
    "again", "vary_small", "vary_large", "remix", "loop", "stems", "like", "share", "delete", "why", "cancel", "topic"
]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: the action and what it acts on (a track or job id)."""

    action: Action
    target: str
    label: Words


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select."""

    value: str
    label: Words
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A choice under a reply, such as the topics that a text may have."""

    action: Action
    target: str
    label: Words
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class TextReply:
    """A sentence or a few. `private` is for the asker alone where the platform can."""

    text: str
    language: Language
    buttons: tuple[Button, ...] = ()
    private: bool = True


@dataclass(frozen=True, slots=True)
class ProgressReply:
    """How far a job is: its place in the queue (1 = next) while it waits, then a fraction 0..1 and a stage."""

    job: str
    language: Language
    position: int | None
    fraction: float
    stage: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackReply:
    """A finished track: files to attach (audio first), one line that says what was made, notes and buttons."""

    track: str
    language: Language
    line: str
    notes: tuple[str, ...]
    facts: Facts
    files: tuple[PieceFile, ...]
    peaks: bytes
    buttons: tuple[Button, ...]
    selects: tuple[Select, ...] = ()


Reply = TextReply | ProgressReply | TrackReply
