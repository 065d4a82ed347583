"""Recordings: audio that people give along with what they ask for, kept as long as somebody needs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.job import KeptRecording
from bot.store.store import Store
from bot.track import Track
from core.engines.engine import Use, feature_of
from core.errors import AudioError, PersonError
from core.fleet.fleet import LARGEST_RECORDING
from core.words import Words

RECORDING_GONE = Words(
    "The recording that this was to be made with is no longer kept. Please send it again.",
    "바탕이 되는 녹음을 더 이상 보관하고 있지 않습니다. 녹음을 다시 보내 주세요.",
)
NOTHING_TO_HEAR = Words(
    "There is no audio file in this message. I can hear WAV, FLAC, OGG, Opus, MP3, M4A and the sound of MP4 and WebM.",
    "이 메시지에는 소리 파일이 없습니다. WAV, FLAC, OGG, Opus, MP3, M4A와 MP4, WebM의 소리를 들을 수 있습니다.",
)
SEVERAL_FOR_ONE_USE = Words(
    "Please give only one recording for each purpose.", "같은 용도의 녹음은 하나만 보내 주세요."
)
OUT_OF_REACH = Words(
    "I could not fetch the recording. Please try again, or send the file itself.",
    "녹음을 가져오지 못했습니다. 다시 시도하시거나 파일을 직접 보내 주세요.",
)

SOUND_ENDINGS = frozenset(
    {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac", ".mp4", ".mov", ".webm", ".weba", ".mka"}
)


def may_sound(name: str, media_type: str | None) -> bool:
    """Whether a file may be a recording, by what its platform says of it; only its bytes can tell for sure."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return (media_type or "").startswith(("audio/", "video/")) or ending in SOUND_ENDINGS


def too_large(name: str) -> AudioError:
    limit = f"{LARGEST_RECORDING // 1024 // 1024} MB"
    return AudioError(
        Words(
            f"{name} is too large: I read recordings of up to {limit}.",
            f"{name} 파일이 너무 큽니다. {limit} 이하의 녹음을 보내 주세요.",
        )
    )


@dataclass(frozen=True, slots=True)
class SentRecording:
    """A recording that somebody points at, and what it is for.

    `fetch` gets its bytes, bounded in size, time and address, or raises a PersonError. It is called only once the wish
    is known to be one that can be fulfilled.
    """

    use: Use
    fetch: Callable[[], Awaitable[bytes]]


def uploaded(use: Use, data: bytes) -> SentRecording:
    """A recording whose bytes are here already."""

    async def fetch() -> bytes:
        return data

    return SentRecording(use, fetch)


def needs_of(uses: Sequence[Use]) -> frozenset[str]:
    """The features of an engine that recordings of these uses call for."""
    return frozenset(map(feature_of, uses))


class Recordings:
    """Fetches and keeps recordings; a job that refers to one keeps it from being swept away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, sent: Sequence[SentRecording]) -> tuple[KeptRecording, ...]:
        """Fetch and keep what was sent.

        Raises:
            PersonError: one cannot be fetched, is too large, or there are several of one use.
        """
        if len({each.use for each in sent}) < len(sent):
            raise AudioError(SEVERAL_FOR_ONE_USE)
        return tuple([KeptRecording(each.use, await self._keep(await each.fetch())) for each in sent])

    async def of(self, track: Track) -> tuple[KeptRecording, ...]:
        """The recordings that a track was made with; a sample of what was learned needs none.

        Raises:
            PersonError: they are no longer kept.
        """
        job = await self._store.jobs.get(track.id)
        given = () if job is None else job.request.recordings
        kept = tuple(each for each in given if each.use != "learn")
        if {each.use for each in kept} != set(track.facts.recordings):
            raise PersonError(RECORDING_GONE)
        return kept

    async def _keep(self, data: bytes) -> str:
        if len(data) > LARGEST_RECORDING:
            raise too_large("")
        return await self._store.blobs.put(data)
