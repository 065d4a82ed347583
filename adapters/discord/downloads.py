"""Downloads: attachments of messages, fetched from Discord's own hosts only, within bounds of size and time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import aiohttp
import discord
from yarl import URL

from bot.bounded import TooMuch, gathered
from bot.recordings import SentRecording, may_sound, too_large
from core.engines.engine import Use
from core.errors import PersonError
from core.fleet.fleet import LARGEST_RECORDING
from core.words import Words

CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
DOWNLOAD_SECONDS = 20.0
CHUNK = 65_536

CANNOT_FETCH = Words(
    "I could not fetch the attached file from Discord. Please try again.",
    "첨부 파일을 디스코드에서 가져오지 못했습니다. 다시 시도해 주세요.",
)


class Downloads:
    """Fetches attachments, bounded in size, time and address: only from Discord's own hosts, and never redirected."""

    def __init__(self, extra_authority: str | None = None) -> None:
        self._extra_authority = extra_authority

    async def fetch(self, attachment: discord.Attachment, most: int, refuse: Callable[[str], PersonError]) -> bytes:
        """The content of an attachment.

        Raises:
            PersonError: it cannot be fetched; what `refuse` makes of its name where it is larger than `most` bytes.
        """
        url = URL(attachment.url, encoded=True)
        if not self._trusted(url):
            raise PersonError(CANNOT_FETCH)
        if attachment.size > most:
            raise refuse(attachment.filename)
        timeout = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.get(url, allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise PersonError(CANNOT_FETCH)
                return await gathered(response.content.iter_chunked(CHUNK), most)
        except TooMuch:
            raise refuse(attachment.filename) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PersonError(CANNOT_FETCH) from error

    def recording(self, use: Use, attachment: discord.Attachment) -> SentRecording:
        """An attachment as a recording, to be fetched when it is needed."""
        return SentRecording(use, partial(self.fetch, attachment, LARGEST_RECORDING, too_large))

    def heard_in(self, message: discord.Message, use: Use) -> list[SentRecording]:
        """The first sound attached to a message, or to one that it forwards; nothing where there is none."""
        forwarded = [file for snapshot in message.message_snapshots for file in snapshot.attachments]
        sounds = [each for each in [*message.attachments, *forwarded] if may_sound(each.filename, each.content_type)]
        return [self.recording(use, sounds[0])] if sounds else []

    def _trusted(self, url: URL) -> bool:
        if url.authority == self._extra_authority:
            return True
        return url.scheme == "https" and url.host in CDN_HOSTS and url.explicit_port is None
