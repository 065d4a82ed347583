"""People who use Slack: what they type, press and fill in, turned into the payloads that Slack sends to the app.

Shapes: Slack documentation, "Slash commands", "Reference: interaction payloads", "Events API".
"""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.platforms.slack.limits import Refused, check_options, check_view
from tests.platforms.slack.server import APP_ID, Slack
from tests.platforms.slack.transport import Ack, Transport, Unacknowledged
from tests.platforms.slack.workspace import Message, View, Workspace, new_ts

Payload = dict[str, Any]

_EVENTS = itertools.count(1)


class Person:
    """Somebody in a workspace. `channel` is where they are unless told otherwise."""

    def __init__(
        self,
        slack: Slack,
        *,
        locale: str = "en-US",
        admin: bool = False,
        channel: str | None = None,
        workspace: Workspace | None = None,
    ) -> None:
        self.slack = slack
        self.workspace = workspace or slack.workspace
        self.id = self.workspace.person(locale=locale, admin=admin)
        self.channel = channel or self.workspace.channel()
        self.workspace.channels[self.channel].members.add(self.id)

    @property
    def transport(self) -> Transport:
        return self.slack.transport

    @property
    def direct(self) -> str:
        """Their direct conversation with the bot."""
        return self.workspace.direct(self.id)

    @property
    def home(self) -> View | None:
        """Their App Home as the app last published it."""
        return self.workspace.homes.get(self.id)

    @property
    def modal(self) -> View | None:
        """The modal that is open before them."""
        views = [v for v in self.workspace.views.values() if v.user == self.id and v.open and v.body["type"] == "modal"]
        return views[-1] if views else None

    def whispers(self, channel: str | None = None) -> list[Message]:
        """What only they see."""
        return self.slack.whispers(channel or self.channel, self.id)

    # What they do

    async def slash(self, command: str, text: str = "", *, channel: str | None = None) -> Ack:
        """Type a slash command."""
        place = channel or self.channel
        payload = {
            "token": "verification",
            "team_id": self.workspace.id,
            "team_domain": self.workspace.id.lower(),
            "channel_id": place,
            "channel_name": self.workspace.channels[place].name,
            "user_id": self.id,
            "user_name": self.id.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": str(self.workspace.org).lower(),
            "response_url": self.slack.response_url(self.workspace, place, self.id),
            "trigger_id": self.slack.triggers.issue(self.id),
        }
        if self.workspace.enterprise:
            payload["enterprise_id"] = self.workspace.enterprise
        ack = await self.transport.send("slash_commands", payload)
        if ack.payload.get("text"):
            self.workspace.post(place, self.workspace.bot_user, ack.payload["text"], ephemeral_to=self.id)
        return ack

    async def say(self, text: str, *, channel: str | None = None, **more: Any) -> Message:
        """Write a message that the app hears nothing of."""
        return self.workspace.post(channel or self.channel, self.id, text, **more)

    async def message_shortcut(self, callback_id: str, message: Message) -> Ack:
        """Choose one of the app's entries in a message's menu."""
        payload = self._interaction("message_action") | {
            "callback_id": callback_id,
            "channel": self._channel(message.channel),
            "message_ts": message.ts,
            "message": message.to_json(self.workspace.channels, self.slack.base),
            "response_url": self.slack.response_url(self.workspace, message.channel, self.id),
            "action_ts": new_ts(),
        }
        return await self.transport.send("interactive", payload)

    async def shortcut(self, callback_id: str) -> Ack:
        """Choose one of the app's entries in the shortcuts menu."""
        payload = self._interaction("shortcut") | {"callback_id": callback_id, "action_ts": new_ts()}
        return await self.transport.send("interactive", payload)

    async def press(self, where: Message | View, action_id: str, *, value: str | None = None) -> Ack:
        """Press a button, or choose the entry `value` of a select."""
        payload = self._interaction("block_actions")
        if isinstance(where, Message):
            element = where.element(action_id)
            payload |= {
                "container": {
                    "type": "message",
                    "message_ts": where.ts,
                    "channel_id": where.channel,
                    "is_ephemeral": where.ephemeral_to is not None,
                },
                "channel": self._channel(where.channel),
                "message": where.to_json(self.workspace.channels, self.slack.base),
                "response_url": self.slack.response_url(self.workspace, where.channel, self.id, where),
            }
            if where.thread_ts:
                payload["container"]["thread_ts"] = where.thread_ts
        else:
            element = Message("", "", "", blocks=where.body["blocks"]).element(action_id)
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": where.to_json()}
        action: Payload = {
            "type": element["type"],
            "action_id": action_id,
            "block_id": element["block_id"],
            "action_ts": new_ts(),
        }
        if element["type"] == "button":
            action |= {"text": element["text"], "value": element.get("value", "")}
        else:
            action["selected_option"] = next(o for o in element["options"] if o["value"] == value)
        return await self.transport.send("interactive", payload | {"actions": [action]})

    async def suggest(self, view: View, block_id: str, typed: str = "") -> list[Payload]:
        """Type into a select that the app fills, and get its options."""
        block = _block(view, block_id)
        payload = self._interaction("block_suggestion") | {
            "action_id": block["element"]["action_id"],
            "block_id": block_id,
            "value": typed,
            "container": {"type": "view", "view_id": view.id},
            "view": view.to_json(),
        }
        ack = await self.transport.send("interactive", payload)
        check_options(ack.payload)
        return list(ack.payload["options"])

    async def submit(self, view: View, answers: Payload | None = None) -> Payload:
        """Fill in and send a modal: answers by block id, options by value (or as `suggest` gave them).

        Returns what the app said to it: nothing when the modal closes, "errors" by block id when it stays.
        """
        values = {
            block["block_id"]: {
                block["element"]["action_id"]: _state(block["element"], (answers or {}).get(block["block_id"]))
            }
            for block in view.body["blocks"]
            if block["type"] == "input"
        }
        unknown = set(answers or {}) - set(values)
        if unknown:
            raise LookupError(f"the modal has no {unknown}")
        payload = self._interaction("view_submission") | {
            "view": view.to_json() | {"state": {"values": values}},
            "response_urls": [],
        }
        answer = (await self.transport.send("interactive", payload)).payload
        action = answer.get("response_action")
        if action == "errors" and (wrong := set(answer["errors"]) - set(values)):
            raise Refused("invalid_arguments", f"errors for {wrong}, which the modal lacks")
        if action in ("update", "push"):
            check_view(answer["view"])
            view.body = answer["view"]
        view.open = action in ("errors", "update", "push")
        return answer

    async def mention(self, text: str, *, channel: str | None = None, deliveries: int = 1, **more: Any) -> Message:
        """Write a message that mentions the app; it is delivered as often as `deliveries`, with one event id."""
        message = await self.say(f"<@{self.workspace.bot_user}> {text}", channel=channel, **more)
        event = message.to_json(self.workspace.channels, self.slack.base)
        await self.event(event | {"type": "app_mention", "channel": message.channel}, deliveries=deliveries)
        return message

    async def whisper(self, text: str, *, deliveries: int = 1, **more: Any) -> Message:
        """Write to the app directly."""
        message = await self.say(text, channel=self.direct, **more)
        event = message.to_json(self.workspace.channels, self.slack.base)
        await self.event(event | {"channel": message.channel, "channel_type": "im"}, deliveries=deliveries)
        return message

    async def open_home(self, tab: str = "home") -> None:
        await self.event({"type": "app_home_opened", "user": self.id, "channel": self.direct, "tab": tab})

    async def event(self, event: Payload, *, deliveries: int = 1) -> None:
        """Deliver an event; again, up to three times, where the app does not acknowledge it."""
        payload = self.event_payload(event)
        done, retry = 0, 0
        while done < deliveries:
            try:
                await self.transport.send("events_api", payload, retry=retry)
                done += 1
            except Unacknowledged:
                if retry == 3:
                    raise
            retry += 1

    # Payloads

    def event_payload(self, event: Payload) -> Payload:
        """An event as it is delivered, under an id of its own."""
        return {
            "token": "verification",
            "type": "event_callback",
            "team_id": self.workspace.id,
            "enterprise_id": self.workspace.enterprise,
            "api_app_id": APP_ID,
            "event_id": f"Ev{next(_EVENTS):010d}",
            "event_time": int(time.time()),
            "event": event | {"event_ts": event.get("ts", new_ts())},
            "authorizations": [
                {
                    "team_id": self.workspace.id,
                    "enterprise_id": self.workspace.enterprise,
                    "user_id": self.workspace.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": self.workspace.org,
                }
            ],
        }

    def _interaction(self, kind: str) -> Payload:
        return {
            "type": kind,
            "token": "verification",
            "api_app_id": APP_ID,
            "team": {"id": self.workspace.id, "domain": self.workspace.id.lower()},
            "enterprise": {"id": self.workspace.enterprise, "name": "org"} if self.workspace.enterprise else None,
            "is_enterprise_install": self.workspace.org,
            "user": {"id": self.id, "username": self.id.lower(), "team_id": self.workspace.id},
            "trigger_id": self.slack.triggers.issue(self.id),
        }

    def _channel(self, channel: str) -> Payload:
        return {"id": channel, "name": self.workspace.channels[channel].name}


def _block(view: View, block_id: str) -> Payload:
    return next(block for block in view.body["blocks"] if block.get("block_id") == block_id)


def _state(element: Payload, answer: Any) -> Payload:
    """What Slack reports of one input; without an answer, what it held at first."""
    kind = element["type"]
    if kind in ("plain_text_input", "number_input"):
        return {"type": kind, "value": element.get("initial_value") if answer is None else str(answer)}
    if kind == "file_input":
        return {"type": kind, "files": answer or []}
    if kind == "conversations_select":
        return {"type": kind, "selected_conversation": answer}
    several = kind.startswith("multi_") or kind == "checkboxes"
    field, initial = ("selected_options", "initial_options") if several else ("selected_option", "initial_option")
    if answer is None:
        return {"type": kind, field: element.get(initial, [] if several else None)}
    chosen = [_option(element, value) for value in (answer if isinstance(answer, list) else [answer])]
    return {"type": kind, field: chosen if several else chosen[0]}


def _option(element: Payload, value: Any) -> Payload:
    if isinstance(value, dict):
        return value
    return next(option for option in element["options"] if option["value"] == value)
