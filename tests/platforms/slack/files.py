"""Files: upload in three steps, sharing that happens later, downloads.

Sharing is asynchronous as on Slack: `files.completeUploadExternal` answers before the message exists, and a file can
stay unshared although the answer said `ok` (python-slack-sdk issues 1329 and 1461; a file with `alt_txt` is never
shared, issue 1818).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from functools import partial
from mimetypes import guess_type
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platforms.slack.limits import Refused, check_message
from tests.platforms.slack.methods import Call, Method
from tests.platforms.slack.workspace import Channel, File, Workspace, new_id

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

Payload = dict[str, Any]

CHANNEL_ID = re.compile(r"[CGDZ][A-Z0-9]{8,}")
MOST_BYTES = 1 << 30


async def get_upload_url(call: Call) -> Payload:
    name, length = call.text("filename"), int(call.text("length") or 0)
    if not name or length <= 0:
        raise Refused("invalid_arguments", f"filename {name!r}, length {length}")
    if length > MOST_BYTES:
        raise Refused("file_upload_size_restricted", f"{length} bytes")
    file = File(new_id("F"), name, length, alt_txt=call.text("alt_txt") or None)
    call.workspace.files[file.id] = file
    return {"upload_url": f"{call.slack.base}/upload/v1/{call.workspace.id}/{file.id}", "file_id": file.id}


async def complete_upload(call: Call) -> Payload:
    files = [_uploaded(call.workspace, entry) for entry in call.structure("files")]
    channel = None
    if call.text("channel_id"):
        if not CHANNEL_ID.fullmatch(call.text("channel_id")):
            raise Refused("invalid_arguments", f"channel_id {call.text('channel_id')}")
        channel = call.conversation("channel_id")
    comment = call.text("initial_comment")
    blocks = [] if comment else call.structure("blocks") or []
    if any(block["type"] == "markdown" for block in blocks):
        raise Refused("internal_error", "markdown blocks break file messages")
    if comment or blocks:
        check_message(comment, blocks)
    for file in files:
        file.completed = True
    if channel is not None and not any(file.alt_txt for file in files):
        thread = call.text("thread_ts") or None
        message = {"text": comment, "blocks": blocks, "thread_ts": thread}
        call.slack.sharing.start(partial(_share, call.workspace, channel, files, message))
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _uploaded(workspace: Workspace, entry: Payload) -> File:
    file = workspace.files.get(entry["id"])
    if file is None or file.deleted or file.data is None or file.completed:
        raise Refused("file_not_found", entry["id"])
    file.title = entry.get("title", file.name)
    return file


def _share(workspace: Workspace, channel: Channel, files: list[File], message: Payload) -> None:
    kept = [file for file in files if not file.deleted]
    if not kept:
        return
    shared = workspace.post(channel.id, workspace.bot_user, files=kept, **message)
    for file in kept:
        file.media_type = guess_type(file.name)[0] or "application/octet-stream"
        file.shares.setdefault(channel.id, []).append(shared.ts)


async def files_info(call: Call) -> Payload:
    file = _known(call)
    return {"file": file.to_json(call.workspace.channels, call.slack.base)}


async def files_delete(call: Call) -> Payload:
    file = _known(call)
    file.deleted = True
    for channel in call.workspace.channels.values():
        for message in channel.messages:
            if file in message.files:
                message.files = [other for other in message.files if other is not file]
                message.deleted = message.deleted or not (message.files or message.text or message.blocks)
    return {}


def _known(call: Call) -> File:
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.completed:
        raise Refused("file_not_found", call.text("file"))
    if file.deleted:
        raise Refused("file_deleted", file.id)
    return file


FILE_METHODS: dict[str, tuple[str | None, Method]] = {
    "files.getUploadURLExternal": ("files:write", get_upload_url),
    "files.completeUploadExternal": ("files:write", complete_upload),
    "files.info": ("files:read", files_info),
    "files.delete": ("files:write", files_delete),
}


class Sharing:
    """When a completed upload becomes a message: after `delay` seconds and not before `open` is set.

    While `lost` is above zero, it never does.
    """

    def __init__(self) -> None:
        self.delay = 0.02
        self.lost = 0
        self.open = asyncio.Event()
        self.open.set()
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, share: Callable[[], None]) -> None:
        if self.lost:
            self.lost -= 1
            return
        task = asyncio.create_task(self._later(self.delay, share))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _later(self, delay: float, share: Callable[[], None]) -> None:
        await asyncio.sleep(delay)
        await self.open.wait()
        share()

    async def close(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


def file_routes(slack: Slack) -> list[web.RouteDef]:
    async def receive(request: web.Request) -> web.Response:
        fault = slack.faults.next("upload")
        if fault is not None and fault.kind == "status":
            return web.Response(status=fault.number, text="broken")
        file = slack.workspaces[request.match_info["team"]].files.get(request.match_info["file"])
        data = await request.read()
        if file is None or len(data) != file.length:
            return web.Response(status=400, text="invalid upload")
        file.data = data
        file.uploads += 1
        return web.Response(text=f"OK - {len(data)}")

    async def send(request: web.Request) -> web.StreamResponse:
        workspace = slack.workspace_of(request.headers.get("Authorization", "").removeprefix("Bearer "))
        slack.downloads.append(request.path)
        file = workspace.files.get(request.match_info["file"]) if workspace is not None else None
        if file is None or file.data is None or file.hidden:
            # Slack shows a sign-in page, with status 200, to whoever has no right to a file.
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=file.data, content_type="text/plain")

    return [
        web.post("/upload/v1/{team}/{file}", receive),
        web.get("/files-pri/{file}/download/{name}", send),
        web.get("/files-pri/{file}/{name}", send),
    ]
