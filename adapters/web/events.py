"""The conversation as server-sent events (HTML Living Standard, section 9.2): all of it first, then what changes."""

from __future__ import annotations

import json
from contextlib import suppress

from aiohttp import web

from adapters.web.guard import SECURITY_HEADERS
from adapters.web.live import Live
from adapters.web.render import Entry
from bot.store.conversations import Conversations

LOOK_EVERY = 3.0
"""Seconds between looks at the store, for changes that another process of the bot made."""
RETRY = 2000
"""Milliseconds after which a browser connects again."""


async def stream(request: web.Request, person: str, conversations: Conversations, live: Live) -> web.StreamResponse:
    """Send entries until the browser leaves or the server closes. `Last-Event-ID` tells what it has already."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", **SECURITY_HEADERS}
    )
    await response.prepare(request)
    with suppress(ConnectionResetError):
        await response.write(f"retry: {RETRY}\n\n".encode())
        await _follow(response, person, conversations, live, _version(request.headers.get("Last-Event-ID", "")))
    return response


async def _follow(
    response: web.StreamResponse, person: str, conversations: Conversations, live: Live, version: int
) -> None:
    passing: list[Entry] = []
    with live.page(person) as page:
        while not live.closed:
            stored = await conversations.since(person, version)
            settled = {message.id for message in stored}
            shown = [message.body for message in stored] + [entry for entry in passing if entry["id"] not in settled]
            version = max([version, *(message.version for message in stored)])
            await response.write(_events(shown, version))
            passing = await page.wait(LOOK_EVERY)


def _events(entries: list[Entry], version: int) -> bytes:
    """One write. The version stands after the last entry only: a stream cut short in between begins again before it."""
    if not entries:
        return b": still here\n\n"
    events = [f"event: entry\ndata: {json.dumps(entry)}\n" for entry in entries]
    return ("\n".join(events) + f"id: {version}\n\n").encode()


def _version(text: str) -> int:
    return int(text) if text.isdecimal() else 0
