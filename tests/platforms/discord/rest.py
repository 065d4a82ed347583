"""The REST side of the loopback Discord: what a bot may ask for under /api/v10, and how it is refused."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.platforms.discord import limits, specification
from tests.platforms.discord.limits import Refused
from tests.platforms.discord.world import (
    ACK_SECONDS,
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    EPHEMERAL,
    LOADING,
    MIB,
    MODAL_SUBMIT,
    NONCE_SECONDS,
    TOKEN_SECONDS,
    Attachment,
    Channel,
    Interaction,
    Message,
    Payload,
    World,
    pinged,
)

BASE = "/api/v10"
Answer = tuple[int, Payload | list[Payload] | None]
Handler = Callable[["Rest", "Call"], Awaitable[Answer]]


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes


@dataclass
class Call:
    """One request as it arrived: `files` by their index, `body` the JSON or payload_json."""

    method: str
    path: str
    query: dict[str, str]
    kind: str
    body: Any
    files: dict[int, Upload]
    authorization: str | None
    at: float
    match: dict[str, str] = field(default_factory=dict)
    status: int | None = None


@dataclass
class Fault:
    """Something that goes wrong `times` times for requests whose method and path fit `pattern`.

    `before` answers with an error and does nothing. Without it the request is carried out and the connection is cut,
    so that the bot never hears of its success.
    """

    pattern: re.Pattern[str]
    before: Refused | None
    times: int
    headers: dict[str, str] = field(default_factory=dict)


ROUTES: list[tuple[str, re.Pattern[str], bool, Handler]] = []


def route(method: str, path: str, *, bot: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler; `bot` routes need the bot's token."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        ROUTES.append((method, pattern, bot, handler))
        return handler

    return register


class Rest:
    """Answers requests against a world; keeps every call and every breach of Discord's description."""

    def __init__(self, world: World, token: str, url: Callable[[], str], shards: int) -> None:
        self.world = world
        self.token = token
        self.url = url
        self.shards = shards
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.breaches: list[str] = []
        self.refusals: list[Refused] = []
        self.specification = specification.load()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = await self._read(request)
        self.calls.append(call)
        fault = next((f for f in self.faults if f.times and f.pattern.search(f"{call.method} {call.path}")), None)
        if fault is not None:
            fault.times -= 1
            if fault.before is not None:
                call.status = fault.before.status
                self.world.ring()
                return _json(fault.before.status, fault.before.body, fault.headers)
        try:
            call.status, body = await self._answer(call)
        except Refused as refusal:
            self.refusals.append(refusal)
            call.status = refusal.status
            return _json(refusal.status, refusal.body)
        finally:
            self.world.ring()
        if fault is not None:
            assert request.transport is not None
            request.transport.abort()
        self._check_answer(call, body)
        return _json(call.status, body)

    async def _read(self, request: web.Request) -> Call:
        files: dict[int, Upload] = {}
        body: Any = None
        if request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                if part.name == "payload_json":
                    body = json.loads(await part.text())
                elif found := re.fullmatch(r"files\[(\d+)\]", part.name or ""):
                    files[int(found[1])] = Upload(part.filename or "", bytes(await part.read()))
                else:
                    self.breaches.append(f"multipart field {part.name!r}")
        elif raw := await request.read():
            body = json.loads(raw)
        return Call(
            method=request.method,
            path=request.path.removeprefix(BASE),
            query=dict(request.query),
            kind=request.content_type if body is not None else "",
            body=body,
            files=files,
            authorization=request.headers.get("Authorization"),
            at=time.perf_counter(),
        )

    async def _answer(self, call: Call) -> Answer:
        if self.specification is not None:
            try:
                self.specification.check_request(call.method, call.path, call.query, call.kind, call.body)
            except specification.Violation as violation:
                self.breaches.append(str(violation))
                raise limits.form_error(str(violation)) from violation
        for method, pattern, bot, handler in ROUTES:
            found = pattern.fullmatch(call.path)
            if found is None or method != call.method:
                continue
            if bot and call.authorization != f"Bot {self.token}":
                raise Refused(401, 0, "401: Unauthorized")
            if sum(len(file.data) for file in call.files.values()) > limits.REQUEST_BYTES:
                raise Refused(413, 40005, "Request entity too large")
            call.match = found.groupdict()
            return await handler(self, call)
        raise Refused(404, 0, f"404: Not Found ({call.method} {call.path})")

    def _check_answer(self, call: Call, body: Any) -> None:
        if self.specification is None or call.status is None:
            return
        try:
            self.specification.check_answer(call.method, call.path, call.status, body)
        except specification.Violation as violation:
            self.breaches.append(f"loopback: {violation}")

    def channel(self, call: Call) -> Channel:
        """The channel of a bot-token request, if the bot may use it."""
        channel = self.world.channels.get(call.match["channel"])
        if channel is None or channel.gone:
            raise Refused(404, 10003, "Unknown Channel")
        if not channel.bot_may_post or (channel.guild is not None and not channel.guild.installed):
            raise Refused(403, 50001, "Missing Access")
        return channel

    def message(self, call: Call) -> Message:
        channel = self.channel(call)
        message = self.world.messages.get(call.match["message"])
        if message is None or message.deleted or message.ephemeral or message.channel is not channel:
            raise Refused(404, 10008, "Unknown Message")
        return message

    def live(self, token: str) -> Interaction:
        """The interaction of a webhook token that has not expired."""
        interaction = self.world.by_token(token)
        if interaction is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if self.world.clock.now() - interaction.created > TOKEN_SECONDS:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if not interaction.acknowledged.done():
            raise Refused(404, 10015, "Unknown Webhook")
        return interaction

    def attach(self, message: Message, payload: Payload, files: dict[int, Upload], limit: int) -> None:
        """Apply a payload's `attachments` and new files to a message, as create and edit do."""
        described = payload.get("attachments")
        fresh = {int(item["id"]): item for item in described or () if int(item["id"]) in files}
        kept = message.attachments
        if described is not None:
            keep = {str(item["id"]) for item in described}
            kept = [file for file in kept if file.id in keep]
        limits.check_message(payload, kept_files=len(kept), new_files=len(files))
        if any(len(upload.data) > limit for upload in files.values()):
            raise Refused(413, 40005, "Request entity too large")
        added = [self._store(message.channel, upload, fresh.get(index, {})) for index, upload in sorted(files.items())]
        message.attachments = kept + added
        if added and message.filled is None:
            message.filled = time.perf_counter()

    def _store(self, channel: Channel, upload: Upload, described: Payload) -> Attachment:
        return self.attachment(channel, described.get("filename") or upload.name, upload.data, described)

    def attachment(self, channel: Channel, name: str, data: bytes, described: Payload | None = None) -> Attachment:
        """Keep a file under a signed address."""
        identity = self.world.snowflakes.next()
        expires = int(self.world.clock.now()) + 86_400
        url = f"{self.url()}/attachments/{channel.id}/{identity}/{name}?ex={expires:x}&is=0&hm=0"
        stored = Attachment(identity, name, data, url, (described or {}).get("description"))
        self.world.attachments[identity] = stored
        return stored

    def write(self, message: Message, payload: Payload) -> None:
        """Apply the text parts of a payload to a message and note whom it pings."""
        allowed = payload.get("allowed_mentions")
        if "content" in payload:
            message.content = payload["content"] or ""
            message.versions.append(message.content)
        if "components" in payload:
            message.components = payload["components"] or []
        if "embeds" in payload:
            message.embeds = payload["embeds"] or []
        message.allowed_mentions = allowed
        message.pings |= pinged(message.content, allowed)
        message.flags &= ~LOADING
        if not (message.content or message.components or message.attachments or message.embeds):
            raise Refused(400, 50006, "Cannot send an empty message")

    def create(
        self, channel: Channel, payload: Payload, files: dict[int, Upload], limit: int, interaction: Interaction | None
    ) -> Message:
        world = self.world
        message = Message(world.snowflakes.next(), channel, world.bot, world.clock.now(), interaction=interaction)
        self.attach(message, payload, files, limit)
        message.flags = payload.get("flags") or 0
        self.write(message, payload)
        world.messages[message.id] = message
        return message

    def edit(self, message: Message, payload: Payload, files: dict[int, Upload], limit: int) -> Message:
        if "attachments" in payload or files:
            self.attach(message, payload, files, limit)
        else:
            limits.check_message(payload, kept_files=len(message.attachments), new_files=0)
        was_loading = message.loading
        self.write(message, payload)
        message.edited = message.edited if was_loading else self.world.clock.now()
        return message


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """An answer whose media type has no charset parameter, as Discord's have none."""
    if body is None:
        return web.Response(status=status)
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json", headers=headers)


