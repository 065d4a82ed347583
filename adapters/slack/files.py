"""Files that people share on Slack: fetched from there only, with the bot's token, bounded in size and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import FILE_OUT_OF_REACH
from bot.bounded import TooMuch, gathered
from bot.recordings import SentRecording, may_sound, too_large
from core.engines.engine import Use
from core.errors import PersonError
from core.fleet.fleet import LARGEST_RECORDING

Payload = dict[str, Any]

SLACK_HOSTS = ("slack.com", "slack-edge.com", "slack-files.com")
CHUNK = 65_536
TIMEOUT = aiohttp.ClientTimeout(total=30)


class SlackFiles:
    """Downloads what people shared. The token is shown to Slack's own hosts only."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def fetch(
        self, client: AsyncWebClient, file: Payload, most: int, refuse: Callable[[str], PersonError]
    ) -> bytes:
        """The content of a file.

        Raises:
            PersonError: it cannot be fetched; what `refuse` makes of its name where it is larger than `most` bytes.
        """
        name, size = str(file.get("name") or ""), file.get("size")
        if isinstance(size, int) and size > most:
            raise refuse(name)
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if not _of_slack(url, client.base_url):
            raise PersonError(FILE_OUT_OF_REACH)
        headers = {"Authorization": f"Bearer {client.token}"}
        try:
            async with self._session.get(
                url, headers=headers, timeout=TIMEOUT, proxy=client.proxy, allow_redirects=False
            ) as answer:
                # Whoever may not see a file gets a page to sign in, or is sent to one.
                if answer.status != 200 or answer.content_type == "text/html":
                    raise PersonError(FILE_OUT_OF_REACH)
                return await gathered(answer.content.iter_chunked(CHUNK), most)
        except TooMuch:
            raise refuse(name) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PersonError(FILE_OUT_OF_REACH) from error

    def recording(self, client: AsyncWebClient, use: Use, file: Payload) -> SentRecording:
        """A file as a recording, to be fetched when it is needed."""
        return SentRecording(use, partial(self.fetch, client, file, LARGEST_RECORDING, too_large))

    def heard_in(self, client: AsyncWebClient, message: Payload, use: Use = "style") -> list[SentRecording]:
        """The first sound shared with a message, or with one that it forwards; nothing where there is none."""
        return [self.recording(client, use, file) for file in _sounds(message)][:1]


def _sounds(message: Payload) -> Iterable[Payload]:
    forwarded = [file for each in message.get("attachments") or () for file in each.get("files") or ()]
    files = [*(message.get("files") or ()), *forwarded]
    return [file for file in files if may_sound(str(file.get("name") or ""), str(file.get("mimetype") or ""))]


def _of_slack(url: str, base_url: str) -> bool:
    """Whether the token may be shown to this address: Slack's hosts over TLS, or the host of our own setting."""
    asked, ours = urlsplit(url), urlsplit(base_url)
    if (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in SLACK_HOSTS)
