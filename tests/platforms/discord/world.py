"""What exists on the loopback Discord: people, places, messages and interactions, and how the API shows them."""

from __future__ import annotations

import asyncio
import mimetypes
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Payload = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
MIB = 1024 * 1024
DEFAULT_UPLOAD_LIMIT = 10 * MIB
ACK_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
NONCE_SECONDS = 5 * 60.0

ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
EVERYDAY_PERMISSIONS = 0x0000_0000_0006_FE41

TEXT_CHANNEL = 0
DIRECT_MESSAGE = 1
GROUP_MESSAGE = 3

IN_GUILD = 0
IN_BOT_DM = 1
IN_PRIVATE_CHANNEL = 2

EPHEMERAL = 1 << 6
LOADING = 1 << 7

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5


class Clock:
    """Wall time that a test can push forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class Snowflakes:
    """Ids that grow with time, as Discord's do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0

    def next(self) -> str:
        self._count += 1
        milliseconds = int(self._clock.now() * 1000) - EPOCH_MS
        return str((milliseconds << 22) | (self._count & 0x3FFFFF))


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


@dataclass(eq=False)
class User:
    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Payload:
        return {
            "id": self.id,
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }


@dataclass(eq=False)
class Guild:
    """`installed` is false where the app was only installed by a person for themselves."""

    id: str
    name: str
    locale: str = "en-US"
    installed: bool = True
    upload_limit: int = DEFAULT_UPLOAD_LIMIT
    joined: float = 0.0

    def partial(self) -> Payload:
        return {"id": self.id, "locale": self.locale, "features": []}

    def payload(self, channels: list[Channel], bot: User) -> Payload:
        """The guild as GUILD_CREATE carries it."""
        return {
            **self.partial(),
            "name": self.name,
            "owner_id": "1",
            "preferred_locale": self.locale,
            "icon": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_flags": 0,
            "roles": [
                {
                    "id": self.id,
                    "name": "@everyone",
                    "color": 0,
                    "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                    "hoist": False,
                    "position": 0,
                    "permissions": str(EVERYDAY_PERMISSIONS),
                    "managed": False,
                    "mentionable": False,
                    "flags": 0,
                }
            ],
            "emojis": [],
            "stickers": [],
            "members": [member(bot, self.joined)],
            "member_count": 2,
            "channels": [channel.payload() for channel in channels],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "joined_at": iso(self.joined),
            "large": False,
            "unavailable": False,
        }


def member(user: User, joined: float, permissions: int | None = None) -> Payload:
    """A guild member; `permissions` come only with interactions."""
    shown: Payload = {
        "user": user.payload(),
        "roles": [],
        "joined_at": iso(joined),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "avatar": None,
        "nick": None,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": None,
    }
    if permissions is not None:
        shown["permissions"] = str(permissions)
    return shown


@dataclass(eq=False)
class Channel:
    """A place to talk. `bot_may_post` is false where the bot's own token is refused.

    Without `bot_reads_history` the bot finds no earlier messages there, and cannot reply to any.
    """

    id: str
    kind: int
    name: str = "general"
    guild: Guild | None = None
    recipients: tuple[User, ...] = ()
    bot_may_post: bool = True
    bot_reads_history: bool = True
    gone: bool = False

    def payload(self) -> Payload:
        shown: Payload = {"id": self.id, "type": self.kind, "flags": 0, "last_message_id": None}
        if self.guild is None:
            return shown | {"recipients": [user.payload() for user in self.recipients]}
        return shown | {
            "name": self.name,
            "guild_id": self.guild.id,
            "position": 0,
            "permission_overwrites": [],
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
        }


@dataclass(eq=False)
class Attachment:
    id: str
    filename: str
    data: bytes
    url: str
    description: str | None = None

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"

    def payload(self) -> Payload:
        shown: Payload = {
            "id": self.id,
            "filename": self.filename,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
        }
        return shown if self.description is None else shown | {"description": self.description}


