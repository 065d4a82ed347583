"""The Engine protocol and its events.

An engine is driven step by step, so that one that serves many requests in one batch and one that makes a piece at a
time look the same from outside: `add` requests, call `step` while it is not `idle`, handle the events it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from core.audio.clip import Clip
from core.brief import Brief
from core.errors import PersonError
from core.words import Words


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is, for provenance, for `doctor` and for rules about commercial use.

    `model` names weights or, for the composer, its version and soundfont: the same seed on another model is another
    piece. `features` are words such as "stems", "midi", "loop", "sections", "stream", "caption", "avoid"; "edit" where
    pieces of its own are edited from their scores; "concepts" where it takes learned ones; and for what it does with a
    recording, the feature of that use (see `Reference`). `slots` is how many requests it makes at once; those of an
    engine with more than one are brought together in one process.
    """

    name: str
    model: str
    licence: str
    commercial: bool
    features: frozenset[str]
    slots: int = 1


Use = Literal["style", "melody", "extend", "edit", "learn"]
"""What a recording is for: a model of style, a tune to follow, a beginning to go on from, music to be edited, or sound
from which a concept is learned."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A recording that somebody gave, decoded: mono or stereo, at the rate of its file."""

    use: Use
    clip: Clip

    @property
    def feature(self) -> str:
        """What an engine's `features` must name to take it."""
        return feature_of(self.use)


def feature_of(use: Use) -> str:
    """The feature of an engine that takes recordings for a use; "edit" alone means edits of its own scores."""
    return "edit_recording" if use == "edit" else use


@dataclass(frozen=True, slots=True)
class Concept:
    """A learned sound: its name in the brief, and its weights as a safetensors file."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One piece to make. `brief.seed` is set. With `score`, a piece made earlier is played again, after its `edits`.

    `score` is the structured score of an earlier composition; `edits` are instructions such as "Remove drums", followed
    in turn, on the score or on the reference given for that. `concepts` holds those that the brief names.
    """

    id: str
    brief: Brief
    caption: str
    stems: bool = False
    midi: bool = False
    score: bytes | None = None
    edits: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    concepts: tuple[Concept, ...] = ()

    def reference(self, use: Use) -> Clip | None:
        return next((given.clip for given in self.references if given.use == use), None)


@dataclass(frozen=True, slots=True)
class SectionSpan:
    """A section as it was played, in seconds from the start."""

    title: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Composition:
    """What an engine made, before mastering. Stems add up to `clip` and may come from disk (`Reels`).

    `note` is something the person should know.

    `crest` is the distance in dB from RMS to peak that the style wants of its master; None leaves it as it is.
    `concept` is the file of a concept that was learned, of which the clip is a sample.
    """

    clip: Clip
    bpm: float | None = None
    key: str | None = None
    stems: Mapping[str, Clip] = field(default_factory=dict)
    midi: bytes | None = None
    score: bytes | None = None
    chart: str | None = None
    spans: tuple[SectionSpan, ...] = ()
    note: Words | None = None
    crest: float | None = None
    concept: bytes | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`fraction` of the work done, 0..1, and the stage now under way ("compose", "render", "mix", …)."""

    request_id: str
    fraction: float
    stage: str


@dataclass(frozen=True, slots=True)
class Partial:
    """Audio that is already final apart from mastering, beginning `start` frames into the piece."""

    request_id: str
    clip: Clip
    start: int


@dataclass(frozen=True, slots=True)
class Done:
    request_id: str
    composition: Composition


@dataclass(frozen=True, slots=True)
class Failed:
    request_id: str
    error: PersonError


Event = Progress | Partial | Done | Failed


class DeviceLost(Exception):
    """The device that an engine works on is gone, and with it all that this process had there."""


class Engine(Protocol):
    """Makes clips from briefs. Not thread-safe: one caller adds, steps and cancels."""

    @property
    def info(self) -> EngineInfo: ...

    @property
    def idle(self) -> bool:
        """No request is waiting or under way."""
        ...

    def add(self, request: Request) -> None: ...

    def step(self) -> Sequence[Event]:
        """Do a bounded piece of work (well under a second) and tell what came of it.

        Raises:
            DeviceLost: only another process can go on.
        """
        ...

    def cancel(self, request_id: str) -> None:
        """Forget a request; no event follows for it. Unknown ids are ignored."""
        ...

    def close(self) -> None:
        """Give back memory and devices."""
        ...


class OneAtATime:
    """An Engine made of a plain generator: `make(request)` yields events and ends with Done."""

    def __init__(self, info: EngineInfo, make: Callable[[Request], Iterator[Event]]) -> None:
        self._info = info
        self._make = make
        self._waiting: dict[str, Request] = {}
        self._current: tuple[str, Iterator[Event]] | None = None

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def idle(self) -> bool:
        return self._current is None and not self._waiting

    def add(self, request: Request) -> None:
        self._waiting[request.id] = request

    def step(self) -> Sequence[Event]:
        if self._current is None:
            if not self._waiting:
                return ()
            request_id, request = next(iter(self._waiting.items()))
            del self._waiting[request_id]
            self._current = (request_id, self._make(request))
        request_id, events = self._current
        try:
            event = next(events)
        except StopIteration:
            self._current = None
            return ()
        except PersonError as error:
            self._current = None
            return (Failed(request_id, error),)
        if isinstance(event, Done | Failed):
            self._current = None
        return (event,)

    def cancel(self, request_id: str) -> None:
        self._waiting.pop(request_id, None)
        if self._current is not None and self._current[0] == request_id:
            self._current = None

    def close(self) -> None:
        self._waiting.clear()
        self._current = None
