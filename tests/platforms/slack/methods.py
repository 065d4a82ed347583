"""The methods of the Web API that the app may call, except for files.

Each checks what Slack checks: the scope, the membership, the limits of the payload; and answers as Slack does.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.platforms.slack.limits import METADATA_BYTES, Refused, check_message, check_view
from tests.platforms.slack.workspace import Channel, Message, View, Workspace, new_id

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

Payload = dict[str, Any]


@dataclass
class Call:
    """One call of a method: the server, the workspace of its token, and its arguments."""

    slack: Slack
    workspace: Workspace
    arguments: Payload

    def text(self, name: str) -> str:
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def structure(self, name: str) -> Any:
        """An argument that is JSON, whether sent as JSON or as a string in a form."""
        value = self.arguments.get(name)
        return json.loads(value) if isinstance(value, str) and value else value

    def conversation(self, name: str = "channel") -> Channel:
        """The conversation named, when the bot may post there."""
        channel = self.workspace.channels.get(self.text(name))
        inside = channel is not None and self.workspace.bot_user in channel.members
        if channel is None or (channel.private and not inside):
            raise Refused("channel_not_found", self.text(name))
        if not inside:
            raise Refused("not_in_channel", channel.name)
        if channel.archived:
            raise Refused("is_archived", channel.name)
        return channel


Method = Callable[[Call], Awaitable[Payload]]


async def auth_test(call: Call) -> Payload:
    workspace = call.workspace
    return {
        "url": f"{call.slack.base}/",
        "team": workspace.id.lower(),
        "team_id": workspace.id,
        "user": "textunes",
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "enterprise_id": workspace.enterprise,
        "is_enterprise_install": workspace.org,
    }


async def users_info(call: Call) -> Payload:
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise Refused("user_not_found", call.text("user"))
    return {"user": user.to_json(with_locale=call.text("include_locale").lower() in ("1", "true"))}


async def conversations_open(call: Call) -> Payload:
    user = call.text("users")
    if user not in call.workspace.users:
        raise Refused("user_not_found", user)
    return {"channel": {"id": call.workspace.direct(user)}}


def _content(call: Call, *, updated: bool = False) -> tuple[str, list[Payload], Payload | None]:
    text, blocks, metadata = call.text("text"), call.structure("blocks") or [], call.structure("metadata")
    check_message(text, blocks, updated=updated)
    if metadata is not None:
        if set(metadata) != {"event_type", "event_payload"}:
            raise Refused("metadata_must_be_sent_from_app", "metadata is an event_type and an event_payload")
        if len(json.dumps(metadata)) > METADATA_BYTES:
            raise Refused("metadata_too_large", "metadata is too large")
    return text, blocks, metadata


def _answer(call: Call, message: Message) -> Payload:
    shown = message.to_json(call.workspace.channels, call.slack.base)
    return {"channel": message.channel, "ts": message.ts, "message": shown}


async def chat_post_message(call: Call) -> Payload:
    channel = call.conversation()
    text, blocks, metadata = _content(call)
    message = call.workspace.post(
        channel.id,
        call.workspace.bot_user,
        text,
        blocks=blocks,
        metadata=metadata,
        thread_ts=call.text("thread_ts") or None,
        searched=call.text("parse") == "full" or call.text("link_names") not in ("", "0", "False"),
    )
    return _answer(call, message)


async def chat_post_ephemeral(call: Call) -> Payload:
    channel, user = call.conversation(), call.text("user")
    if user not in call.workspace.users:
        raise Refused("user_not_in_channel", user)
    text, blocks, _ = _content(call)
    message = call.workspace.post(
        channel.id,
        call.workspace.bot_user,
        text,
        blocks=blocks,
        thread_ts=call.text("thread_ts") or None,
        ephemeral_to=user,
    )
    return {"message_ts": message.ts}


def _own_message(call: Call, refusal: str) -> Message:
    message = call.conversation().message(call.text("ts"))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found", call.text("ts"))
    if message.user != call.workspace.bot_user:
        raise Refused(refusal, call.text("ts"))
    return message


async def chat_update(call: Call) -> Payload:
    message = _own_message(call, "cant_update_message")
    message.text, message.blocks, metadata = _content(call, updated=True)
    message.metadata = metadata or message.metadata
    # Unlike the others, this method looks for names unless it is told not to.
    message.searched = call.text("parse") != "none"
    message.history.append(message.text)
    return _answer(call, message)


async def chat_delete(call: Call) -> Payload:
    message = _own_message(call, "cant_delete_message")
    message.deleted = True
    return {"channel": message.channel, "ts": message.ts}


async def views_open(call: Call) -> Payload:
    user = call.slack.triggers.redeem(call.text("trigger_id"))
    view = View(new_id("V"), user, _view(call), hash=new_id("H"))
    call.workspace.views[view.id] = view
    return {"view": view.to_json()}


async def views_update(call: Call) -> Payload:
    view = call.workspace.views.get(call.text("view_id"))
    if view is None or not view.open:
        raise Refused("not_found", call.text("view_id"))
    if call.text("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict", view.id)
    view.body, view.hash = _view(call), new_id("H")
    return {"view": view.to_json()}


async def views_publish(call: Call) -> Payload:
    user = call.text("user_id")
    if user not in call.workspace.users:
        raise Refused("user_not_found", user)
    body = _view(call)
    if body["type"] != "home":
        raise Refused("invalid_arguments", "only a home view can be published")
    old = call.workspace.homes.get(user)
    home = View(old.id if old else new_id("V"), user, body, hash=new_id("H"))
    call.workspace.homes[user] = call.workspace.views[home.id] = home
    return {"view": home.to_json()}


def _view(call: Call) -> Payload:
    view: Payload = call.structure("view")
    check_view(view)
    return view


METHODS: dict[str, tuple[str | None, Method]] = {
    "auth.test": (None, auth_test),
    "users.info": ("users:read", users_info),
    "conversations.open": ("im:write", conversations_open),
    "chat.postMessage": ("chat:write", chat_post_message),
    "chat.postEphemeral": ("chat:write", chat_post_ephemeral),
    "chat.update": ("chat:write", chat_update),
    "chat.delete": ("chat:write", chat_delete),
    "views.open": (None, views_open),
    "views.update": (None, views_update),
    "views.publish": (None, views_publish),
}
"""Every method with the bot scope that it needs."""
