"""What is written in a message on Discord: its text, what it forwards, its embeds and its attached documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import discord

from adapters.discord.downloads import Downloads
from core.errors import TextError
from core.text.apart import DocumentReader
from core.text.document import LARGEST_DOCUMENT, READERS
from core.words import Words

PERSON = re.compile(r"<@!?(\d+)>")
ROLE_OR_CHANNEL = re.compile(r"<(?:@&|#)\d+>")
EMOJI = re.compile(r"<a?(:\w+:)\d+>")

NOTHING_TO_READ = Words(
    "There is no text in this message. I read what is written in it, and attached .txt, .md, .pdf and .docx files.",
    "이 메시지에는 글이 없습니다. 메시지에 적힌 글과 첨부된 .txt, .md, .pdf, .docx 파일을 읽을 수 있습니다.",
)


class MessageReader:
    """Reads the whole text of a message: what is written, and the documents attached to it."""

    def __init__(self, downloads: Downloads) -> None:
        self._downloads = downloads
        self._documents = DocumentReader()

    async def text(self, message: discord.Message, without: int | None = None) -> str:
        """The text, without mentions of the person with the id `without`.

        Raises:
            TextError: there is no text, or a document cannot be read.
        """
        parts = [written(message, without)]
        room = LARGEST_DOCUMENT
        for attachment in documents(message):
            content = await self._downloads.fetch(attachment, room, too_large)
            room -= len(content)
            parts.append(await self._documents.read(content, attachment.filename))
        text = "\n\n".join(part for part in parts if part)
        if not text:
            raise TextError(NOTHING_TO_READ)
        return text


def too_large(name: str) -> TextError:
    limit = f"{LARGEST_DOCUMENT / 1_048_576:g} MB"
    return TextError(
        Words(
            f"{name} is too large: I read up to {limit} of documents in one message.",
            f"{name} 파일이 너무 큽니다. 한 메시지에서 {limit}까지 읽을 수 있습니다.",
        )
    )


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


def documents(message: discord.Message) -> list[discord.Attachment]:
    """The attachments of a message, and of those that it forwards, that may hold text."""
    forwarded = [file for snapshot in message.message_snapshots for file in snapshot.attachments]
    return [
        file for file in [*message.attachments, *forwarded] if PurePosixPath(file.filename).suffix.lower() in READERS
    ]


def _embedded(embed: discord.Embed) -> Iterable[str]:
    yield from (text for text in (embed.title, embed.description) if text)
    yield from (f"{field.name}\n{field.value}" for field in embed.fields)
