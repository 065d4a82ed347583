"""What frames between the bot and an engine's process mean."""

from __future__ import annotations

import dataclasses
from collections import deque
from itertools import chain
from typing import Final

from pydantic import TypeAdapter

from core.engines.engine import Progress
from core.errors import AudioError, ConceptError, EngineFailed, EngineUnavailable, PersonError, TextError, WishError
from core.fleet.fleet import EngineStatus, Finished, FleetEvent, Preview, Work
from core.fleet.frames import Frame
from core.piece import Piece, PieceFile
from core.text.reading import Reading
from core.words import Words

WORK: Final = TypeAdapter(Work)
PROGRESS: Final = TypeAdapter(Progress)
WORDS: Final = TypeAdapter(Words)
STATUSES: Final = TypeAdapter(tuple[EngineStatus, ...])

ERRORS: Final = {
    error.__name__: error for error in (PersonError, WishError, AudioError, TextError, ConceptError, EngineUnavailable)
}


def begin(work: Work) -> Frame:
    """Bytes travel beside the body: the score if there is one, then recordings, then concepts, each in their order."""
    recordings = tuple(dataclasses.replace(recording, data=b"") for recording in work.recordings)
    concepts = tuple(dataclasses.replace(concept, data=b"") for concept in work.concepts)
    bare = dataclasses.replace(work, score=None, recordings=recordings, concepts=concepts)
    body = WORK.dump_python(bare, mode="json")
    # Only what was asked for: the rest stays open to what a text suggests.
    body["brief"] = work.brief.model_dump(mode="json", exclude_unset=True)
    blobs = (recording.data for recording in work.recordings), (concept.data for concept in work.concepts)
    return Frame("begin", body, (*(() if work.score is None else (work.score,)), *chain(*blobs)))


def work_of(frame: Frame) -> Work:
    bare, blobs = WORK.validate_python(frame.body), deque(frame.blobs)
    has_score = len(blobs) > len(bare.recordings) + len(bare.concepts)
    score = blobs.popleft() if has_score else None
    recordings = tuple(dataclasses.replace(recording, data=blobs.popleft()) for recording in bare.recordings)
    concepts = tuple(dataclasses.replace(concept, data=blobs.popleft()) for concept in bare.concepts)
    return dataclasses.replace(bare, score=score, recordings=recordings, concepts=concepts)


def event_frame(work_id: str, event: FleetEvent) -> Frame:
    match event:
        case Progress():
            return Frame("progress", {"id": work_id, "progress": PROGRESS.dump_python(event, mode="json")})
        case Preview():
            body = {"id": work_id, "media_type": event.media_type, "seconds": event.seconds}
            return Frame("preview", body, (event.data,))
        case Finished(piece=piece, reading=reading):
            body = {
                "id": work_id,
                "piece": piece.model_dump(mode="json", exclude={"peaks": True, "files": {"__all__": {"data"}}}),
                "reading": None if reading is None else reading.model_dump(mode="json"),
            }
            return Frame("finished", body, (piece.peaks, *(file.data for file in piece.files)))


def event_of(frame: Frame) -> FleetEvent:
    body, blobs = frame.body, frame.blobs
    match frame.kind:
        case "progress":
            return PROGRESS.validate_python(body["progress"])
        case "preview":
            return Preview(blobs[0], body["media_type"], body["seconds"])
        case "finished":
            files = tuple(
                PieceFile.model_validate({**file, "data": data})
                for file, data in zip(body["piece"]["files"], blobs[1:], strict=True)
            )
            piece = Piece.model_validate({**body["piece"], "files": files, "peaks": blobs[0]})
            reading = None if body["reading"] is None else Reading.model_validate(body["reading"])
            return Finished(piece, reading)
        case kind:
            raise ValueError(f"not an event: {kind}")


def failed(work_id: str, error: PersonError) -> Frame:
    body = {"id": work_id, "error": type(error).__name__, "words": WORDS.dump_python(error.words, mode="json")}
    if isinstance(error, EngineFailed):
        body["retryable"] = error.retryable
    return Frame("failed", body)


def error_of(frame: Frame) -> PersonError:
    words = WORDS.validate_python(frame.body["words"])
    if frame.body["error"] == EngineFailed.__name__:
        return EngineFailed(words, retryable=bool(frame.body["retryable"]))
    return ERRORS.get(frame.body["error"], PersonError)(words)


def statuses_frame(statuses: tuple[EngineStatus, ...]) -> Frame:
    return Frame("engines", {"engines": STATUSES.dump_python(statuses, mode="json")})


def statuses_of(frame: Frame) -> tuple[EngineStatus, ...]:
    return STATUSES.validate_python(frame.body["engines"])
