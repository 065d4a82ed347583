"""What Slack refuses in a message or a view: slack_sdk's own validators, and a table of what they lack.

Figures: Slack documentation, "Block Kit reference", "Truncating really long messages", `chat.update`, `views.open`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Payload = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
UPDATED_TEXT = 4_000
METADATA_BYTES = 8_000
PRIVATE_METADATA = 3_000
CALLBACK_ID = 255

# The most characters of a text object by where it stands: (type of the owner, field).
LONGEST = {
    ("section", "text"): 3_000,
    ("section", "fields"): 2_000,
    ("header", "text"): 150,
    ("context", "elements"): 3_000,
    ("input", "label"): 2_000,
    ("input", "hint"): 2_000,
    ("button", "text"): 75,
    ("option", "text"): 75,
    ("option", "description"): 75,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("select", "placeholder"): 150,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
}
MOST = {("section", "fields"): 10, ("context", "elements"): 10, ("actions", "elements"): 25}
OPTIONS = 100
CHOICES = {"static_select": OPTIONS, "multi_static_select": OPTIONS, "checkboxes": 10, "radio_buttons": 10}
OPTION_VALUE = 150
BUTTON_VALUE = 2_000
ACTION_ID = 255

ONLY_IN_VIEWS = {"input"}
ONLY_IN_INPUTS = {"plain_text_input", "number_input", "file_input", "email_text_input", "url_text_input"}
NOT_IN_ACTIONS = ONLY_IN_INPUTS | {
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
}


class Refused(Exception):
    """A payload that Slack would answer with an error: its code, and what is wrong."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def check_message(text: str, blocks: list[Payload], *, updated: bool = False) -> None:
    """Raises Refused for a message that Slack would not take."""
    if not text and not blocks:
        raise Refused("no_text", "neither text nor blocks")
    longest = UPDATED_TEXT if updated else MESSAGE_TEXT
    if len(text) > longest:
        raise Refused("msg_too_long", f"{len(text)} characters of text, at most {longest}")
    if len(blocks) > MESSAGE_BLOCKS:
        raise Refused("invalid_blocks", f"{len(blocks)} blocks, at most {MESSAGE_BLOCKS}")
    check_blocks(blocks, surface="message")


