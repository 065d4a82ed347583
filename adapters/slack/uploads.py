"""Uploads: files go to Slack in three steps, and are shared some time after Slack said so.

`files.getUploadURLExternal` → the bytes → `files.completeUploadExternal`; the message with the files appears later, or
not at all although the answer was `ok` (python-slack-sdk issues 1329 and 1461). So an upload counts as shared once
`files.info` names the message. `alt_txt` is not sent: Slack does not share files that have it (issue 1818). Arguments
go into the body; slack_sdk's own methods put them into the address, where buttons in Korean find no room.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.address import Address
from adapters.slack.refusals import NO_SUCH_FILE, refusal
from core.piece import PieceFile

PATIENCE = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
"""Seconds between looks at a file that is not shared yet."""

LONGEST_TITLE = 250


@dataclass(frozen=True, slots=True)
class Upload:
    """Files that were sent to be shared together in a conversation, as a receipt that can be stored."""

    channel: str
    files: tuple[str, ...]

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, receipt: str | None) -> Self | None:
        if receipt is None:
            return None
        noted = json.loads(receipt)
        return cls(noted["channel"], tuple(noted["files"]))


class Uploads:
    """Sends files and finds out what became of them. `patience` is for how long it waits, in pauses of seconds."""

    def __init__(self, session: aiohttp.ClientSession, patience: Sequence[float] = PATIENCE) -> None:
        self._session = session
        self._patience = patience
        self.patience_seconds = sum(patience)

    async def send(self, client: AsyncWebClient, channel: str, files: Sequence[PieceFile]) -> Upload:
        """Bring the bytes of files to Slack. Nobody sees them before `share`."""
        return Upload(channel, tuple([await self._send(client, file) for file in files]))

    async def _send(self, client: AsyncWebClient, file: PieceFile) -> str:
        wanted = {"filename": file.name, "length": len(file.data)}
        ticket = await client.api_call("files.getUploadURLExternal", data=wanted)
        async with self._session.post(ticket["upload_url"], data=file.data, proxy=client.proxy) as answer:
            answer.raise_for_status()
        return str(ticket["file_id"])

    async def share(
        self, client: AsyncWebClient, upload: Upload, address: Address, titles: Sequence[str], blocks: list[Any]
    ) -> None:
        """Post the files as one message that also carries `blocks`. Slack takes this once for every file."""
        named = [{"id": file, "title": title[:LONGEST_TITLE]} for file, title in zip(upload.files, titles, strict=True)]
        about = {"channel_id": upload.channel, "thread_ts": address.thread}
        await client.api_call(
            "files.completeUploadExternal",
            data=about | {"files": json.dumps(named), "blocks": json.dumps(blocks, ensure_ascii=False)},
        )

    async def shared(self, client: AsyncWebClient, upload: Upload) -> str | None:
        """The message that carries the files, as soon as there is one; None when patience is at its end."""
        for pause in (*self._patience, None):
            try:
                info = await client.files_info(file=upload.files[0])
            except SlackApiError as error:
                if refusal(error).code in NO_SUCH_FILE:
                    return None
                raise
            message = _message(info["file"], upload.channel)
            if message is not None or pause is None:
                return message
            await asyncio.sleep(pause)
        return None

    async def take_back(self, client: AsyncWebClient, files: Sequence[str]) -> None:
        """Delete files, so that they cannot appear any more."""
        for file in files:
            try:
                await client.files_delete(file=file)
            except SlackApiError as error:
                if refusal(error).code not in NO_SUCH_FILE:
                    raise


def _message(file: dict[str, Any], channel: str) -> str | None:
    for shares in (file.get("shares") or {}).values():
        if shares.get(channel):
            return str(shares[channel][0]["ts"])
    return None
