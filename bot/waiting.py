"""WaitingList: what a person waits for, and cancelling it."""

from __future__ import annotations

from bot.dispatcher import Dispatcher
from bot.job import Job
from bot.people import Asker
from bot.presentation import Presentation, progress_words
from bot.replies import Button, Entry, ListReply, TextReply
from bot.shelf import NotAllowed
from bot.store.store import Store
from core.errors import PersonError
from core.words import Words

_CANCELLED = Words("Cancelled.", "취소했습니다.")
_NOTHING = Words("You are not waiting for anything.", "기다리는 작업이 없습니다.")
_ENDED = Words("This is already finished.", "이미 끝난 작업입니다.")
_NOT_YOURS = Words(
    "Only the person who asked for it, or an admin of the community, may cancel it.",
    "요청한 사람이나 커뮤니티 관리자만 취소할 수 있습니다.",
)
_CANCEL = Words("Cancel", "취소")


class WaitingList:
    def __init__(self, store: Store, dispatcher: Dispatcher, presentation: Presentation) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._presentation = presentation

    async def show(self, asker: Asker) -> ListReply:
        """The jobs of a person, each with its place in the queue or how far it is."""
        language = asker.language
        mine = await self._store.jobs.of_person(asker)
        if not mine:
            return ListReply(_NOTHING.to(language), language, ())
        places = {job: place for place, job in enumerate(await self._store.jobs.order(), start=1)}
        entries = tuple(
            Entry(
                id=job.id,
                title=self._presentation.title(job.request.brief, language),
                detail=progress_words(job, places.get(job.id)).to(language),
                buttons=(Button("cancel", job.id, _CANCEL),),
            )
            for job in mine
        )
        title = Words(f"You wait for {len(mine)}", f"기다리는 작업 {len(mine)}개").to(language)
        return ListReply(title, language, entries)

    async def cancel(self, asker: Asker, job_id: str) -> TextReply:
        """Cancel one job.

        Raises:
            PersonError: it has ended, or belongs to somebody else.
        """
        job = await self._store.jobs.get(job_id)
        if job is None:
            raise PersonError(_ENDED)
        if not _may_cancel(asker, job):
            raise NotAllowed(_NOT_YOURS)
        if not await self._cancel(job.id):
            raise PersonError(_ENDED)
        return TextReply(_CANCELLED.to(asker.language), asker.language)

    async def cancel_all(self, asker: Asker) -> TextReply:
        """Cancel everything that a person waits for."""
        cancelled = [await self._cancel(job.id) for job in await self._store.jobs.of_person(asker)]
        count = sum(cancelled)
        if not count:
            return TextReply(_NOTHING.to(asker.language), asker.language)
        words = Words(f"Cancelled: {count}.", f"{count}개를 취소했습니다.")
        return TextReply(words.to(asker.language), asker.language)

    async def _cancel(self, job: str) -> bool:
        if not await self._store.outcomes.cancel(job, _CANCELLED):
            return False
        await self._dispatcher.cancelled(job)
        return True


def _may_cancel(asker: Asker, job: Job) -> bool:
    owner = job.request.asker
    if (asker.platform, asker.person) == (owner.platform, owner.person):
        return True
    return asker.admin and (asker.platform, asker.community) == (owner.platform, owner.community)
