"""Forms: what a modal asks, and what was filled in. A form's custom id says what the answer is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import discord
from discord import ui

from bot.replies import FormReply
from core.words import Language, Words

LONGEST_TITLE = 45
LONGEST_FIELD = 4000
LONGEST_WISH = 300
LONGEST_PLACEHOLDER = 100

QUESTION = "form"
ANSWER = "answer"
TEXT = "text"
WISH = "wish"
SCORE_FORM = "score"

SCORE_TITLE = Words("Score a text", "글에 음악 붙이기")
SCORE_TEXT = Words("The text that the music should follow", "음악이 따라갈 글")
SCORE_WISH = Words("Wishes, such as mood:dark duration:1:00", "바라는 것(예: mood:dark duration:1:00)")


def question(form: FormReply) -> ui.Modal:
    """The modal that asks what a FormReply asks."""
    modal = ui.Modal(title=form.title[:LONGEST_TITLE], custom_id=f"{QUESTION}:{form.action}:{form.target}")
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=ANSWER,
        style=discord.TextStyle.paragraph,
        placeholder=form.placeholder[:LONGEST_PLACEHOLDER],
        max_length=min(form.longest, LONGEST_FIELD),
    )
    modal.add_item(ui.Label(text=form.label[:LONGEST_TITLE], component=field))
    return _unwatched(modal)


def act_of(custom_id: str) -> tuple[str, str] | None:
    """The action and the target that the answer of a question is for."""
    kind, _, rest = custom_id.partition(":")
    action, _, target = rest.partition(":")
    return (action, target) if kind == QUESTION else None


def score_form(language: Language, given: Mapping[str, str]) -> ui.Modal:
    """The modal for a text that a command's line does not hold; it keeps the options that were given, as a wish."""
    wish = " ".join(f"{name}:{_quoted(value)}" for name, value in given.items())
    modal = ui.Modal(title=SCORE_TITLE.to(language), custom_id=SCORE_FORM)
    text: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=TEXT, style=discord.TextStyle.paragraph, max_length=LONGEST_FIELD
    )
    wishes: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=WISH, required=False, default=wish[:LONGEST_WISH] or None, max_length=LONGEST_WISH
    )
    modal.add_item(ui.Label(text=SCORE_TEXT.to(language), component=text))
    modal.add_item(ui.Label(text=SCORE_WISH.to(language), component=wishes))
    return _unwatched(modal)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _unwatched(modal: ui.Modal) -> ui.Modal:
    """A modal that discord.py does not keep: its answer is known by its custom id, also after a restart."""
    modal.stop()
    return modal


def answers(interaction: discord.Interaction) -> dict[str, str]:
    """What was filled in, by field."""
    data = cast("Mapping[str, Any]", interaction.data)
    return {field["custom_id"]: field.get("value") or "" for field in _fields(data.get("components", ()))}


def _fields(components: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        if "component" in component:
            yield component["component"]
        yield from component.get("components", ())
