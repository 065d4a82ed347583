"""Band: a fleet that plays at once what a test tells it to, or waits until it may."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncGenerator

from PIL import Image

from core.engines.engine import Progress
from core.errors import PersonError
from core.fleet.fleet import EngineStatus, Finished, FleetEvent, Work
from core.fleet.lanes import Lanes
from core.piece import Facts, Piece, PieceFile
from core.text.reading import Evidence, Finding, Reading, TopicGuess
from core.words import Words
from tests.platforms.discord.world import Message

RATE = 8_000
SONG = b"RIFF a song"


def played(message: Message) -> bool:
    """Whether a message carries music."""
    return bool(message.attachments)


class Band:
    """Makes tiny but real files. Close `stage` to keep the work waiting at half; `fault` makes it fail."""

    def __init__(self, *, hears: bool = False) -> None:
        self.features = frozenset({"style", "edit_recording"} if hears else ())
        self.works: list[Work] = []
        self.stage = asyncio.Event()
        self.stage.set()
        self.fault: PersonError | None = None
        self.audio_bytes = 0
        self.with_stems: int | None = None

    @property
    def jobs(self) -> list[str]:
        """The jobs that were begun; a work's id also names the attempt."""
        return [work.id.partition(".")[0] for work in self.works]

    @property
    def lanes(self) -> Lanes:
        return Lanes((), processes=1)

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def engines(self) -> tuple[EngineStatus, ...]:
        return (EngineStatus("composer", True, "plays at once", None, "MIT", True, self.features),)

    async def run(self, work: Work) -> AsyncGenerator[FleetEvent]:
        self.works.append(work)
        yield Progress(work.id, 0.5, "render")
        await self.stage.wait()
        if self.fault is not None:
            raise self.fault
        yield Finished(self._piece(work), None if work.read is None else _reading(work))

    def _piece(self, work: Work) -> Piece:
        files = [
            PieceFile(kind="audio", name="music.wav", media_type="audio/wav", data=_wav() + bytes(self.audio_bytes)),
            PieceFile(kind="waveform", name="waveform.png", media_type="image/png", data=_png()),
            PieceFile(kind="score", name="score.json", media_type="application/json", data=b"{}"),
        ]
        if work.order.stems or self.with_stems:
            data = bytes(self.with_stems or 1000)
            files.append(PieceFile(kind="stems", name="stems.zip", media_type="application/zip", data=data))
        return Piece(facts=_facts(work), files=tuple(files), peaks=bytes(16))


def _facts(work: Work) -> Facts:
    return Facts(
        seconds=0.1,
        sample_rate=RATE,
        channels=1,
        bpm=84.0,
        key="A minor",
        lufs=-14.0,
        true_peak_dbtp=-1.0,
        seed=work.brief.seed or 0,
        engine="composer",
        model="composer 1",
        licence="MIT",
        commercial=True,
        brief=work.brief,
        caption="",
        render_seconds=0.0,
        edits=work.edits,
    )


def _reading(work: Work) -> Reading:
    assert work.read is not None
    topics = (TopicGuess(topic="travel", probability=0.8), TopicGuess(topic="sports_outdoors", probability=0.2))
    evidence = (Evidence(quote=work.read.text[:60], weight=1.0),)
    return Reading(
        language=work.read.language,
        summary=work.read.text[:60],
        topics=topics,
        emotion="happiness",
        emotions={"happiness": 1.0},
        valence=0.5,
        arousal=0.5,
        scenes=(),
        findings=(Finding(kind="topic", says=Words("It is about travel.", "여행 이야기입니다."), evidence=evidence),),
        notes=(),
        brief=work.brief,
        caption="",
    )


def _wav() -> bytes:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(bytes(RATE // 5))
        return file.getvalue()


def _png() -> bytes:
    with io.BytesIO() as file:
        Image.new("RGB", (8, 4)).save(file, "PNG")
        return file.getvalue()
