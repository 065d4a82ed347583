"""Address: where on Discord an answer goes, and by which way the bot may still reach it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

from bot.people import Place

TOKEN_SECONDS = 14 * 60.0
"""How long an interaction's token is trusted: Discord lets it live for 15 minutes."""

BOT_UPLOAD_LIMIT = 10 * 1024 * 1024
"""What the bot's own token may upload where nothing more is known (Discord API documentation, "Uploading Files")."""

REQUEST_LIMIT = 25 * 1024 * 1024
"""The most bytes that all files of one message may have together ("Create Message")."""


@dataclass(frozen=True, slots=True)
class Address:
    """`message` is the bot's first reply; until it is known, an answer replies to `reply_to`.

    `token` edits that reply until `expires` (seconds since 1970) without any permission; after that only the bot's own
    token is left, and it reaches the channel only where `postable`.
    """

    channel: int
    message: int | None = None
    reply_to: int | None = None
    application: int | None = None
    token: str | None = None
    expires: float = 0.0
    postable: bool = True

    def place(self, upload_limit: int) -> Place:
        """The same as something that the bot can store."""
        known = {name: str(value) for name, value in asdict(self).items() if value not in (None, False)}
        return Place(platform="discord", address=known, upload_limit=min(upload_limit, REQUEST_LIMIT))

    @classmethod
    def of(cls, place: Place) -> Self:
        """Read the address of a place that `place()` made.

        Raises:
            ValueError: it is no address of ours.
        """
        known = place.address
        try:
            return cls(
                channel=int(known["channel"]),
                message=_number(known.get("message")),
                reply_to=_number(known.get("reply_to")),
                application=_number(known.get("application")),
                token=known.get("token"),
                expires=float(known.get("expires", 0.0)),
                postable="postable" in known,
            )
        except (KeyError, ValueError) as error:
            raise ValueError("not an address on Discord") from error

    def alive(self, now: float) -> bool:
        """Whether the interaction's token can still be used."""
        return self.token is not None and now < self.expires

    @property
    def key(self) -> str:
        """What stays the same for one first reply, to keep its edits in order."""
        return self.token or f"{self.channel}/{self.message or self.reply_to}"


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
