"""Limits that Discord documents and enforces, those that its OpenAPI description lacks included."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.platforms.discord.world import MIB, Payload

CONTENT = 2000
FILES = 10
REQUEST_BYTES = 25 * MIB
ROWS = 5
BUTTONS_IN_ROW = 5
CUSTOM_ID = 100
LABEL = 80
SELECT_OPTIONS = 25
SELECT_TEXT = 100
PLACEHOLDER = 150
MODAL_TITLE = 45
MODAL_COMPONENTS = 5
MODAL_LABEL = 45
MODAL_LABEL_DESCRIPTION = 100
TEXT_INPUT = 4000
SLASH_COMMANDS = 100
CONTEXT_COMMANDS = 15
COMMAND_OPTIONS = 25
COMMAND_CHOICES = 25
COMMAND_TEXT = 8000
DESCRIPTION = 100
CHOICE_TEXT = 100
NONCE = 25
FOLLOWUPS_OF_USER_INSTALL = 5

SLASH_NAME = re.compile(r"[-_'\w]{1,32}")


class Refused(Exception):
    """An answer other than success, as Discord words it."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code} {message} {more or ''}")
        self.status = status
        self.body: Payload = {"code": code, "message": message, **more}


def form_error(what: str) -> Refused:
    return Refused(400, 50035, "Invalid Form Body", errors={"_errors": [{"code": "LIMIT", "message": what}]})


def require(holds: object, what: str) -> None:
    if not holds:
        raise form_error(what)


def check_message(payload: Payload, *, kept_files: int, new_files: int) -> None:
    """Content, components and files of a message about to exist.

    Raises:
        Refused: it breaks a limit.
    """
    content = payload.get("content") or ""
    require(len(content) <= CONTENT, f"content: {len(content)} characters")
    require(kept_files + new_files <= FILES, f"attachments: {kept_files + new_files}")
    nonce = payload.get("nonce")
    require(nonce is None or len(str(nonce)) <= NONCE, "nonce is too long")
    check_components(payload.get("components") or [])


def check_components(rows: list[Payload]) -> None:
    require(len(rows) <= ROWS, f"{len(rows)} action rows")
    ids: list[str] = []
    for row in rows:
        require(row["type"] == 1, "only action rows at the top level")
        items = row["components"]
        kinds = {item["type"] for item in items}
        require(items, "an empty action row")
        require(kinds == {2} or len(items) == 1, "a select stands alone in its row")
        require(len(items) <= BUTTONS_IN_ROW, f"{len(items)} buttons in a row")
        for item in items:
            if "custom_id" in item:
                ids.append(item["custom_id"])
            check_component(item)
    require(len(ids) == len(set(ids)), f"custom ids repeat: {[i for i, n in Counter(ids).items() if n > 1]}")


def check_component(item: Payload) -> None:
    require(1 <= len(item.get("custom_id", "x")) <= CUSTOM_ID, "custom_id")
    require(len(item.get("label") or "") <= LABEL, "label")
    require(len(item.get("placeholder") or "") <= PLACEHOLDER, "placeholder")
    if item["type"] == 2:
        require(item.get("label") or item.get("emoji"), "a button needs a label or an emoji")
    if item["type"] == 3:
        options = item["options"]
        require(1 <= len(options) <= SELECT_OPTIONS, f"{len(options)} options in a select")
        require(len({option["value"] for option in options}) == len(options), "option values repeat")
        for option in options:
            require(1 <= len(option["label"]) <= SELECT_TEXT, "option label")
            require(1 <= len(option["value"]) <= SELECT_TEXT, "option value")
        chosen = sum(bool(option.get("default")) for option in options)
        require(chosen <= (item.get("max_values") or 1), "more defaults than max_values")


def check_modal(data: Payload) -> None:
    require(1 <= len(data["title"]) <= MODAL_TITLE, "modal title")
    require(1 <= len(data["custom_id"]) <= CUSTOM_ID, "modal custom_id")
    require(1 <= len(data["components"]) <= MODAL_COMPONENTS, "modal components")
    for item in data["components"]:
        require(len(item.get("label") or "") <= MODAL_LABEL, "modal label")
        require(len(item.get("description") or "") <= MODAL_LABEL_DESCRIPTION, "modal label description")
        inner = item.get("component") or item["components"][0]
        require(len(inner.get("placeholder") or "") <= PLACEHOLDER, "modal placeholder")
        require((inner.get("max_length") or TEXT_INPUT) <= TEXT_INPUT, "text input length")
        require(len(inner.get("value") or "") <= TEXT_INPUT, "text input value")


def check_choices(choices: list[Payload]) -> None:
    require(len(choices) <= COMMAND_CHOICES, f"{len(choices)} choices")
    for choice in choices:
        require(1 <= len(choice["name"]) <= CHOICE_TEXT, f"choice name {choice['name']!r}")
        require(len(str(choice["value"])) <= CHOICE_TEXT, f"choice value {choice['value']!r}")


def check_commands(commands: list[Payload]) -> None:
    by_kind = Counter(command.get("type", 1) for command in commands)
    require(by_kind[1] <= SLASH_COMMANDS, "slash commands")
    require(by_kind[2] <= CONTEXT_COMMANDS and by_kind[3] <= CONTEXT_COMMANDS, "context menu commands")
    names = [(command.get("type", 1), command["name"]) for command in commands]
    require(len(names) == len(set(names)), "command names repeat")
    for command in commands:
        check_command(command)


def check_command(command: Payload) -> None:
    slash = command.get("type", 1) == 1
    for name in _texts(command, "name"):
        require(len(name) <= 32, f"command name {name!r}")
        require(not slash or (SLASH_NAME.fullmatch(name) and name == name.lower()), f"command name {name!r}")
    if slash:
        require(all(1 <= len(text) <= DESCRIPTION for text in _texts(command, "description")), "command description")
    else:
        require(not command.get("description"), "context menu commands have no description")
    options = command.get("options") or []
    require(len(options) <= COMMAND_OPTIONS, f"{len(options)} options")
    require(len({option["name"] for option in options}) == len(options), "option names repeat")
    required = [bool(option.get("required")) for option in options]
    require(required == sorted(required, reverse=True), "required options come first")
    for option in options:
        _check_option(option)
    require(_weight(command) <= COMMAND_TEXT, f"command {command['name']!r} has {_weight(command)} characters")


def _check_option(option: Payload) -> None:
    for name in _texts(option, "name"):
        require(SLASH_NAME.fullmatch(name) and name == name.lower(), f"option name {name!r}")
    require(all(1 <= len(text) <= DESCRIPTION for text in _texts(option, "description")), "option description")
    choices = option.get("choices") or []
    require(not (choices and option.get("autocomplete")), "choices and autocomplete exclude each other")
    check_choices(choices)


def _texts(item: Payload, key: str) -> Iterable[str]:
    yield item.get(key) or ""
    yield from (item.get(f"{key}_localizations") or {}).values()


def _weight(item: Payload) -> int:
    """Characters that count towards the limit of a command: of translations, only the longest counts."""
    own = max(map(len, _texts(item, "name"))) + max(map(len, _texts(item, "description")))
    own += len(str(item["value"])) if "value" in item else 0
    return own + sum(_weight(child) for key in ("options", "choices") for child in item.get(key) or [])


def size_in_bytes(payload: Payload) -> int:
    return len(json.dumps(payload, ensure_ascii=False).encode())
