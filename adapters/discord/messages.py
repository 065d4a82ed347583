"""What is written in a message on Discord: its text, what it forwards and its embeds."""

from __future__ import annotations

import re
from collections.abc import Iterable

import discord

from core.errors import TextError
from core.words import Words

PERSON = re.compile(r"<@!?(\d+)>")
ROLE_OR_CHANNEL = re.compile(r"<(?:@&|#)\d+>")
EMOJI = re.compile(r"<a?(:\w+:)\d+>")

NOTHING_TO_READ = Words(
    "There is no text in this message.",
    "이 메시지에는 글이 없습니다.",
)


class MessageReader:
    """Reads the whole text of a message: what is written, and what it forwards."""

    async def text(self, message: discord.Message, without: int | None = None) -> str:
        """The text, without mentions of the person with the id `without`.

        Raises:
            TextError: there is no text.
        """
        text = written(message, without)
        if not text:
            raise TextError(NOTHING_TO_READ)
        return text


def written(message: discord.Message, without: int | None = None) -> str:
    """The text of a message, of the messages that it forwards, and of its embeds, as people see it."""
    names = {user.id: user.display_name for user in message.mentions if user.id != without}
    parts = [plain(message.content, names)]
    parts += [plain(snapshot.content, names) for snapshot in message.message_snapshots]
    parts += [text for embed in message.embeds for text in _embedded(embed)]
    return "\n\n".join(part for part in map(str.strip, parts) if part)


def plain(content: str, names: dict[int, str]) -> str:
    """A message's content with names in place of Discord's codes for people, places and emoji."""
    content = PERSON.sub(lambda found: names.get(int(found[1]), ""), content)
    content = ROLE_OR_CHANNEL.sub("", content)
    return EMOJI.sub(r"\1", content)


def has_audio(message: discord.Message) -> bool:
    return any((file.content_type or "").startswith("audio/") for file in message.attachments)


def _embedded(embed: discord.Embed) -> Iterable[str]:
    yield from (text for text in (embed.title, embed.description) if text)
    yield from (f"{field.name}\n{field.value}" for field in embed.fields)
