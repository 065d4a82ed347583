"""The text of a Slack message: what is written in it, and what stands in the files attached to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import nothing_to_read
from adapters.slack.files import SlackFiles
from adapters.slack.mrkdwn import plain
from core.text.apart import DocumentReader
from core.text.document import LARGEST_DOCUMENT, READERS, too_large

Payload = dict[str, Any]

MOST_FILES = 3


class Documents:
    """Reads messages, and the documents among their files."""

    def __init__(self, files: SlackFiles) -> None:
        self._files = files
        self._documents = DocumentReader()

    async def text(self, client: AsyncWebClient, message: Payload) -> str:
        """What a person would read of a message.

        Raises:
            TextError: there is nothing to read in it, or a file cannot be read.
        """
        written = plain(_written(message)).strip()
        files = [file for file in message.get("files", ()) if _readable(file)]
        parts = [written, *[await self._read(client, file) for file in files[:MOST_FILES]]]
        text = "\n\n".join(filter(None, parts))
        if not text:
            raise nothing_to_read()
        return text

    async def _read(self, client: AsyncWebClient, file: Payload) -> str:
        data = await self._files.fetch(client, file, LARGEST_DOCUMENT, lambda _: too_large())
        return await self._documents.read(data, _name(file))


def _written(message: Payload) -> str:
    """The text of a message with what is quoted in it; of an app's message without text, that of its blocks."""
    quoted = [str(each.get("text") or "") for each in message.get("attachments", ())]
    text = "\n\n".join(filter(None, [str(message.get("text") or ""), *quoted]))
    return text or "\n".join(_texts(message.get("blocks", ())))


def _texts(node: object) -> Iterator[str]:
    """Every text within blocks, in reading order."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        else:
            yield from (text for value in node.values() for text in _texts(value))
    elif isinstance(node, list | tuple):
        yield from (text for each in node for text in _texts(each))


def _readable(file: Payload) -> bool:
    return str(file.get("mimetype") or "").startswith("text/") or _ending(file) in READERS


def _name(file: Payload) -> str:
    """The file's name; snippets and other plain texts are named as such."""
    name = str(file.get("name") or "")
    return name if _ending(file) in READERS else f"{name}.txt"


def _ending(file: Payload) -> str:
    return PurePath(str(file.get("name") or "")).suffix.lower()
