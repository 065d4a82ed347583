"""Delivery to the browser: a result takes the place of its progress in the person's conversation."""

from __future__ import annotations

from adapters.web.live import Live
from adapters.web.render import entry
from adapters.web.sketches import Sketches
from bot.courier import DeliveryGone, Outgoing
from bot.people import Place
from bot.replies import ProgressReply
from bot.store.conversations import Conversations


def place(person: str, entry_id: str) -> Place:
    """The place of an answer: an entry of a person's conversation."""
    return Place(platform="web", address={"person": person, "entry": entry_id})


class WebCourier:
    """Hands results over by storing them, which makes a repeated try harmless; open pages are woken."""

    def __init__(self, conversations: Conversations, live: Live, sketches: Sketches) -> None:
        self._conversations = conversations
        self._live = live
        self._sketches = sketches

    @property
    def shows_sketches(self) -> bool:
        return True

    async def show(self, place: Place, progress: ProgressReply) -> None:
        person, entry_id = _address(place)
        if progress.sketch is not None:
            self._sketches.keep(person, progress.job, progress.sketch.file)
        self._live.pass_on(person, entry(entry_id, progress))

    async def deliver(self, outgoing: Outgoing) -> str:
        person, entry_id = _address(outgoing.place)
        await self._conversations.put(person, entry_id, entry(entry_id, outgoing.reply))
        self._sketches.forget(person, outgoing.id)
        self._live.wake(person)
        return entry_id


def _address(place: Place) -> tuple[str, str]:
    try:
        return place.address["person"], place.address["entry"]
    except KeyError as missing:
        raise DeliveryGone(f"the place names no {missing}") from missing
