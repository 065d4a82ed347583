"""The calls that the chat page makes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from aiohttp import web

from adapters.web.deliver import place
from adapters.web.events import stream
from adapters.web.live import Live
from adapters.web.people import People, language
from adapters.web.render import Entry, entry, said
from adapters.web.upload import Upload, uploaded_fields
from adapters.web.wording import EXAMPLES, NOBODY, TOO_LARGE, UNKNOWN_COMMAND, UNREADABLE, page_words
from bot.commands import LONGEST_TEXT, CommandSpec, OptionSpec, command, slash_commands, split_line
from bot.people import Asker
from bot.recordings import SentRecording, may_sound, uploaded
from bot.replies import Action, ProgressReply, Reply
from bot.service import Service, Wish
from bot.store.conversations import Conversations
from core.engines.engine import Use
from core.errors import TextError, WishError
from core.text.apart import DocumentReader
from core.words import Language

SHOWN_OF_A_FILE = 2000
"""Characters of an attached document that the conversation shows."""


class Api:
    """Request handlers; everything they need is handed in."""

    def __init__(self, service: Service, conversations: Conversations, live: Live, people: People) -> None:
        self._service = service
        self._conversations = conversations
        self._live = live
        self._people = people
        self._documents = DocumentReader()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/hello", self.hello),
            web.get("/api/events", self.events),
            web.get("/api/complete", self.complete),
            web.post("/api/messages", self.say),
            web.post("/api/messages/{message}/score", self.score),
            web.post("/api/files", self.take_file),
            web.post("/api/commands/{name}", self.command),
            web.post("/api/press", self.press),
        ]

    async def hello(self, request: web.Request) -> web.Response:
        """What the page needs to know; a newcomer becomes somebody here."""
        speaks = language(request)
        response = web.json_response(
            {
                "language": speaks,
                "words": page_words(speaks),
                "examples": [example.to(speaks) for example in EXAMPLES],
                "commands": [_command(spec, speaks) for spec in slash_commands()],
            }
        )
        self._people.welcome(request, response)
        return response

    async def events(self, request: web.Request) -> web.StreamResponse:
        person = self._asker(request).person
        return await stream(request, person, self._conversations, self._live)

    async def complete(self, request: web.Request) -> web.Response:
        asker = self._asker(request)
        spec = command(request.query.get("command", ""))
        option = spec.option(request.query.get("option", "")) if spec else None
        if spec is None or option is None:
            return web.json_response([])
        found = await self._service.complete(asker, spec.id, option.name.en, request.query.get("text", ""))
        return web.json_response([{"value": item.value, "label": item.label.to(asker.language)} for item in found])

    async def say(self, request: web.Request) -> web.Response:
        """A line of the chat: a command where it begins with a slash, a message otherwise."""
        asker = self._asker(request)
        text = _text(await _json(request), "text")
        message = _new_id("said")
        found = split_line(text)
        if found is None and text.startswith("/"):
            raise WishError(UNKNOWN_COMMAND)
        await self._store(asker, said(message, text, scorable=found is None))
        if found is None:
            return _nothing()
        spec, rest = found
        return await self._answer(asker, spec, rest)

    async def score(self, request: web.Request) -> web.Response:
        """Score a message of the conversation."""
        asker = self._asker(request)
        wish = _text(await _json(request), "wish")
        message = await self._conversations.get(asker.person, request.match_info["message"])
        if message is None or not message.body.get("scorable"):
            raise web.HTTPNotFound
        job = _new_id("job")
        reply = await self._service.score(asker, place(asker.person, job), message.body["text"], wish)
        return await self._show(asker, job, reply)

    async def take_file(self, request: web.Request) -> web.Response:
        """An attached file: a document is scored, a recording is a model of style."""
        asker = self._asker(request)
        given, files = await uploaded_fields(request)
        file = files.get("file")
        if file is None:
            raise web.HTTPBadRequest
        wish = given.get("wish", "")
        if may_sound(file.name, file.media_type):
            return await self._be_like(asker, wish, file)
        return await self._score_file(asker, wish, file.name, file.data)

    async def _be_like(self, asker: Asker, wish: str, file: Upload) -> web.Response:
        """Make music like a recording, or edit it: what is typed beside it is a wish, or a command with its options."""
        found = split_line(wish)
        if found is None and wish.startswith("/"):
            raise WishError(UNKNOWN_COMMAND)
        await self._store(asker, said(_new_id("said"), f"{wish}\n\n🎵 {file.name}".strip(), scorable=False))
        job = _new_id("job")
        use: Use = "edit" if found is not None and found[0].id == "edit" else "style"
        where, sent = place(asker.person, job), [uploaded(use, file.data)]
        reply: Reply
        if found is None:
            reply = await self._service.music_like(asker, where, sent, wish)
        else:
            reply = await self._service.command(asker, where, found[0].id, found[1], sent)
        return await self._show(asker, job, reply)

    async def _score_file(self, asker: Asker, wish: str, name: str, data: bytes) -> web.Response:
        text = await self._documents.read(data, name)
        shown = text if len(text) <= SHOWN_OF_A_FILE else text[:SHOWN_OF_A_FILE] + "…"
        await self._store(asker, said(_new_id("said"), f"{name}\n\n{shown}", scorable=False))
        job = _new_id("job")
        reply = await self._service.score(asker, place(asker.person, job), text, wish)
        return await self._show(asker, job, reply)

    async def command(self, request: web.Request) -> web.Response:
        """A command with its options by name, from a form."""
        asker = self._asker(request)
        spec = command(request.match_info["name"])
        if spec is None:
            raise WishError(UNKNOWN_COMMAND)
        given, files = await _filled(request)
        uses = [
            (option.use, files[option.name.en]) for option in spec.options if option.use and option.name.en in files
        ]
        named = [*given.items(), *((name, file.name) for name, file in files.items())]
        line = " ".join([f"/{spec.name.to(asker.language)}", *(f"{name}:{value}" for name, value in named)])
        await self._store(asker, said(_new_id("said"), line, scorable=False))
        return await self._answer(asker, spec, given, [uploaded(use, file.data) for use, file in uses])

    async def press(self, request: web.Request) -> web.Response:
        asker = self._asker(request)
        body = await _json(request)
        value = body.get("value")
        job = _new_id("job")
        reply = await self._service.press(
            asker,
            place(asker.person, job),
            _action(body),
            _text(body, "target"),
            value if isinstance(value, str) else None,
        )
        return await self._show(asker, job, reply)

    async def _answer(
        self, asker: Asker, spec: CommandSpec, given: Wish, recordings: Sequence[SentRecording] = ()
    ) -> web.Response:
        job = _new_id("job")
        reply = await self._service.command(asker, place(asker.person, job), spec.id, given, recordings)
        return await self._show(asker, job, reply)

    async def _show(self, asker: Asker, entry_id: str, reply: Reply) -> web.Response:
        """A receipt stays in the conversation until its result replaces it; anything else is for this page alone."""
        shown = entry(entry_id, reply)
        if not isinstance(reply, ProgressReply):
            return web.json_response(shown)
        await self._store(asker, shown)
        return _nothing()

    async def _store(self, asker: Asker, shown: Entry) -> None:
        await self._conversations.add(asker.person, shown["id"], shown)
        self._live.wake(asker.person)

    def _asker(self, request: web.Request) -> Asker:
        asker = self._people.asker(request)
        if asker is None:
            raise WishError(NOBODY)
        return asker


def _nothing() -> web.Response:
    return web.Response(status=204)


def _new_id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(8)}"


async def _json(request: web.Request) -> Mapping[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    """A text of the request, at most as long as the longest text that is read."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise WishError(UNREADABLE)
    if len(value) > LONGEST_TEXT:
        raise TextError(TOO_LARGE)
    return value.strip()