@route("GET", "/gateway/bot", bot=True)
async def get_gateway(rest: Rest, _call: Call) -> Answer:
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return 200, {
        "url": rest.url().replace("http", "ws", 1) + "/gateway/",
        "shards": rest.shards,
        "session_start_limit": limit,
    }


@route("GET", "/users/@me", bot=True)
async def get_me(rest: Rest, _call: Call) -> Answer:
    return 200, rest.world.bot.payload() | {"mfa_enabled": True, "locale": "en-US", "verified": True}


@route("GET", "/oauth2/applications/@me", bot=True)
@route("GET", "/applications/@me", bot=True)
async def get_application(rest: Rest, _call: Call) -> Answer:
    bot = rest.world.bot.payload()
    return 200, {
        "id": rest.world.application_id,
        "name": "TexTuneS",
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "bot": bot,
        "bot_public": True,
        "bot_require_code_grant": False,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": bot,
        "approximate_guild_count": len(rest.world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


@route("PUT", "/applications/{application}/commands", bot=True)
async def put_commands(rest: Rest, call: Call) -> Answer:
    limits.check_commands(call.body)
    rest.world.commands = [
        {"type": 1, "description": "", **command, "id": rest.world.snowflakes.next()} for command in call.body
    ]
    return 200, [_command(rest, command) for command in rest.world.commands]


@route("GET", "/applications/{application}/commands", bot=True)
async def get_commands(rest: Rest, _call: Call) -> Answer:
    return 200, [_command(rest, command) for command in rest.world.commands]


def _command(rest: Rest, command: Payload) -> Payload:
    given = {key: value for key, value in command.items() if value is not None}
    shown = {"application_id": rest.world.application_id, "version": command["id"], **given}
    permissions = command.get("default_member_permissions")
    shown["default_member_permissions"] = None if permissions is None else str(permissions)
    shown["options"] = [{"required": False, **option} for option in command.get("options") or []]
    return shown if shown["options"] else {key: value for key, value in shown.items() if key != "options"}


ALLOWED_CALLBACKS = {
    COMMAND: {4, 5, 9},
    COMPONENT: {4, 5, 6, 7, 9},
    AUTOCOMPLETE: {8},
    MODAL_SUBMIT: {4, 5, 6, 7},
}


@route("POST", "/interactions/{interaction}/{token}/callback")
async def post_callback(rest: Rest, call: Call) -> Answer:
    interaction = rest.world.interactions.get(call.match["interaction"])
    if interaction is None or interaction.token != call.match["token"]:
        raise Refused(404, 10062, "Unknown interaction")
    if interaction.acknowledged.done():
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    if rest.world.clock.now() - interaction.created > ACK_SECONDS:
        raise Refused(404, 10062, "Unknown interaction")
    kind = call.body["type"]
    if kind not in ALLOWED_CALLBACKS[interaction.kind]:
        raise limits.form_error(f"type {kind} does not answer an interaction of type {interaction.kind}")
    _respond(rest, interaction, kind, call)
    interaction.ack_seconds = call.at - interaction.sent
    interaction.acknowledged.set_result(call.body)
    if call.query.get("with_response") not in ("1", "true"):
        return 204, None
    return 200, _callback_answer(interaction, kind)


def _respond(rest: Rest, interaction: Interaction, kind: int, call: Call) -> None:
    data = call.body.get("data") or {}
    match kind:
        case 4:
            interaction.original = rest.create(
                interaction.channel, data, call.files, interaction.upload_limit, interaction
            )
        case 5:
            extra = set(data) - {"flags"}
            limits.require(not extra and data.get("flags", 0) in (0, EPHEMERAL), "a deferral takes only EPHEMERAL")
            world = rest.world
            waiting = Message(world.snowflakes.next(), interaction.channel, world.bot, world.clock.now())
            waiting.interaction = interaction
            waiting.flags = data.get("flags", 0) | LOADING
            world.messages[waiting.id] = waiting
            interaction.original = waiting
        case 6:
            interaction.original = interaction.source
        case 7:
            limits.require(interaction.source is not None, "nothing to update")
            assert interaction.source is not None
            interaction.original = rest.edit(interaction.source, data, call.files, interaction.upload_limit)
        case 8:
            limits.check_choices(data["choices"])
        case 9:
            limits.check_modal(data)


def _callback_answer(interaction: Interaction, kind: int) -> Payload:
    shown: Payload = {"id": interaction.id, "type": interaction.kind}
    message = interaction.original
    if message is not None:
        shown |= {
            "response_message_id": message.id,
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral,
        }
    answer: Payload = {"interaction": shown}
    if kind in (4, 7) and message is not None:
        answer["resource"] = {"type": kind, "message": message.payload()}
    return answer


@route("POST", "/webhooks/{application}/{token}")
async def post_followup(rest: Rest, call: Call) -> Answer:
    interaction = rest.live(call.match["token"])
    original = interaction.original
    if original is not None and original.loading and not original.deleted:
        rest.edit(original, call.body, call.files, interaction.upload_limit)
        return 200, original.payload()
    if interaction.user_install and len(interaction.followups) >= limits.FOLLOWUPS_OF_USER_INSTALL:
        raise Refused(400, 40094, "This interaction has reached its maximum number of follow-ups")
    message = rest.create(interaction.channel, call.body, call.files, interaction.upload_limit, interaction)
    interaction.followups.append(message)
    return 200, message.payload()


def _webhook_message(rest: Rest, call: Call) -> tuple[Interaction, Message]:
    interaction = rest.live(call.match["token"])
    wanted = call.match["message"]
    mine = [interaction.original, *interaction.followups]
    message = interaction.original if wanted == "@original" else next((m for m in mine if m and m.id == wanted), None)
    if message is None or message.deleted:
        raise Refused(404, 10008, "Unknown Message")
    return interaction, message


@route("GET", "/webhooks/{application}/{token}/messages/{message}")
async def get_webhook_message(rest: Rest, call: Call) -> Answer:
    return 200, _webhook_message(rest, call)[1].payload()


@route("PATCH", "/webhooks/{application}/{token}/messages/{message}")
async def patch_webhook_message(rest: Rest, call: Call) -> Answer:
    interaction, message = _webhook_message(rest, call)
    return 200, rest.edit(message, call.body, call.files, interaction.upload_limit).payload()


@route("DELETE", "/webhooks/{application}/{token}/messages/{message}")
async def delete_webhook_message(rest: Rest, call: Call) -> Answer:
    _webhook_message(rest, call)[1].deleted = True
    return 204, None


@route("POST", "/channels/{channel}/messages", bot=True)
async def post_message(rest: Rest, call: Call) -> Answer:
    channel = rest.channel(call)
    nonce = call.body.get("nonce")
    if nonce is not None and call.body.get("enforce_nonce"):
        for earlier in rest.world.channel_messages(channel):
            if earlier.nonce == str(nonce) and rest.world.clock.now() - earlier.created < NONCE_SECONDS:
                return 200, earlier.payload()
    reference = call.body.get("message_reference")
    if reference is not None and not channel.bot_reads_history:
        raise Refused(400, 160002, "Cannot reply without permission to read message history")
    limit = channel.guild.upload_limit if channel.guild is not None else 10 * MIB
    message = rest.create(channel, call.body, call.files, limit, None)
    message.nonce = None if nonce is None else str(nonce)
    if reference is not None:
        replied = rest.world.messages.get(str(reference["message_id"]))
        if (replied is None or replied.deleted) and reference.get("fail_if_not_exists", True):
            message.deleted = True
            raise limits.form_error("message_reference: Unknown message")
        message.reference = {"type": 0, "channel_id": channel.id, "message_id": str(reference["message_id"])}
        message.replied = replied
    return 200, message.payload()


@route("GET", "/channels/{channel}/messages", bot=True)
async def list_messages(rest: Rest, call: Call) -> Answer:
    channel = rest.channel(call)
    found = rest.world.channel_messages(channel) if channel.bot_reads_history else []
    if "after" in call.query:
        found = [m for m in found if int(m.id) > int(call.query["after"])]
    limit = int(call.query.get("limit", 50))
    ordered = found[:limit] if "after" in call.query else found[-limit:]
    shown = [m.payload(locked=m.author is not rest.world.bot) for m in reversed(ordered)]
    return 200, [{key: value for key, value in message.items() if key != "nonce"} for message in shown]


@route("GET", "/channels/{channel}/messages/{message}", bot=True)
async def get_message(rest: Rest, call: Call) -> Answer:
    message = rest.message(call)
    if not message.channel.bot_reads_history:
        raise Refused(403, 50001, "Missing Access")
    return 200, message.payload(locked=message.author is not rest.world.bot)


@route("PATCH", "/channels/{channel}/messages/{message}", bot=True)
async def patch_message(rest: Rest, call: Call) -> Answer:
    message = rest.message(call)
    if message.author is not rest.world.bot:
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    limit = message.channel.guild.upload_limit if message.channel.guild is not None else 10 * MIB
    return 200, rest.edit(message, call.body, call.files, limit).payload()


@route("DELETE", "/channels/{channel}/messages/{message}", bot=True)
async def delete_message(rest: Rest, call: Call) -> Answer:
    message = rest.message(call)
    if message.author is not rest.world.bot:
        raise Refused(403, 50013, "Missing Permissions")
    message.deleted = True
    return 204, None
