"""The desk: takes what a person did on Slack to the service, and shows them what the service replies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.address import Address
from adapters.slack.deliver import SlackCourier
from adapters.slack.errors import ANSWERED_DIRECTLY, explain
from adapters.slack.forms import question, wish_form
from adapters.slack.people import People
from adapters.slack.posting import Poster
from adapters.slack.refusals import FAILURES, refusal
from adapters.slack.render import Shown, render
from bot.commands import CommandName, command
from bot.people import Asker, Place
from bot.replies import FormReply, ListReply, ProgressReply, Reply, TextReply, TrackReply
from bot.service import AlreadyHandled, Service
from core.words import Language

log = structlog.get_logger(__name__)

Payload = dict[str, Any]
Ask = Callable[[Asker, Place], Awaitable[Reply]]

SETTLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that a person did: where, and by which ways they can be answered.

    `event` is Slack's id of it. `trigger` opens one modal within three seconds. `response_url` answers where the bot is
    no member. `bot_user` is the bot as people mention it. `paging` tells that they want another page in place of the
    list that they see; `home` that it happened in their App Home.
    """

    client: AsyncWebClient
    address: Address
    event: str | None = None
    trigger: str | None = None
    response_url: str | None = None
    bot_user: str | None = None
    paging: bool = False
    home: bool = False

    @classmethod
    def of(cls, context: AsyncBoltContext, body: Payload) -> Visit:
        """Read it off any payload: a command, a shortcut, an event, a press or a submitted modal."""
        container = body.get("container") or {}
        message = body.get("message") or body.get("event") or {}
        return cls(
            client=context.client,
            address=Address(
                team=context.team_id or "",
                person=context.user_id or "",
                channel=context.channel_id or "",
                enterprise=context.enterprise_id,
                org=bool(context.is_enterprise_install),
                thread=container.get("thread_ts") or message.get("thread_ts"),
            ),
            event=body.get("event_id") or body.get("trigger_id"),
            trigger=body.get("trigger_id"),
            response_url=body.get("response_url"),
            bot_user=context.bot_user_id,
            home=container.get("type") == "view" and (body.get("view") or {}).get("type") == "home",
        )

    def at(self, address: Address) -> Visit:
        return replace(self, address=address)