@dataclass(eq=False)
class Message:
    """A message; `versions` keeps every content it ever had, oldest first.

    `filled` is when it first had files, by the clock of `time.perf_counter`.
    """

    id: str
    channel: Channel
    author: User
    created: float
    content: str = ""
    components: list[Payload] = field(default_factory=list)
    embeds: list[Payload] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    pings: set[str] = field(default_factory=set)
    flags: int = 0
    reference: Payload | None = None
    replied: Message | None = None
    forwarded: Message | None = None
    nonce: str | None = None
    interaction: Interaction | None = None
    edited: float | None = None
    deleted: bool = False
    versions: list[str] = field(default_factory=list)
    filled: float | None = None
    allowed_mentions: Payload | None = None

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def buttons(self) -> list[Payload]:
        return [item for row in self.components for item in row["components"] if item["type"] == 2]

    @property
    def selects(self) -> list[Payload]:
        return [item for row in self.components for item in row["components"] if item["type"] == 3]

    def button(self, starts: str) -> str:
        """The custom id of the only button whose custom id or label begins so."""
        fitting = [
            b for b in self.buttons if b.get("custom_id", "").startswith(starts) or b["label"].startswith(starts)
        ]
        assert len(fitting) == 1, f"buttons that begin with {starts!r}: {[b['label'] for b in self.buttons]}"
        return str(fitting[0]["custom_id"])

    def file(self, ending: str) -> Attachment:
        return next(file for file in self.attachments if file.filename.endswith(ending))

    def payload(self, *, locked: bool = False) -> Payload:
        """The message as the API shows it; `locked` without what needs the message content intent."""
        shown: Payload = {
            "id": self.id,
            "type": 0 if self.interaction is None else 20,
            "channel_id": self.channel.id,
            "author": self.author.payload(),
            "content": "" if locked else self.content,
            "timestamp": iso(self.created),
            "edited_timestamp": None if self.edited is None else iso(self.edited),
            "tts": False,
            "mention_everyone": False,
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [],
            "attachments": [] if locked else [file.payload() for file in self.attachments],
            "embeds": [],
            "components": [] if locked else numbered(self.components),
            "flags": self.flags,
            "pinned": False,
        }
        if self.reference is not None:
            shown |= {"type": 19, "message_reference": self.reference}
            if self.replied is not None:
                shown["referenced_message"] = self.replied.payload(locked=locked)
        if self.forwarded is not None and not locked:
            kept = ("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags", "mentions")
            original = self.forwarded.payload()
            shown["message_snapshots"] = [{"message": {key: original[key] for key in (*kept, "mention_roles")}}]
        if self.nonce is not None:
            shown["nonce"] = self.nonce
        return shown


def numbered(components: list[Payload]) -> list[Payload]:
    """Components with the numeric ids that Discord gives to each."""
    count = 0

    def number(item: Payload) -> Payload:
        nonlocal count
        count += 1
        shown = {"id": count, **item}
        if item["type"] == 3:
            shown = {"min_values": 1, "max_values": 1, **shown}
        if "components" in item:
            shown["components"] = [number(child) for child in item["components"]]
        return shown

    return [number(item) for item in components]


def pinged(content: str, allowed: Payload | None) -> set[str]:
    """Who a message with this content notifies under these allowed mentions (None allows all that it names)."""
    everyone = set(re.findall(r"@(?:everyone|here)", content))
    users = set(re.findall(r"<@!?(\d+)>", content))
    roles = set(re.findall(r"<@&(\d+)>", content))
    if allowed is None:
        return everyone | users | roles
    parse = allowed.get("parse") or []
    return (
        (everyone if "everyone" in parse else set())
        | (users if "users" in parse else users & set(map(str, allowed.get("users") or ())))
        | (roles if "roles" in parse else roles & set(map(str, allowed.get("roles") or ())))
    )


@dataclass(eq=False)
class Interaction:
    """What a person did, and everything that came back for it.

    `acknowledged` resolves to the callback payload; `ack_seconds` is the real time it took.
    """

    id: str
    token: str
    kind: int
    user: User
    channel: Channel
    created: float
    upload_limit: int
    data: Payload
    source: Message | None = None
    user_install: bool = False
    sent: float = field(default_factory=time.perf_counter)
    ack_seconds: float | None = None
    acknowledged: asyncio.Future[Payload] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)

    @property
    def callback(self) -> Payload | None:
        return self.acknowledged.result() if self.acknowledged.done() else None

    @property
    def modal(self) -> Payload | None:
        return self.callback["data"] if self.callback is not None and self.callback["type"] == 9 else None

    @property
    def choices(self) -> list[Payload]:
        return self.callback["data"]["choices"] if self.callback is not None and self.callback["type"] == 8 else []


class World:
    """Everything there is, by id, and a bell that rings at every change."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.snowflakes = Snowflakes(clock)
        self.bot = User(self.snowflakes.next(), "textunes", bot=True)
        self.application_id = self.bot.id
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.attachments: dict[str, Attachment] = {}
        self.commands: list[Payload] = []
        self._watchers: set[asyncio.Event] = set()

    def ring(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    async def until(self, holds: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Wait until `holds()` is truthy and return what it gave.

        Raises:
            TimeoutError: it did not happen within `seconds`.
        """
        bell = asyncio.Event()
        self._watchers.add(bell)
        try:
            async with asyncio.timeout(seconds):
                while not (found := holds()):
                    await bell.wait()
                    bell.clear()
                return found
        finally:
            self._watchers.discard(bell)

    def channel_messages(self, channel: Channel) -> list[Message]:
        return [m for m in self.messages.values() if m.channel is channel and not m.deleted and not m.ephemeral]

    def by_token(self, token: str) -> Interaction | None:
        return next((it for it in reversed(self.interactions.values()) if it.token == token), None)
