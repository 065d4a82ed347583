"""The app manifest, against Slack's rules for manifests."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from adapters.slack.manifest import SCOPES, manifest
from bot.commands import message_commands, slash_commands
from tests.platforms.slack.files import FILE_METHODS
from tests.platforms.slack.methods import METHODS


def text(longest: int, shortest: int = 1, pattern: str = "") -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest} | ({"pattern": pattern} if pattern else {})


def members(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def several(each: dict[str, Any], most: int, fewest: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": each, "minItems": fewest, "maxItems": most, "uniqueItems": True}


FLAG = {"type": "boolean"}
URL = text(3_000, pattern="^https?://")

# What an app like ours may say, of github.com/slackapi/manifest-schema 0.5.0.
RULES = members(
    ["display_information", "features", "oauth_config", "settings"],
    display_information=members(
        ["name"],
        name=text(35),
        description=text(140),
        long_description=text(4_000, 175),
        background_color=text(7, 4, "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
    ),
    features=members(
        [],
        app_home=members([], home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=members(["display_name"], display_name=text(80), always_online=FLAG),
        shortcuts=several(
            members(
                ["name", "type", "callback_id", "description"],
                name=text(24),
                type={"enum": ["message", "global"]},
                callback_id=text(255),
                description=text(150),
            ),
            most=10,
        ),
        slash_commands=several(
            members(
                ["command", "description"],
                command=text(32, 2, "^/"),
                description=text(2_000),
                usage_hint=text(1_000),
                should_escape=FLAG,
                url=URL,
            ),
            most=50,
        ),
    ),
    oauth_config=members([], scopes=members([], bot=several(text(50), 255)), redirect_urls=several(text(2_500), 1_000)),
    settings=members(
        [],
        event_subscriptions=members([], request_url=URL, bot_events=several(text(50), 100)),
        interactivity=members(["is_enabled"], is_enabled=FLAG, request_url=URL, message_menu_options_url=URL),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)

BUILT_IN = {
    *("archive", "away", "active", "apps", "collapse", "dm", "dnd", "expand", "feed", "invite", "join", "kick"),
    *("leave", "me", "msg", "mute", "open", "pro", "remind", "remove", "rename", "search", "shortcuts", "shrug"),
    *("star", "status", "topic", "unarchive", "who"),
}
"""Slack's own commands, whose names a manifest is refused for."""

BOTH = pytest.mark.parametrize("url", [None, "https://music.example/"])


@BOTH
def test_it_keeps_slacks_rules(url: str | None) -> None:
    jsonschema.validate(json.loads(json.dumps(manifest(url))), RULES)


@BOTH
def test_it_declares_every_command(url: str | None) -> None:
    features = manifest(url)["features"]
    assert [each["command"] for each in features["slash_commands"]] == [f"/{spec.name.en}" for spec in slash_commands()]
    shortcuts = {each["callback_id"] for each in features["shortcuts"] if each["type"] == "message"}
    assert shortcuts == {spec.id for spec in message_commands()}


def test_no_command_is_called_like_one_of_slacks_own() -> None:
    assert not BUILT_IN & {spec.name.en for spec in slash_commands()}


def test_names_of_shortcuts_are_whole() -> None:
    names = {each["name"] for each in manifest()["features"]["shortcuts"]}
    assert {"Score this message", "Make music like this", "Edit this music", "Make music"} == names


def test_it_asks_for_no_scope_without_a_use() -> None:
    called = {scope for scope, _ in (METHODS | FILE_METHODS).values() if scope}
    heard = {"app_mentions:read", "im:history", "commands"}
    assert set(SCOPES) == called | heard


def test_a_socket_needs_no_address() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(manifest())


def test_over_http_every_address_is_the_servers() -> None:
    made = manifest("https://music.example/")
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://music.example/slack/events"
    assert made["oauth_config"]["redirect_urls"] == ["https://music.example/slack/oauth_redirect"]
    assert {each["url"] for each in made["features"]["slash_commands"]} == {"https://music.example/slack/events"}
