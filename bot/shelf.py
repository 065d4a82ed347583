"""Shelf: what people do with finished tracks: list, hear, like, share and delete them."""

from __future__ import annotations

import asyncio

from bot.people import Asker, Place
from bot.presentation import Presentation
from bot.replies import Button, Entry, ListReply, TextReply, TrackReply
from bot.store.blobs import BlobMissing, digest_of
from bot.store.library import PAGE_SIZE
from bot.store.store import Store
from bot.track import Track, TrackFile
from core.errors import PersonError
from core.piece import FileKind, PieceFile
from core.words import Words

_NO_TRACK = Words("This piece is no longer here.", "더 이상 없는 곡입니다.")
_NOT_YOURS = Words(
    "Only the person it was made for, or an admin of the community, may do this.",
    "곡을 요청한 사람이나 커뮤니티 관리자만 할 수 있습니다.",
)
_EMPTY = Words("Nothing has been made for you yet. Try `/bgm`.", "아직 만든 곡이 없습니다. `/bgm`으로 시작해 보세요.")
_NEWER = Words("Newer", "더 최근")
_OLDER = Words("Older", "더 예전")
_UNSHARE = Words("Stop sharing", "공유 그만두기")


class NotAllowed(PersonError):
    """Something that belongs to somebody else."""


class Shelf:
    """Tracks can be heard and built upon inside their community, and changed by their owner or an admin."""

    def __init__(self, store: Store, presentation: Presentation, share_url: str) -> None:
        self._store = store
        self._presentation = presentation
        self._share_url = share_url

    async def visible(self, asker: Asker, track_id: str) -> Track:
        """A track that the asker may hear and build upon.

        Raises:
            PersonError: it is gone, or was made elsewhere.
        """
        track = await self._store.library.get(track_id)
        if track is None:
            raise PersonError(_NO_TRACK)
        if not (_owns(asker, track) or _is_at_home(asker, track) or track.share):
            raise NotAllowed(_NOT_YOURS)
        return track

    async def owned(self, asker: Asker, track_id: str) -> Track:
        """A track that the asker may change.

        Raises:
            PersonError: it is gone, or belongs to somebody else.
        """
        track = await self.visible(asker, track_id)
        if not (_owns(asker, track) or (asker.admin and _is_at_home(asker, track))):
            raise NotAllowed(_NOT_YOURS)
        return track

    async def recognised(self, asker: Asker, data: bytes) -> Track | None:
        """The track whose audio file this is, if the asker may build upon it."""
        track = await self._store.library.with_audio(await asyncio.to_thread(digest_of, data))
        return track if track is not None and (_owns(asker, track) or _is_at_home(asker, track)) else None

    async def page(self, asker: Asker, page: int) -> ListReply:
        language = asker.language
        count = await self._store.library.count(asker)
        pages = max(1, -(-count // PAGE_SIZE))
        page = min(max(page, 1), pages)
        tracks = await self._store.library.page(asker, page)
        if not tracks:
            return ListReply(_EMPTY.to(language), language, ())
        title = Words(f"Your tracks ({count})", f"내 음악({count}곡)").to(language)
        buttons = []
        if page > 1:
            buttons.append(Button("library", str(page - 1), _NEWER))
        if page < pages:
            buttons.append(Button("library", str(page + 1), _OLDER))
        entries = tuple(self._entry(asker, track) for track in tracks)
        return ListReply(title, language, entries, page=page, pages=pages, buttons=tuple(buttons))

    async def play(self, asker: Asker, place: Place, track_id: str) -> TrackReply:
        track = await self.visible(asker, track_id)
        return self._presentation.track(track, await self.attached(track), asker.language, place.upload_limit)

    async def attached(self, track: Track) -> list[PieceFile]:
        """The files that are shown with a track.

        Raises:
            PersonError: they are gone.
        """
        return [await self._load(file) for file in self._presentation.attached(track)]

    async def file(self, track_id: str, kind: FileKind) -> PieceFile | None:
        track = await self._store.library.get(track_id)
        file = None if track is None else track.file(kind)
        return None if file is None else await self._load(file)

    async def like(self, asker: Asker, track_id: str) -> TextReply:
        track = await self.visible(asker, track_id)
        if await self._store.library.like(asker, track.id):
            return _say(asker, Words("You like this.", "좋아요를 눌렀습니다."))
        return _say(asker, Words("You no longer like this.", "좋아요를 취소했습니다."))

    async def share(self, asker: Asker, track_id: str) -> TextReply:
        track = await self.owned(asker, track_id)
        token = await self._store.library.share(track.id)
        if token is None:
            raise PersonError(_NO_TRACK)
        address = f"{self._share_url}/s/{token}"
        words = Words(
            f"Everyone who has this address can hear the piece: {address}",
            f"이 주소를 아는 사람은 누구나 들을 수 있습니다: {address}",
        )
        return _say(asker, words, Button("unshare", track.id, _UNSHARE))

    async def unshare(self, asker: Asker, track_id: str) -> TextReply:
        track = await self.owned(asker, track_id)
        await self._store.library.unshare(track.id)
        return _say(asker, Words("The piece is no longer shared.", "공유를 그만두었습니다."))

    async def delete(self, asker: Asker, track_id: str) -> TextReply:
        track = await self.owned(asker, track_id)
        files = await self._store.library.delete(track.id)
        given = await self._store.jobs.forget_recordings(track.id, files)
        await self._store.blobs.sweep([*files, *given])
        return _say(asker, Words("The piece is deleted.", "곡을 삭제했습니다."))

    async def why(self, asker: Asker, track_id: str) -> TextReply:
        track = await self.visible(asker, track_id)
        text = self._presentation.why(track, asker.language)
        if not text:
            return _say(
                asker, Words("This piece was made from a wish, not from a text.", "글이 아니라 요청으로 만든 곡입니다.")
            )
        return TextReply(text, asker.language)

    def _entry(self, asker: Asker, track: Track) -> Entry:
        likes = f"♥ {track.likes}" if track.likes else ""
        shared = Words("shared", "공유 중").to(asker.language) if track.share else ""
        return Entry(
            id=track.id,
            title=self._presentation.line(track, asker.language),
            detail=" · ".join(filter(None, [likes, shared])),
            buttons=self._presentation.list_buttons(track),
        )

    async def _load(self, file: TrackFile) -> PieceFile:
        try:
            return await self._store.load(file)
        except BlobMissing as error:
            raise PersonError(_NO_TRACK) from error


def _owns(asker: Asker, track: Track) -> bool:
    return (asker.platform, asker.person) == (track.platform, track.person)


def _is_at_home(asker: Asker, track: Track) -> bool:
    return (asker.platform, asker.community) == (track.platform, track.community)


def _say(asker: Asker, words: Words, *buttons: Button) -> TextReply:
    return TextReply(words.to(asker.language), asker.language, buttons)
