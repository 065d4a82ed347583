"""Forms: modals made of the list of commands, and what was filled into them.

A modal carries in its private metadata where it was opened and what it is about, so that it is understood after a
restart. Limits: Slack documentation, "Block Kit reference" and "Views".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

from adapters.slack.address import Address
from adapters.slack.render import LONGEST_PLACEHOLDER, option, plain_text
from bot.commands import ChoiceSpec, CommandName, CommandSpec, OptionSpec, command
from bot.replies import Action, FormReply
from core.engines.engine import Use
from core.words import Language, Words

Payload = dict[str, Any]

QUESTION = "question"
WISH = "wish"
ANSWER = "answer"
WHERE = "where"
YES = "yes"

LONGEST_TITLE = 24
LONGEST_INPUT = 3_000
LONGEST_VALUE = 150
MOST_NAMES = 5

AUTO = "auto"
"""The choice that is made already where an option has it."""

SOUNDS = ("wav", "flac", "ogg", "mp3", "m4a", "mp4", "webm")
"""Slack's names for the kinds of files that can be heard."""

SEND = Words("Make it", "만들기")
CLOSE = Words("Cancel", "취소")
PLACE = Words("Where should the music go?", "음악을 어디로 보낼까요?")
PLACE_HINT = Words(
    "Where I am no member I send it to you directly.", "제가 없는 곳이라면 다이렉트 메시지로 보내 드립니다."
)


@dataclass(frozen=True, slots=True)
class About:
    """What a modal is about: a command's wish, or the answer that an action on a target waits for."""

    address: Address
    command: CommandName | None = None
    action: Action | None = None
    target: str = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, view: Payload) -> Self:
        known = json.loads(view["private_metadata"])
        return cls(**{**known, "address": Address(**known["address"])})


def question(form: FormReply, address: Address) -> Payload:
    """The modal that asks what a FormReply asks."""
    element = {
        "type": "plain_text_input",
        "action_id": ANSWER,
        "multiline": True,
        "max_length": min(form.longest, LONGEST_INPUT),
        "focus_on_load": True,
    }
    if form.placeholder:
        element["placeholder"] = plain_text(form.placeholder, LONGEST_PLACEHOLDER)
    about = About(address, action=form.action, target=form.target)
    return _modal(QUESTION, form.title, form.language, about, [_input(ANSWER, form.label, element)])


def wish_form(spec: CommandSpec, language: Language, address: Address) -> Payload:
    """The modal with every option of a command. Without a conversation in the address it asks for one."""
    blocks = [
        _input(
            each.name.en,
            each.name.to(language).capitalize(),
            _element(spec, each, language),
            hint=each.description.to(language),
            optional=not each.required,
        )
        for each in spec.options
    ]
    if not address.channel:
        select = {"type": "conversations_select", "action_id": WHERE, "default_to_current_conversation": True}
        blocks.append(_input(WHERE, PLACE.to(language), select, hint=PLACE_HINT.to(language), optional=True))
    return _modal(WISH, spec.description.to(language), language, About(address, command=spec.id), blocks)


def _modal(kind: str, title: str, language: Language, about: About, blocks: list[Payload]) -> Payload:
    return {
        "type": "modal",
        "callback_id": kind,
        "private_metadata": str(about),
        "title": plain_text(title, LONGEST_TITLE),
        "submit": plain_text(SEND.to(language), LONGEST_TITLE),
        "close": plain_text(CLOSE.to(language), LONGEST_TITLE),
        "blocks": blocks,
    }


def _input(name: str, label: str, element: Payload, *, hint: str = "", optional: bool = False) -> Payload:
    block = {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": plain_text(label, LONGEST_INPUT),
        "element": element,
    }
    return block | {"hint": plain_text(hint, LONGEST_INPUT)} if hint else block


def _element(spec: CommandSpec, each: OptionSpec, language: Language) -> Payload:
    element: Payload = {"action_id": f"{WISH}:{spec.id}:{each.name.en}"}
    match each.kind:
        case "catalog":
            most = 1 if each.catalog == "topic" else MOST_NAMES
            element |= {"type": "multi_external_select", "min_query_length": 0, "max_selected_items": most}
        case "suggestion":
            element |= {"type": "external_select", "min_query_length": 0}
        case "choice":
            choices = [option(choice.value, choice.label.to(language)) for choice in each.choices]
            element |= {"type": "static_select", "options": choices}
            element |= {"initial_option": choices[0]} if each.choices[0].value == AUTO else {}
        case "recording":
            element |= {"type": "file_input", "max_files": 1, "filetypes": list(SOUNDS)}
        case "flag":
            element |= {"type": "checkboxes", "options": [option(YES, each.description.to(language))]}
        case "number":
            element |= {"type": "number_input", "is_decimal_allowed": False}
            bounds = {"min_value": each.lowest, "max_value": each.highest}
            element |= {name: str(bound) for name, bound in bounds.items() if bound is not None}
        case "text":
            longest = min(each.longest or LONGEST_INPUT, LONGEST_INPUT)
            element |= {"type": "plain_text_input", "multiline": True, "max_length": longest}
    return element


def suggestions(choices: Iterable[ChoiceSpec], language: Language) -> list[Payload]:
    """What a select that is filled while typing offers."""
    return [
        option(choice.value, choice.label.to(language)) for choice in choices if 0 < len(choice.value) <= LONGEST_VALUE
    ]


def answers(view: Payload) -> dict[str, str]:
    """What was filled in, by block; several names with commas between them, and nothing for what was left empty."""
    return dict(_filled(view["state"]["values"]))


def recorded(view: Payload) -> list[tuple[Use, Payload]]:
    """The files that were put into a form, and what each is for."""
    spec = command(About.of(view).command or "")
    options = {} if spec is None else {option.name.en: option.use for option in spec.options}
    inputs = [(options.get(name), held) for name, each in view["state"]["values"].items() for held in each.values()]
    return [(use, file) for use, held in inputs if use is not None for file in held.get("files") or ()]


def _filled(values: Payload) -> Iterator[tuple[str, str]]:
    for name, inputs in values.items():
        for held in inputs.values():
            chosen = held.get("selected_options") or [held.get("selected_option") or {}]
            several = ",".join(one["value"] for one in chosen if one)
            value = held.get("value") or held.get("selected_conversation") or several
            if value:
                yield name, str(value)
