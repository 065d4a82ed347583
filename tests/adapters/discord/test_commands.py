"""The commands as Discord registers them."""

from __future__ import annotations

import pytest

from adapters.discord.commands import manifest
from bot.commands import COMMANDS
from tests.platforms.discord import limits, specification
from tests.platforms.discord.world import Payload


@pytest.fixture
def commands() -> list[Payload]:
    return manifest()


def test_every_command_of_the_bot_is_there(commands: list[Payload]) -> None:
    assert {(command["type"], command["name"]) for command in commands} == {
        (1 if spec.kind == "slash" else 3, spec.name.en) for spec in COMMANDS
    }


def test_they_keep_within_discords_limits(commands: list[Payload]) -> None:
    limits.check_commands(commands)


def test_they_fit_discords_description(commands: list[Payload]) -> None:
    described = specification.load()
    if described is None:
        pytest.skip("shared/specs/discord-openapi.json is not there to check commands against")

    described.check_request("PUT", "/applications/1/commands", {}, "application/json", commands)


def test_everything_is_said_in_korean_too(commands: list[Payload]) -> None:
    for command in commands:
        assert "ko" in command["name_localizations"], command["name"]
        for part in [command] * (command["type"] == 1) + command.get("options", []):
            assert "ko" in part["description_localizations"], (command["name"], part["name"])


def test_they_work_in_servers_in_private_and_for_people_who_bring_the_app(commands: list[Payload]) -> None:
    for command in commands:
        assert sorted(command["contexts"]) == [0, 1, 2]
        assert sorted(command["integration_types"]) == [0, 1]


def test_names_of_the_catalog_are_completed_and_fixed_choices_are_listed(commands: list[Payload]) -> None:
    options = {
        option["name"]: option for command in commands if command["name"] == "bgm" for option in command["options"]
    }

    assert options["genre"]["autocomplete"]
    assert [choice["value"] for choice in options["tempo"]["choices"]] == ["auto", "slow", "medium", "fast"]
    assert (options["bpm"]["min_value"], options["bpm"]["max_value"]) == (30, 300)
    assert options["loop"]["type"] == 5
