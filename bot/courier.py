"""Courier: what a platform must be able to do so that delivery can hand out results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.people import Place
from bot.replies import ProgressReply, Reply


class DeliveryRetry(Exception):
    """The platform did not take it now; try again after `seconds`."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class DeliveryGone(Exception):
    """The place exists no more or is closed to the bot; trying again is pointless."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One result on its way. `nonce` is stable over all tries, at most 25 characters, unique to the delivery.

    `attempt` counts from 1. `receipt` is what an earlier try noted through `note`, so that a try cut short between
    the platform's acceptance and our own mark can be recognised instead of repeated. `note` is stored when it
    returns: a courier awaits it before the step that it must not repeat (the id of an upload before completing it).
    """

    id: str
    nonce: str
    attempt: int
    place: Place
    reply: Reply
    receipt: str | None
    note: Callable[[str], Awaitable[None]]


class Courier(Protocol):
    @property
    def shows_sketches(self) -> bool:
        """Whether the sketch of a `ProgressReply` can be heard there."""
        ...

    async def show(self, place: Place, progress: ProgressReply) -> None:
        """Show progress by editing the first reply. Best effort: failing to is not an error.

        Calls for one place never overlap, and none follows once the result is on its way.
        """
        ...

    async def deliver(self, outgoing: Outgoing) -> str:
        """Hand over one result (a TrackReply, or a TextReply that says why there is none) in place of the progress.

        Returns a reference to the message that carries it.

        Raises:
            DeliveryRetry: not now.
            DeliveryGone: never.
        """
        ...