def check_view(view: Payload) -> None:
    """Raises Refused for a modal or an App Home that Slack would not take."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        raise Refused("invalid_arguments", f"a view of type {kind!r}")
    if kind == "modal":
        if "title" not in view:
            raise Refused("invalid_arguments", "a modal without a title")
        for part in ("title", "submit", "close"):
            if part in view:
                _check_text(view[part], "modal", part, plain=True)
        if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
            raise Refused("invalid_arguments", "a modal with inputs needs a submit button")
    if len(view.get("private_metadata", "")) > PRIVATE_METADATA:
        raise Refused("invalid_arguments", "private_metadata is too long")
    if len(view.get("callback_id", "")) > CALLBACK_ID:
        raise Refused("invalid_arguments", "callback_id is too long")
    if len(view["blocks"]) > VIEW_BLOCKS:
        raise Refused("invalid_arguments", f"{len(view['blocks'])} blocks, at most {VIEW_BLOCKS}")
    check_blocks(view["blocks"], surface=kind)


def check_options(answer: Payload) -> None:
    """Raises Refused for an answer to a block_suggestion that Slack would not show."""
    options = answer.get("options")
    if not isinstance(options, list) or len(options) > OPTIONS:
        raise Refused("invalid_arguments", f"no list of at most {OPTIONS} options: {answer}")
    for option in options:
        _check_option(option)


def check_blocks(blocks: list[Payload], *, surface: str) -> None:
    seen: set[str] = set()
    for block in blocks:
        if surface == "message" and block["type"] in ONLY_IN_VIEWS:
            raise Refused("invalid_blocks", f"{block['type']} blocks are for views")
        block_id = block.get("block_id")
        if block_id in seen:
            raise Refused("invalid_blocks", f"two blocks are called {block_id!r}")
        if block_id:
            seen.add(block_id)
        _check_with_sdk(block)
        _check_block(block)
        _check_action_ids(block)


def _check_with_sdk(block: Payload) -> None:
    parsed = Block.parse(block)
    if parsed is None:
        raise Refused("invalid_blocks", f"unknown block: {block}")
    try:
        parsed.to_dict()
    except SlackObjectFormationError as error:
        raise Refused("invalid_blocks", f"{error}: {block}") from error


def _check_block(block: Payload) -> None:
    kind = block["type"]
    for (owner, part), most in MOST.items():
        if kind == owner and len(block.get(part, [])) > most:
            raise Refused("invalid_blocks", f"{kind} has more than {most} {part}")
    if kind in ("section", "header") and "text" in block:
        _check_text(block["text"], kind, "text", plain=kind == "header")
    for field in block.get("fields", []):
        _check_text(field, "section", "fields")
    if kind == "context":
        for element in block["elements"]:
            if element["type"] != "image":
                _check_text(element, "context", "elements")
    for element in _elements(block):
        _check_element(element)
    if kind == "input":
        for part in ("label", "hint"):
            if part in block:
                _check_text(block[part], "input", part, plain=True)


def _elements(block: Payload) -> Iterator[Payload]:
    """The interactive elements of a block, when they may stand there."""
    if block["type"] == "actions":
        if not block["elements"]:
            raise Refused("invalid_blocks", "actions without elements")
        yield from _but_not(NOT_IN_ACTIONS, block["elements"])
    elif block["type"] == "section" and "accessory" in block:
        yield from _but_not(ONLY_IN_INPUTS, [block["accessory"]])
    elif block["type"] == "input":
        yield from _but_not({"button"}, [block["element"]])


def _but_not(unfit: set[str], elements: list[Payload]) -> list[Payload]:
    for element in elements:
        if element["type"] in unfit:
            raise Refused("invalid_blocks", f"{element['type']} does not fit there")
    return elements


def _check_element(element: Payload) -> None:
    kind = element["type"]
    if "placeholder" in element:
        _check_text(element["placeholder"], "select", "placeholder", plain=True)
    if kind == "button":
        _check_button(element)
    if kind in CHOICES and "option_groups" not in element:
        _check_choices(element)
    if kind.endswith("external_select"):
        for option in _initial(element):
            _check_option(option)
    if kind == "plain_text_input" and not 1 <= element.get("max_length", 1) <= 3_000:
        raise Refused("invalid_blocks", "max_length must lie within 1..3000")
    if kind == "number_input" and "is_decimal_allowed" not in element:
        raise Refused("invalid_blocks", "number_input needs is_decimal_allowed")


def _check_button(button: Payload) -> None:
    _check_text(button["text"], "button", "text", plain=True)
    if len(button.get("value", "")) > BUTTON_VALUE:
        raise Refused("invalid_blocks", "the value of a button is too long")
    if button.get("style") not in (None, "primary", "danger"):
        raise Refused("invalid_blocks", f"a button of style {button['style']!r}")
    for part in ("title", "text", "confirm", "deny"):
        if part in button.get("confirm", {}):
            _check_text(button["confirm"][part], "confirm", part)


def _check_choices(element: Payload) -> None:
    options, most = element.get("options", []), CHOICES[element["type"]]
    if not 1 <= len(options) <= most:
        raise Refused("invalid_blocks", f"{element['type']} needs 1 to {most} options, not {len(options)}")
    for option in options:
        _check_option(option)
    for chosen in _initial(element):
        if chosen not in options:
            raise Refused("invalid_blocks", f"the initial option {chosen} is none of the options")


def _initial(element: Payload) -> Iterator[Payload]:
    if "initial_option" in element:
        yield element["initial_option"]
    yield from element.get("initial_options", [])


def _check_option(option: Payload) -> None:
    _check_text(option["text"], "option", "text")
    if "description" in option:
        _check_text(option["description"], "option", "description")
    if not 1 <= len(option["value"]) <= OPTION_VALUE:
        raise Refused("invalid_blocks", f"the value of an option has {len(option['value'])} characters")


def _check_text(text: Payload, owner: str, part: str, *, plain: bool = False) -> None:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if text.get("type") not in kinds:
        raise Refused("invalid_blocks", f"{owner}.{part} must be {' or '.join(kinds)}: {text}")
    longest = LONGEST[owner, part]
    if not 1 <= len(text["text"]) <= longest:
        raise Refused("invalid_blocks", f"{owner}.{part} has {len(text['text'])} characters, 1 to {longest} allowed")


def _check_action_ids(block: Payload) -> None:
    elements = [*block.get("elements", []), *(block[part] for part in ("accessory", "element") if part in block)]
    ids = [element["action_id"] for element in elements if "action_id" in element]
    if len(set(ids)) != len(ids):
        raise Refused("invalid_blocks", f"an action id is used twice: {ids}")
    if any(not 1 <= len(action_id) <= ACTION_ID for action_id in ids):
        raise Refused("invalid_blocks", f"an action id is too long: {ids}")
