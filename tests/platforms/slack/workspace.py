"""What a Slack workspace remembers: people, conversations, messages, files and views."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]

_SERIAL = itertools.count(1)

PING = re.compile(r"<(!(?:channel|here|everyone|subteam\^[^>]*)|@[UW][A-Z0-9]+(?:\|[^>]*)?)>")
"""What notifies people when it stands in mrkdwn text (Slack documentation, "Formatting message text")."""
NAME = re.compile(r"@(?:channel|here|everyone)\b")
"""What notifies them where Slack was asked, or not told not, to look for names in the text."""


def new_id(letter: str) -> str:
    """An id as Slack's own validators want it: a letter and at least eight capitals or digits."""
    return f"{letter}{next(_SERIAL):010d}"


def new_ts() -> str:
    return f"{int(time.time())}.{next(_SERIAL):06d}"


@dataclass
class User:
    id: str
    locale: str = "en-US"
    admin: bool = False
    bot: bool = False

    def to_json(self, *, with_locale: bool) -> Payload:
        shown: Payload = {
            "id": self.id,
            "name": self.id.lower(),
            "is_admin": self.admin,
            "is_owner": False,
            "is_bot": self.bot,
            "deleted": False,
        }
        return shown | {"locale": self.locale} if with_locale else shown


@dataclass
class File:
    """A file on its way: asked for, received, completed, and at last shared. `uploads` counts how often bytes came.

    The bot may not see a `hidden` one; `host` is where a forged one claims to lie.
    """

    id: str
    name: str
    length: int
    alt_txt: str | None = None
    media_type: str = ""
    data: bytes | None = None
    title: str = ""
    completed: bool = False
    deleted: bool = False
    uploads: int = 0
    hidden: bool = False
    host: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)

    def to_json(self, channels: dict[str, Channel], base: str) -> Payload:
        base = self.host or base
        shares: Payload = {}
        for channel, stamps in self.shares.items():
            kind = "private" if channels[channel].private else "public"
            shares.setdefault(kind, {})[channel] = [{"ts": ts, "channel_name": channels[channel].name} for ts in stamps]
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.media_type,
            "size": self.length,
            "url_private": f"{base}/files-pri/{self.id}/{self.name}",
            "url_private_download": f"{base}/files-pri/{self.id}/download/{self.name}",
            "shares": shares,
        }


@dataclass
class Message:
    """A message as it stands; `history` holds every text it had, the first included.

    In the text of one that is `searched` Slack looks for names.
    """

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Payload] = field(default_factory=list)
    attachments: list[Payload] = field(default_factory=list)
    thread_ts: str | None = None
    files: list[File] = field(default_factory=list)
    metadata: Payload | None = None
    ephemeral_to: str | None = None
    deleted: bool = False
    searched: bool = False
    history: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Everything that a reader sees: the text of the blocks, or the text where there are none."""
        return "\n".join(texts(self.blocks)) if self.blocks else self.text

    @property
    def pings(self) -> list[str]:
        """Everybody that this message would notify."""
        loose = [self.text] if self.searched else []
        loose += [node["text"] for node in _nodes(self.blocks) if node["type"] == "mrkdwn" and not node.get("verbatim")]
        strict = [self.text, *texts(self.blocks)]
        return PING.findall("\n".join(strict)) + NAME.findall("\n".join(loose))

    @property
    def buttons(self) -> dict[str, Payload]:
        """Its buttons by action id."""
        return {
            element["action_id"]: element
            for block in self.blocks
            for element in [*block.get("elements", []), block.get("accessory") or {}]
            if element.get("type") == "button"
        }

    def element(self, action_id: str) -> Payload:
        for block in self.blocks:
            for element in [*block.get("elements", []), block.get("accessory") or {}]:
                if element.get("action_id") == action_id:
                    return element | {"block_id": block.get("block_id", "b")}
        raise LookupError(f"nothing called {action_id!r} in {self.blocks}")

    def to_json(self, channels: dict[str, Channel], base: str) -> Payload:
        shown: Payload = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "blocks": self.blocks}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.attachments:
            shown["attachments"] = self.attachments
        if self.files:
            shown["files"] = [file.to_json(channels, base) for file in self.files]
        return shown


def texts(node: object) -> list[str]:
    """Every text in Block Kit, in reading order."""
    return [found["text"] for found in _nodes(node)]


def _nodes(node: object) -> Iterator[Payload]:
    """Every text object."""
    if isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "plain_text") and isinstance(node.get("text"), str):
            yield node
        else:
            for value in node.values():
                yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


@dataclass
class Channel:
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    messages: list[Message] = field(default_factory=list)

    def message(self, ts: str) -> Message | None:
        return next((message for message in self.messages if message.ts == ts and not message.deleted), None)


@dataclass
class View:
    id: str
    user: str
    body: Payload
    hash: str
    open: bool = True

    def to_json(self) -> Payload:
        return self.body | {"id": self.id, "hash": self.hash, "root_view_id": self.id, "app_id": "A0LOOPBACK"}


@dataclass
class Workspace:
    """One team, with the app installed in it under `bot_token` and the granted `scopes`.

    `org` tells that it was installed for all teams of the `enterprise`.
    """

    id: str
    bot_token: str
    scopes: frozenset[str]
    enterprise: str | None = None
    org: bool = False
    bot_user: str = field(default_factory=lambda: new_id("U"))
    bot_id: str = field(default_factory=lambda: new_id("B"))
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users[self.bot_user] = User(self.bot_user, bot=True)

    def person(self, *, locale: str = "en-US", admin: bool = False) -> str:
        user = User(new_id("U"), locale=locale, admin=admin)
        self.users[user.id] = user
        return user.id

    def channel(self, name: str = "general", *, bot_inside: bool = True, private: bool = False) -> str:
        channel = Channel(new_id("C"), name, private=private)
        if bot_inside:
            channel.members.add(self.bot_user)
        self.channels[channel.id] = channel
        return channel.id

    def direct(self, user: str) -> str:
        """The direct conversation of the bot and a person, opened if need be."""
        for channel in self.channels.values():
            if channel.id.startswith("D") and user in channel.members:
                return channel.id
        channel = Channel(new_id("D"), "directmessage", members={user, self.bot_user}, private=True)
        self.channels[channel.id] = channel
        return channel.id

    def upload(self, name: str, data: bytes, *, media_type: str = "text/plain") -> File:
        """A file that a person has put into a message."""
        file = File(new_id("F"), name, len(data), data=data, media_type=media_type, completed=True)
        self.files[file.id] = file
        return file

    def post(self, channel: str, user: str, text: str, **more: Any) -> Message:
        """Put a message into a conversation."""
        message = Message(ts=new_ts(), channel=channel, user=user, text=text, history=[text], **more)
        self.channels[channel].messages.append(message)
        return message
