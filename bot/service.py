"""Service: everything that a person can ask for, whatever the platform.

Every use case returns a Reply at once: an accepted job answers with its ProgressReply, which is the receipt, and its
result comes to the `place` through the platform's courier. What a person asks wrongly is raised as a PersonError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.commands import ChoiceSpec, CommandName
from bot.people import Asker, Place, Platform
from bot.replies import Action, ListReply, ProgressReply, Reply, TextReply, TrackReply
from bot.track import Track
from core.brief import Amount
from core.piece import FileKind, PieceFile

Wish = str | Mapping[str, str]
"""A typed wish (`genre:jazz mood:calm rain`), or options by their English names."""


class AlreadyHandled(Exception):
    """The platform sent this event before and its job is stored: acknowledge it, and say nothing more."""


class Service(Protocol):
    """Use cases. Those that accept a job store it before they return.

    `event` is the platform's id of the event that asked. It is stored together with the job, so that an event which
    the platform sends twice makes one job; the second call raises AlreadyHandled.
    """

    async def command(
        self, asker: Asker, place: Place, name: CommandName, given: Wish, *, event: str | None = None
    ) -> Reply:
        """Do what a command of `bot.commands` says, with its options as typed or by name."""
        ...

    async def press(
        self,
        asker: Asker,
        place: Place,
        action: Action,
        target: str,
        value: str | None = None,
        *,
        event: str | None = None,
    ) -> Reply:
        """Do what a button, a select (`value`: the choice) or an answered form (`value`: the answer) says.

        An action that needs a value and has none answers with the FormReply that asks for it.
        """
        ...

    async def complete(self, asker: Asker, command: CommandName, option: str, typed: str) -> tuple[ChoiceSpec, ...]:
        """Up to 25 suggestions for an option that is being typed; after a comma they complete the last name."""
        ...

    async def bgm(self, asker: Asker, place: Place, wish: Wish, *, event: str | None = None) -> ProgressReply: ...

    async def score(
        self,
        asker: Asker,
        place: Place,
        text: str,
        wish: Wish = "",
        topic: str | None = None,
        *,
        event: str | None = None,
    ) -> ProgressReply:
        """Make music that follows a text; what `wish` says wins over what the text suggests."""
        ...

    async def music_like(self, asker: Asker, place: Place) -> ProgressReply:
        """Make music in the style of a recording.

        Raises:
            EngineUnavailable: no engine here can listen to a recording.
        """
        ...

    async def again(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same wish with another seed."""
        ...

    async def vary(
        self, asker: Asker, place: Place, track: str, amount: Amount, *, event: str | None = None
    ) -> ProgressReply:
        """A small or a large step away from a track."""
        ...

    async def loop(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same piece, made to loop without a seam."""
        ...

    async def stems(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same piece with its parts as separate files, and as MIDI."""
        ...

    async def remix(
        self, asker: Asker, place: Place, track: str, instruction: str, *, event: str | None = None
    ) -> ProgressReply:
        """The same piece, edited: "Remove drums"."""
        ...

    async def rescore(
        self, asker: Asker, place: Place, track: str, topic: str, *, event: str | None = None
    ) -> ProgressReply:
        """Score the text of a track again, as being about another topic."""
        ...

    async def cancel(self, asker: Asker, job: str | None = None) -> TextReply:
        """Cancel one job, or all that the asker waits for."""
        ...

    async def queue(self, asker: Asker) -> ListReply: ...

    async def library(self, asker: Asker, page: int = 1) -> ListReply: ...

    async def play(self, asker: Asker, place: Place, track: str) -> TrackReply:
        """A track of the library once more, with its files."""
        ...

    async def like(self, asker: Asker, track: str) -> TextReply:
        """Like a track, or take that back."""
        ...

    async def share(self, asker: Asker, track: str) -> TextReply:
        """Open a track to everyone who has its address, and tell the address."""
        ...

    async def unshare(self, asker: Asker, track: str) -> TextReply: ...

    async def delete(self, asker: Asker, track: str) -> TextReply:
        """Delete a track, its files and its text for good."""
        ...

    async def why(self, asker: Asker, track: str) -> TextReply:
        """What was found in the text that a track scores, with the evidence."""
        ...

    async def help(self, asker: Asker, about: str = "") -> TextReply: ...

    async def move(self, job: str, place: Place) -> None:
        """Tell where the answer goes, once the platform has posted the first reply and named it."""
        ...

    async def first_time(self, platform: Platform, event: str) -> bool:
        """Whether an event that makes no job is new; remembers it for a day."""
        ...

    async def track(self, track: str) -> Track | None: ...

    async def tracks(self, asker: Asker, page: int = 1) -> tuple[Track, ...]:
        """The asker's tracks, newest first, a page at a time; empty past the end."""
        ...

    async def shared(self, token: str) -> Track | None:
        """The track that is shared under this secret address."""
        ...

    async def file(self, track: str, kind: FileKind) -> PieceFile | None:
        """A file of a track with its content."""
        ...
