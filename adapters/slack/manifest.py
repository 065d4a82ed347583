"""The app manifest: what Slack needs to know of the app, made of the list of commands.

Schema: github.com/slackapi/manifest-schema, 0.5.0.
"""

from __future__ import annotations

from typing import Any

from bot.commands import CommandSpec, OptionSpec, message_commands, slash_commands

Payload = dict[str, Any]

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
MAKE_MUSIC = "make_music"
"""The shortcut that opens the form from anywhere; those of messages are called by the ids of their commands."""

NAME = "TexTuneS"
DESCRIPTION = "Background music for what you write, made right here."
LONG_DESCRIPTION = (
    "Type /bgm genre:jazz mood:calm, or choose “Score this message” on anything somebody wrote, and an audio file "
    "comes back that can be varied, edited, looped, shared and traced. English and Korean."
)
COLOUR = "#22325a"

SCOPES = (
    "app_mentions:read",  # hear mentions
    "chat:write",  # answer
    "commands",  # slash commands and shortcuts
    "files:read",  # see that a file was shared, and read the texts and hear the sounds attached to it
    "files:write",  # share music
    "im:history",  # hear what is written to the bot directly
    "im:write",  # answer directly where it is no member
    "users:read",  # a person's language, and whether they administer the workspace
)
"""The least that the app can do its work with."""

EVENTS = ("app_home_opened", "app_mention", "message.im")
INSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")

LONGEST_SHORTCUT_NAME = 24
LONGEST_SHORTCUT_DESCRIPTION = 150
LONGEST_USAGE_HINT = 1_000


def manifest(url: str | None = None) -> Payload:
    """The manifest of an app that opens sockets, or of one that Slack reaches at `url` (https://…, without a path)."""
    request_url = None if url is None else url.rstrip("/") + EVENTS_PATH
    made: Payload = {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [_make_music(), *map(_message_shortcut, message_commands())],
            "slash_commands": [_slash_command(spec, request_url) for spec in slash_commands()],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }
    if url is not None and request_url is not None:
        made["oauth_config"]["redirect_urls"] = [url.rstrip("/") + REDIRECT_PATH]
        made["settings"]["event_subscriptions"] = {
            "request_url": request_url,
            "bot_events": sorted((*EVENTS, *INSTALL_EVENTS)),
        }
        made["settings"]["interactivity"] |= {"request_url": request_url, "message_menu_options_url": request_url}
    return made


def _make_music() -> Payload:
    return {
        "name": "Make music",
        "type": "global",
        "callback_id": MAKE_MUSIC,
        "description": "Choose genre, mood and more in a form",
    }


def _message_shortcut(spec: CommandSpec) -> Payload:
    return {
        "name": spec.name.en[:LONGEST_SHORTCUT_NAME],
        "type": "message",
        "callback_id": spec.id,
        "description": spec.description.en[:LONGEST_SHORTCUT_DESCRIPTION],
    }


def _slash_command(spec: CommandSpec, request_url: str | None) -> Payload:
    made: Payload = {
        "command": f"/{spec.name.en}",
        "description": spec.description.en,
        "should_escape": False,
    }
    hint = " ".join(_hint(option) for option in spec.options if option.kind != "recording")[:LONGEST_USAGE_HINT]
    if hint:
        made["usage_hint"] = hint
    if request_url is not None:
        made["url"] = request_url
    return made


def _hint(option: OptionSpec) -> str:
    return f"{option.name.en}…" if option.kind == "text" else f"{option.name.en}:…"
