"""Job: one request on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.people import Asker, Place
from core.brief import Brief
from core.engines.engine import Use
from core.fleet.fleet import ReadText
from core.piece import Order
from core.words import Words

JobKind = Literal[
    "bgm", "like", "more_like", "score", "again", "vary", "loop", "extend", "stems", "remix", "edit", "rescore", "learn"
]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """A recording that somebody gave and what it is for; `digest` finds it among the blobs."""

    use: Use
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for and by whom, before it is accepted. `brief.seed` is set.

    `score` is the digest of the score of an earlier piece that is to be played again, after `edits`. A lower `priority`
    is served first. `recordings` holds at most one of each use.
    """

    kind: JobKind
    asker: Asker
    place: Place
    brief: Brief
    order: Order
    read: ReadText | None = None
    parent: str | None = None
    score: str | None = None
    edits: tuple[str, ...] = ()
    recordings: tuple[KeptRecording, ...] = ()
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted request and how far it is.

    `round` orders jobs of one priority: in each round everyone gets one job. `attempt` numbers the claims: only the
    latest may write. `failures` counts the attempts in which the engine broke. Times are in seconds since 1970.
    """

    id: str
    request: Request
    round: int
    state: JobState
    attempt: int
    failures: int
    fraction: float
    stage: str
    error: Words | None
    created: float