Do = Callable[[Visit, Payload], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service replied to a visit, and the language of the person."""

    visit: Visit
    language: Language
    reply: Reply


class Desk:
    """Answers visits. What goes wrong on the way to an answer is raised, and said to the person in one place."""

    def __init__(self, service: Service, people: People, poster: Poster, courier: SlackCourier) -> None:
        self.service = service
        self._people = people
        self._poster = poster
        self._courier = courier
        self._under_way: set[asyncio.Task[Any]] = set()

    def listener(self, do: Do) -> Callable[..., Awaitable[None]]:
        """A listener for Bolt that acknowledges at once and then does something, whatever comes of it.

        Nothing may be raised into Bolt here: it takes an acknowledgement back when its listener fails soon after.
        """

        async def listen(ack: AsyncAck, context: AsyncBoltContext, body: Payload) -> None:
            await ack()
            await self.attempt(do, Visit.of(context, body), body)

        return listen

    async def attempt(self, do: Do, visit: Visit, body: Payload) -> None:
        """Do something about a visit, and say what went wrong with it."""
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        try:
            await do(visit, body)
        except Exception as error:  # noqa: BLE001 - the one place where errors are shown
            await self._apologise(visit, body, error)

    async def _apologise(self, visit: Visit, body: Payload, error: Exception) -> None:
        """Say what went wrong, once, however often the event is sent."""
        try:
            event = body.get("event_id")
            if event is None or await self.service.first_time("slack", f"{event}/failed"):
                language = (await self.asker(visit)).language
                words = explain(error, language, doing=kind_of(body))
                await self.whisper(visit, render(TextReply(words, language)))
        except Exception:
            log.exception("slack_apology_failed", doing=kind_of(body))

    async def settle(self) -> None:
        """Let what is under way come to its end, within a few seconds."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=SETTLE_SECONDS)

    async def asker(self, visit: Visit) -> Asker:
        return await self._people.asker(visit.client, visit.address)

    async def open_form(self, visit: Visit, name: CommandName) -> None:
        """Open the form of a command."""
        spec = command(name)
        if spec is not None:
            await self._open(visit, wish_form(spec, (await self.asker(visit)).language, visit.address))

    async def _open(self, visit: Visit, modal: Payload) -> None:
        await visit.client.views_open(trigger_id=visit.trigger or "", view=modal)

    async def ask(self, visit: Visit, ask: Ask) -> Answer | None:
        """Put a question to the service; None for an event that was handled before."""
        asker = await self.asker(visit)
        try:
            return Answer(visit, asker.language, await ask(asker, visit.address.place()))
        except AlreadyHandled:
            return None

    async def serve(self, visit: Visit, ask: Ask) -> Reply | None:
        """Put a question to the service and show its reply."""
        answer = await self.ask(visit, ask)
        if answer is None:
            return None
        await self.show(answer)
        return answer.reply

    async def show(self, answer: Answer) -> None:
        visit, reply = answer.visit, answer.reply
        match reply:
            case ProgressReply():
                await self._follow(answer, reply)
            case FormReply():
                await self._open(visit, question(reply, visit.address))
            case TrackReply():
                await self._tell_where(answer, await self._courier.post(visit.client, visit.address, reply))
            case TextReply() | ListReply() if visit.home:
                pass  # the App Home shows it itself
            case TextReply() | ListReply() if reply.private:
                await self.whisper(visit, render(reply))
            case _:
                await self._poster.post(visit.client, visit.address, render(reply))

    async def _follow(self, answer: Answer, reply: ProgressReply) -> None:
        """Post the first reply of a job, and have its progress and its result come there."""
        visit = answer.visit
        posted = await self._poster.post(visit.client, visit.address, render(reply))
        if not await self.service.move(reply.job, posted.place()):
            await self._poster.remove(visit.client, posted)
        await self._tell_where(answer, posted)

    async def _tell_where(self, answer: Answer, posted: Address) -> None:
        asked = answer.visit.address.channel
        if asked and posted.channel != asked:
            text = ANSWERED_DIRECTLY.to(answer.language)
            await self.whisper(answer.visit, render(TextReply(text, answer.language)))

    async def whisper(self, visit: Visit, shown: Shown) -> None:
        """Say something to the person alone, in whatever way still works."""
        if visit.response_url and await self._respond(visit, shown):
            return
        address = visit.address
        if address.channel and not address.channel.startswith("D"):
            try:
                await visit.client.chat_postEphemeral(
                    channel=address.channel,
                    user=address.person,
                    thread_ts=address.thread,
                    text=shown.text,
                    blocks=shown.blocks,
                    parse="none",
                    link_names=False,
                )
            except FAILURES as error:
                log.info("slack_whisper_failed", reason=refusal(error).code)
            else:
                return
        await self._poster.post(visit.client, await self._poster.direct(visit.client, address), shown)

    async def _respond(self, visit: Visit, shown: Shown) -> bool:
        hook = AsyncWebhookClient(visit.response_url or "", proxy=visit.client.proxy, session=visit.client.session)
        try:
            answer = await hook.send(
                text=shown.text, blocks=shown.blocks, response_type="ephemeral", replace_original=visit.paging
            )
        except FAILURES as error:
            log.info("slack_response_failed", reason=refusal(error).code)
            return False
        return answer.status_code == 200


def kind_of(body: Payload) -> str:
    """What a payload is about, for logs: the command, or the type of the interaction or event."""
    return str(body.get("command") or (body.get("event") or body).get("type"))
