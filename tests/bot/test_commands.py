"""The list of commands keeps within the limits of every platform."""

from __future__ import annotations

import re

import pytest

from bot.commands import COMMANDS, CommandSpec, command, message_commands, slash_commands, split_line
from core.wish import find_field

LOWER_NAME = re.compile(r"[-_'\w]{1,32}")


def texts(spec: CommandSpec) -> list[str]:
    words = [spec.name, spec.description]
    for option in spec.options:
        words += [option.name, option.description, *(choice.label for choice in option.choices)]
    return [text for both in words for text in (both.en, both.ko)]


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.id)
def test_names_and_descriptions_fit_discord(spec: CommandSpec) -> None:
    for name in (spec.name.en, spec.name.ko):
        assert 1 <= len(name) <= 32
        if spec.kind == "slash":
            assert LOWER_NAME.fullmatch(name)
            assert name == name.lower()
    for description in (spec.description, *(option.description for option in spec.options)):
        assert 1 <= len(description.en) <= 100
        assert 1 <= len(description.ko) <= 100
    for option in spec.options:
        for name in (option.name.en, option.name.ko):
            assert LOWER_NAME.fullmatch(name)
            assert name == name.lower()
        assert len(option.choices) <= 25
    assert len(spec.options) <= 25
    assert sum(map(len, texts(spec))) <= 8000


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.id)
def test_everything_is_said_in_both_languages(spec: CommandSpec) -> None:
    for words in (spec.name, spec.description, spec.help, *(option.description for option in spec.options)):
        assert words.en
        assert words.ko
    for words in (spec.description, spec.help):
        assert re.search("[가-힣]", words.ko)
        assert not re.search("[가-힣]", words.en.replace("장르:재즈", ""))


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.id)
def test_names_are_unique_and_required_options_come_first(spec: CommandSpec) -> None:
    for language in ("en", "ko"):
        names = [option.name.to(language) for option in spec.options]
        assert len(names) == len(set(names))
    required = [option.required for option in spec.options]
    assert required == sorted(required, reverse=True)


def test_message_commands_fit_slacks_shortcuts() -> None:
    for spec in message_commands():
        assert len(spec.name.en) <= 24
    assert len(list(message_commands())) <= 5


def test_commands_are_found_in_either_language() -> None:
    assert command("/bgm") is command("배경음악") is command("bgm")
    assert command("nothing") is None
    assert len({spec.name.en for spec in COMMANDS}) == len({spec.name.ko for spec in COMMANDS}) == len(COMMANDS)


def test_options_of_music_are_fields_of_a_wish() -> None:
    options = [option for spec in slash_commands() for option in spec.options]
    names = [option.name.en for option in options if option.kind != "recording"]
    others = {"text", "topic", "job", "page", "about", "change", "action", "name", "consent"}
    assert all(find_field(name) is not None for name in names if name not in others)


@pytest.mark.parametrize(
    ("line", "id_", "rest"),
    [
        ("/bgm genre:jazz mood:calm", "bgm", "genre:jazz mood:calm"),
        ("  /score\nThe ship leaves.\nIt rains.", "score", "The ship leaves.\nIt rains."),
        ("/배경음악 재즈", "bgm", "재즈"),
        ("/queue", "queue", ""),
    ],
)
def test_a_typed_line_names_its_command(line: str, id_: str, rest: str) -> None:
    spec, given = split_line(line)
    assert (spec.id, given) == (id_, rest)


@pytest.mark.parametrize("line", ["", "   ", "bgm jazz", "/nothing", "/", "/score_message x"])
def test_other_lines_are_no_commands(line: str) -> None:
    assert split_line(line) is None
