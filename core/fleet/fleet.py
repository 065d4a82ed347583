"""The Fleet protocol: hand in work, follow its progress, get a finished piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.brief import Brief
from core.engines.engine import Concept, Progress, Use, feature_of
from core.piece import Order, Piece
from core.text.reading import Reading
from core.words import Language, Words

if TYPE_CHECKING:
    from core.fleet.lanes import Lanes


@dataclass(frozen=True, slots=True)
class ReadText:
    """Read this text first; what `brief` already says wins over what the text suggests.

    `topic` overrides the topic that the reader would choose.
    """

    text: str
    language: Language
    topic: str | None = None


LARGEST_RECORDING = 25 * 1024 * 1024
"""The most bytes that one recording may have."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An audio file as somebody sent it, not yet decoded, and what it is for."""

    use: Use
    data: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """One piece to make: from a brief, from a text and a brief, from an earlier score, or with recordings.

    `edits` are done in turn. `concepts` holds those that the brief names.
    """

    id: str
    brief: Brief
    order: Order
    read: ReadText | None = None
    score: bytes | None = None
    edits: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
    concepts: tuple[Concept, ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        """The features that an engine must have for it."""
        needs = {feature_of(recording.use) for recording in self.recordings}
        if self.concepts:
            needs.add("concepts")
        if self.score is not None or (self.edits and "edit_recording" not in needs):
            needs.add("edit")
        return frozenset(needs)


PREVIEW_KBPS = 128
"""Bit rate of what is heard before a piece is finished."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An MP3 of the beginning of a piece that is still being made."""

    data: bytes
    media_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Finished:
    """The piece, and what was read when a text was scored."""

    piece: Piece
    reading: Reading | None = None


FleetEvent = Progress | Preview | Finished


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One engine of the fleet for `doctor`: whether it can run, in words, and its memory in bytes when it runs.

    `commercial` tells whether what it makes may be used commercially under `licence`. `features` and `slots` are those
    of its `EngineInfo`.
    """

    name: str
    available: bool
    explanation: Words
    memory: int | None
    licence: str
    commercial: bool
    features: frozenset[str] = frozenset()
    slots: int = 1


def missing(engine: str, explanation: Words) -> EngineStatus:
    """The status of an engine that cannot run."""
    return EngineStatus(engine, available=False, explanation=explanation, memory=None, licence="", commercial=False)


class Fleet(Protocol):
    @property
    def lanes(self) -> Lanes:
        """What is made together and how much at once, as far as `engines` has told it."""
        ...

    async def start(self) -> None: ...

    def run(self, work: Work) -> AsyncGenerator[FleetEvent]:
        """Events of one piece of work, ending with Finished. Closing the generator cancels the work.

        Raises:
            PersonError: the work cannot be done as asked, or the engine failed (`EngineFailed`).
        """
        ...

    async def engines(self) -> tuple[EngineStatus, ...]: ...

    async def close(self) -> None: ...
