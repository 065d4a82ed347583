"""The text of a Slack message: what is written in it, and what stands in the files attached to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import FILE_OUT_OF_REACH, nothing_to_read
from adapters.slack.mrkdwn import plain
from core.errors import TextError
from core.text.apart import DocumentReader
from core.text.document import LARGEST_DOCUMENT, READERS

Payload = dict[str, Any]

SLACK_HOSTS = ("slack.com", "slack-edge.com", "slack-files.com")
TIMEOUT = aiohttp.ClientTimeout(total=30)
MOST_FILES = 3


class Documents:
    """Reads messages. Files are fetched from Slack only, with the bot's token, within bounds of size and time."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
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
        data = await self._fetch(client, str(file.get("url_private_download") or file.get("url_private") or ""))
        return await self._documents.read(data, _name(file))

    async def _fetch(self, client: AsyncWebClient, url: str) -> bytes:
        if not _of_slack(url, client.base_url):
            raise TextError(FILE_OUT_OF_REACH)
        headers = {"Authorization": f"Bearer {client.token}"}
        try:
            async with self._session.get(
                url, headers=headers, timeout=TIMEOUT, proxy=client.proxy, allow_redirects=False
            ) as answer:
                # Whoever may not see a file gets a page to sign in, or is sent to one.
                if answer.status != 200 or answer.content_type == "text/html":
                    raise TextError(FILE_OUT_OF_REACH)
                return await _bounded(answer.content)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TextError(FILE_OUT_OF_REACH) from error


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    """All of it, or a little more than is read of a document, so that whoever reads it refuses it."""
    data = bytearray()
    async for chunk in content.iter_chunked(65_536):
        data += chunk
        if len(data) > LARGEST_DOCUMENT:
            break
    return bytes(data)


def _of_slack(url: str, base_url: str) -> bool:
    """Whether the token may be shown to this address: Slack's hosts over TLS, or the host of our own setting."""
    asked, ours = urlsplit(url), urlsplit(base_url)
    if (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in SLACK_HOSTS)


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
