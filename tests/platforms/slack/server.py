"""A Slack on loopback: the Web API, Socket Mode, uploads, response URLs and OAuth, in one aiohttp server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from aiohttp import BasicAuth, web

from tests.platforms.slack.faults import Faults
from tests.platforms.slack.files import FILE_METHODS, Sharing, file_routes
from tests.platforms.slack.limits import Refused, check_message
from tests.platforms.slack.methods import METHODS, Call
from tests.platforms.slack.transport import Sockets, Transport
from tests.platforms.slack.workspace import File, Message, Workspace, new_id

Payload = dict[str, Any]
Found = TypeVar("Found")

APP_ID = "A0LOOPBACK"
APP_TOKEN = "xapp-loopback"
BOT_TOKEN = "xoxb-loopback"
SIGNING_SECRET = "loopback-signing-secret"
CLIENT_ID = "1.2"
CLIENT_SECRET = "loopback-client-secret"
TEAM = "T000000001"
SCOPES = frozenset(
    ["app_mentions:read", "chat:write", "commands", "files:read", "files:write", "im:history", "im:write", "users:read"]
)

OUR_FAULT = {
    "invalid_arguments",
    "invalid_auth",
    "invalid_blocks",
    "metadata_too_large",
    "missing_scope",
    "msg_too_long",
    "no_text",
    "unknown_method",
}
"""Errors that mean that the app sent something it should not have."""


@dataclass(frozen=True)
class Called:
    """One call of the Web API as it arrived."""

    method: str
    arguments: Payload
    at: float


class Triggers:
    """Trigger ids: good for one modal, for three seconds."""

    def __init__(self, lifetime: float = 3.0) -> None:
        self.lifetime = lifetime
        self._issued: dict[str, tuple[str, float]] = {}

    def issue(self, user: str) -> str:
        trigger = f"{new_id('T')}.trigger"
        self._issued[trigger] = (user, time.monotonic())
        return trigger

    def redeem(self, trigger: str) -> str:
        """The user who caused it."""
        if trigger not in self._issued:
            raise Refused("invalid_trigger_id", trigger)
        user, issued = self._issued.pop(trigger)
        if time.monotonic() - issued > self.lifetime:
            raise Refused("expired_trigger_id", trigger)
        return user


@dataclass
class ResponseUrl:
    """Where to answer one interaction: five times within half an hour, about one message at most."""

    workspace: Workspace
    channel: str
    user: str
    original: Message | None
    left: int = 5


class Slack:
    """The server. `workspace` is the first team; `transport` is how the app is reached (sockets unless changed)."""

    def __init__(self, scopes: frozenset[str] = SCOPES) -> None:
        self.workspace = Workspace(TEAM, BOT_TOKEN, scopes)
        self.workspaces = {TEAM: self.workspace}
        self.sockets = Sockets()
        self.transport: Transport = self.sockets
        self.faults = Faults()
        self.sharing = Sharing()
        self.triggers = Triggers()
        self.calls: list[Called] = []
        self.refusals: list[tuple[str, Refused]] = []
        self.downloads: list[str] = []
        self.codes: dict[str, Workspace] = {}
        self.base = ""
        self._response_urls: dict[str, ResponseUrl] = {}
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        return f"{self.base}/api/"

    @property
    def files(self) -> list[File]:
        """Files that people can see."""
        return [file for file in self.workspace.files.values() if file.shares and not file.deleted]

    def called(self, method: str) -> list[Payload]:
        """The arguments of every call of a method."""
        return [call.arguments for call in self.calls if call.method == method]

    def messages(self, channel: str) -> list[Message]:
        """What stands in a conversation for everybody, oldest first."""
        messages = self._channel(channel).messages
        return [message for message in messages if not message.deleted and not message.ephemeral_to]

    def whispers(self, channel: str, user: str) -> list[Message]:
        """What only this person sees in a conversation."""
        messages = self._channel(channel).messages
        return [message for message in messages if message.ephemeral_to == user and not message.deleted]

    def _channel(self, channel: str) -> Any:
        return next(
            workspace.channels[channel] for workspace in self.workspaces.values() if channel in workspace.channels
        )

    async def until(self, found: Callable[[], Found], seconds: float = 60.0) -> Found:
        """Wait until `found` gives something, and return it.

        Raises:
            TimeoutError: it gave nothing in time.
        """
        deadline = time.monotonic() + seconds
        while not (value := found()):
            if time.monotonic() > deadline:
                raise TimeoutError("it did not happen")
            await asyncio.sleep(0.005)
        return value

    def add_workspace(self, team: str, *, enterprise: str | None = None, org: bool = False) -> Workspace:
        """One more team, maybe of an organization, which may have installed the app for all of its teams (`org`)."""
        workspace = Workspace(team, f"xoxb-{team}", SCOPES, enterprise=enterprise, org=org)
        self.workspaces[team] = workspace
        return workspace

    def workspace_of(self, token: str) -> Workspace | None:
        return next((w for w in self.workspaces.values() if w.bot_token == token), None)

    def response_url(self, workspace: Workspace, channel: str, user: str, original: Message | None = None) -> str:
        key = new_id("R")
        self._response_urls[key] = ResponseUrl(workspace, channel, user, original)
        return f"{self.base}/response/{key}"

    # The server

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 30)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.get("/link", self.sockets.serve),
                web.post("/response/{key}", self._respond),
                web.get("/oauth/v2/authorize", self._authorize),
                *file_routes(self),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sharing.close()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = _token(request, arguments)
        self.calls.append(Called(method, arguments, time.monotonic()))
        fault = self.faults.next(method)
        if fault is not None and fault.kind == "limited":
            limited = {"ok": False, "error": "ratelimited"}
            return web.json_response(limited, status=429, headers={"Retry-After": str(fault.number)})
        if fault is not None and fault.kind == "status":
            return web.Response(status=fault.number, text="upstream connect error")
        if fault is not None and fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.code})
        if fault is not None and fault.kind == "held":
            await fault.released.wait()
        answer = await self._answer(method, token, arguments)
        if fault is not None and fault.kind == "lost" and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer)

    async def _answer(self, method: str, token: str, arguments: Payload) -> Payload:
        try:
            return {"ok": True, **await self._call(method, token, arguments)}
        except Refused as refused:
            self.refusals.append((method, refused))
            return {
                "ok": False,
                "error": refused.code,
                "response_metadata": {"messages": [f"[ERROR] {refused.detail}"]},
            }

    async def _call(self, method: str, token: str, arguments: Payload) -> Payload:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth", "not the app-level token")
            return {"url": f"{self.base.replace('http', 'ws')}/link?ticket={self.sockets.ticket()}"}
        if method == "oauth.v2.access":
            return self._exchange(arguments)
        workspace = self.workspace_of(token)
        if workspace is None:
            raise Refused("invalid_auth" if token else "not_authed", method)
        scope, act = (METHODS | FILE_METHODS).get(method, (None, None))
        if act is None:
            raise Refused("unknown_method", method)
        if scope is not None and scope not in workspace.scopes:
            raise Refused("missing_scope", f"{method} needs {scope}")
        return await act(Call(self, workspace, arguments))

    # Response URLs

    async def _respond(self, request: web.Request) -> web.Response:
        target = self._response_urls.get(request.match_info["key"])
        if target is None or target.left == 0:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        target.left -= 1
        body = await request.json()
        try:
            self._take(target, body)
        except Refused as refused:
            self.refusals.append(("response_url", refused))
            return web.json_response({"ok": False, "error": refused.code}, status=400)
        return web.Response(text="ok")

    def _take(self, target: ResponseUrl, body: Payload) -> None:
        original = target.original
        if body.get("delete_original"):
            if original is not None:
                original.deleted = True
            return
        text, blocks = body.get("text", ""), body.get("blocks", [])
        check_message(text, blocks)
        if body.get("replace_original") and original is not None:
            original.text, original.blocks = text, blocks
            original.history.append(text)
            return
        in_channel = body.get("response_type") == "in_channel"
        target.workspace.post(
            target.channel,
            target.workspace.bot_user,
            text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            ephemeral_to=None if in_channel else target.user,
        )

    # OAuth

    async def _authorize(self, request: web.Request) -> web.Response:
        """What happens when the person at the browser allows the app."""
        if request.query.get("client_id") != CLIENT_ID:
            return web.Response(status=400, text="invalid client_id")
        workspace = self.workspaces[request.query.get("team", TEAM)]
        workspace.scopes = frozenset(request.query["scope"].split(","))
        code = new_id("code-")
        self.codes[code] = workspace
        query = {"code": code, "state": request.query.get("state", "")}
        target = request.query.get("redirect_uri", "/")
        raise web.HTTPFound(f"{target}?{'&'.join(f'{key}={value}' for key, value in query.items())}")

    def _exchange(self, arguments: Payload) -> Payload:
        if (arguments.get("client_id"), arguments.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refused("bad_client_secret", "wrong client")
        workspace = self.codes.pop(str(arguments.get("code")), None)
        if workspace is None:
            raise Refused("invalid_code", str(arguments.get("code")))
        return {
            "access_token": workspace.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(workspace.scopes)),
            "bot_user_id": workspace.bot_user,
            "app_id": APP_ID,
            "team": None if workspace.org else {"id": workspace.id, "name": workspace.id.lower()},
            "enterprise": {"id": workspace.enterprise, "name": "org"} if workspace.enterprise else None,
            "is_enterprise_install": workspace.org,
            "authed_user": {"id": workspace.person()},
        }

    @property
    def our_faults(self) -> list[str]:
        """Refusals that the app is to blame for, in words."""
        return [f"{method}: {refused}" for method, refused in self.refusals if refused.code in OUR_FAULT]


def _token(request: web.Request, arguments: Payload) -> str:
    """The bearer token; of a client that shows its id and secret instead, those become arguments."""
    shown = request.headers.get("Authorization", "")
    if shown.startswith("Basic "):
        client = BasicAuth.decode(shown)
        arguments |= {"client_id": client.login, "client_secret": client.password}
        return ""
    return shown.removeprefix("Bearer ") or str(arguments.pop("token", ""))


async def _arguments(request: web.Request) -> Payload:
    arguments: Payload = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.can_read_body:
        arguments |= dict(await request.post())
    return arguments
