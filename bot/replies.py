"""Replies as the bot means them; each platform shows them in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.piece import Facts, PieceFile
from core.words import Language, Words

Action = Literal[
    "again",
    "more_like",
    "vary_small",
    "vary_large",
    "remix",
    "edit",
    "loop",
    "extend",
    "stems",
    "like",
    "share",
    "unshare",
    "delete",
    "why",
    "topic",
    "play",
    "concept_share",
    "concept_unshare",
    "concept_delete",
    "cancel",
    "queue",
    "library",
]
"""What can be pressed.

All act on a track, but those of concepts on one, "cancel" on a job, and "queue" and "library" on a page's number.
"""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: the action and what it acts on (see `Action`). `danger` marks what cannot be undone."""

    action: Action
    target: str
    label: Words
    danger: bool = False


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
class Sketch:
    """Audio to listen to while a piece is being made, and the line that says what it is."""

    file: PieceFile
    line: str


@dataclass(frozen=True, slots=True)
class ProgressReply:
    """How far a job is: its place in the queue (1 = next) while it waits, then a fraction 0..1 and a stage.

    It is also the receipt of an accepted job. `text` is the same as a sentence.
    """

    job: str
    language: Language
    position: int | None
    fraction: float
    stage: str
    text: str
    buttons: tuple[Button, ...] = ()
    sketch: Sketch | None = None


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: a track or job by id, its name, what is known of it, and what can be done with it."""

    id: str
    title: str
    detail: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class ListReply:
    """A page of tracks or jobs, or a sentence in `title` when there are none. Pages count from 1."""

    title: str
    language: Language
    entries: tuple[Entry, ...]
    page: int = 1
    pages: int = 1
    buttons: tuple[Button, ...] = ()
    private: bool = True


@dataclass(frozen=True, slots=True)
class FormReply:
    """A question to ask before an action; the answer goes back as the `value` of the same action and target.

    `title` and `label` fit the smallest form of our platforms (45 characters); the answer has at most `longest`.
    """

    title: str
    language: Language
    action: Action
    target: str
    label: str
    placeholder: str
    longest: int


Reply = TextReply | ProgressReply | TrackReply | ListReply | FormReply
