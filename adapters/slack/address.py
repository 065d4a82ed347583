"""Address: where on Slack an answer goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Self

from bot.people import Place


@dataclass(frozen=True, slots=True)
class Address:
    """A conversation of a workspace, and whom to write to directly when there is none or the bot may not post there.

    `enterprise` is the organization that the workspace belongs to, if any; `org` tells that the app is installed for
    all of it. `thread` is the message under which to answer; `message` the bot's first reply, once it stands there.
    """

    team: str
    person: str
    channel: str = ""
    enterprise: str | None = None
    org: bool = False
    thread: str | None = None
    message: str | None = None

    def place(self) -> Place:
        """The same as something that the bot can store."""
        known = {name: str(value) for name, value in asdict(self).items() if value}
        return Place(platform="slack", address=known)

    @classmethod
    def of(cls, place: Place) -> Self:
        """Read the address of a place that `place()` made.

        Raises:
            ValueError: it is no address of ours.
        """
        try:
            return cls(**{**place.address, "org": "org" in place.address})  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError("not an address on Slack") from error

    @property
    def community(self) -> str:
        """The workspace, or the organization where the app serves all of it."""
        return self.enterprise if self.org and self.enterprise else self.team

    def at(self, channel: str, *, thread: str | None = None, message: str | None = None) -> Self:
        return replace(self, channel=channel, thread=thread, message=message)