def _action(body: Mapping[str, Any]) -> Action:
    actions: tuple[Action, ...] = get_args(Action)
    action = next((known for known in actions if known == body.get("action")), None)
    if action is None:
        raise web.HTTPBadRequest
    return action


async def _filled(request: web.Request) -> tuple[Mapping[str, str], Mapping[str, Upload]]:
    """What was put into a form: as JSON, or as a multipart upload where there are files."""
    if request.content_type == "multipart/form-data":
        return await uploaded_fields(request)
    return {name: value for name, value in (await _json(request)).items() if isinstance(value, str)}, {}


def _command(spec: CommandSpec, speaks: Language) -> dict[str, Any]:
    return {
        "name": spec.name.to(speaks),
        "id": spec.id,
        "help": spec.description.to(speaks),
        "options": [_option(option, speaks) for option in spec.options],
    }


def _option(option: OptionSpec, speaks: Language) -> dict[str, Any]:
    choices = option.choices
    return {
        "key": option.name.en,
        "name": option.name.to(speaks),
        "help": option.description.to(speaks),
        "completes": option.completed,
        "keyed": option.kind not in ("text", "recording"),
        "file": option.kind == "recording",
        "choices": [{"value": choice.value, "label": choice.label.to(speaks)} for choice in choices]
        if option.kind == "choice"
        else [],
    }
