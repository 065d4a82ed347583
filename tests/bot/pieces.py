"""Pieces, people and a small fleet for the tests of the bot."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from bot.app import App
from bot.courier import Outgoing
from bot.job import Job
from bot.people import Asker, Place
from bot.replies import ProgressReply
from bot.track import Track, TrackFile
from core.brief import Brief
from core.engines.engine import Progress
from core.fleet.fleet import EngineStatus, Finished, FleetEvent, Work
from core.fleet.lanes import Lanes
from core.piece import Facts, Order, Piece, PieceFile
from core.text.reading import Evidence, Finding, Reading, TopicGuess
from core.words import Words

SEOUL = Asker("discord", "seoul", "mina", "ko")
OSLO = Asker("discord", "oslo", "kari", "en")


def person(name: str, community: str = "oslo", **details) -> Asker:
    return Asker("discord", community, name, details.pop("language", "en"), **details)


def channel(name: str = "music", *, upload_limit: int | None = None) -> Place:
    return Place(platform="discord", address={"channel": name}, upload_limit=upload_limit)


def facts(brief: Brief, *, engine: str = "composer", commercial: bool = True, edits: tuple[str, ...] = ()) -> Facts:
    return Facts(
        seconds=brief.duration,
        sample_rate=44100,
        channels=2,
        bpm=84.0,
        key="A minor",
        lufs=-14.0,
        true_peak_dbtp=-1.0,
        seed=brief.seed or 0,
        engine=engine,
        model="composer 1",
        licence="CC0-1.0" if commercial else "CC-BY-NC-4.0",
        commercial=commercial,
        brief=brief,
        caption="calm jazz",
        edits=edits,
        render_seconds=0.5,
    )


PLAIN = Order()


def piece(brief: Brief, order: Order = PLAIN, edits: tuple[str, ...] = ()) -> Piece:
    audio = f"audio of seed {brief.seed} {edits}".encode()
    files = [
        PieceFile(kind="waveform", name="jazz.png", media_type="image/png", data=b"picture"),
        PieceFile(kind="audio", name="jazz.mp3", media_type="audio/mpeg", data=audio),
        PieceFile(kind="score", name="jazz.score.json", media_type="application/json", data=b"{}" + audio),
    ]
    if order.stems:
        files.append(PieceFile(kind="stems", name="jazz.zip", media_type="application/zip", data=b"stems" * 100))
    return Piece(facts=facts(brief, edits=edits), files=tuple(files), peaks=bytes(range(256)))


def reading(brief: Brief) -> Reading:
    return Reading(
        language="en",
        summary="A ship leaves.",
        topics=(
            TopicGuess(topic="travel", probability=0.6),
            TopicGuess(topic="history", probability=0.2),
            TopicGuess(topic="romance", probability=0.1),
        ),
        emotion="sadness",
        emotions={"sadness": 1.0},
        valence=-0.5,
        arousal=-0.2,
        scenes=(),
        findings=(
            Finding(
                kind="topic",
                says=Words("It is about travel.", "여행에 대한 글입니다."),
                evidence=(Evidence(quote="The ship left the harbour", weight=0.9),),
            ),
        ),
        notes=(),
        brief=brief,
        caption="sad travel",
    )


READY = Words("Ready.", "준비되었습니다.")
COMPOSER = EngineStatus("composer", True, READY, None, "CC0-1.0", commercial=True)
HEARING = EngineStatus(
    "musicgen",
    True,
    READY,
    None,
    "CC-BY-NC-4.0",
    commercial=False,
    features=frozenset({"style", "melody", "extend", "edit_recording"}),
)  # fmt: skip
WEIGHTS = EngineStatus("musicgen", True, READY, None, "CC-BY-NC-4.0", commercial=False)


@dataclass
class SmallFleet:
    """Makes pieces at once, or as `behave` says; remembers the work that it was given."""

    behave: Callable[[Work], AsyncGenerator[FleetEvent]] | None = None
    statuses: tuple[EngineStatus, ...] = (COMPOSER,)
    given: list[Work] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    workers: int = 1

    @property
    def lanes(self) -> Lanes:
        return Lanes(self.statuses, self.workers)

    async def start(self) -> None:
        return

    async def run(self, work: Work) -> AsyncGenerator[FleetEvent]:
        self.given.append(work)
        try:
            if self.behave is not None:
                async for event in self.behave(work):
                    yield event
                return
            yield Progress(work.id, 0.5, "compose")
            yield finished(work)
        except (GeneratorExit, asyncio.CancelledError):
            self.cancelled.append(work.id)
            raise

    async def engines(self) -> tuple[EngineStatus, ...]:
        return self.statuses

    async def close(self) -> None:
        return


def finished(work: Work) -> Finished:
    made = piece(work.brief, work.order, work.edits)
    facts = made.facts.model_copy(update={"recordings": tuple(given.use for given in work.recordings)})
    return Finished(made.model_copy(update={"facts": facts}), reading(work.brief) if work.read else None)


@dataclass
class Letterbox:
    """A courier that keeps what it is given. `trouble` may raise instead."""

    trouble: Callable[[Outgoing], None] | None = None
    shows_sketches: bool = True
    delivered: list[Outgoing] = field(default_factory=list)
    shown: dict[str, list[ProgressReply]] = field(default_factory=lambda: defaultdict(list))

    async def show(self, place: Place, progress: ProgressReply) -> None:  # noqa: ARG002
        self.shown[progress.job].append(progress)

    async def deliver(self, outgoing: Outgoing) -> str:
        if self.trouble is not None:
            self.trouble(outgoing)
        self.delivered.append(outgoing)
        return f"message-{len(self.delivered)}"

    def of(self, job: str) -> list[Outgoing]:
        return [outgoing for outgoing in self.delivered if outgoing.id == job]


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.01)


async def becomes_track(app: App, job: str, seconds: float = 60.0) -> None:
    """Wait until a job has ended in a track of the library."""
    async with asyncio.timeout(seconds):
        while await app.service.track(job) is None:  # noqa: ASYNC110 - the library rings no bell
            await asyncio.sleep(0.01)


def track_of(job: Job, *, files: tuple[TrackFile, ...] = (), **details) -> Track:
    """The track that a job would end in."""
    asker = job.request.asker
    made = {
        "id": job.id,
        "platform": asker.platform,
        "community": asker.community,
        "person": asker.person,
        "created": job.created,
        "facts": facts(job.request.brief),
        "files": files,
        "peaks": bytes(range(256)),
        "note": None,
        "parent": job.request.parent,
        "reading": None,
        "text": None,
        "wish": None,
        "share": None,
        "likes": 0,
    }
    return Track(**made | details)
