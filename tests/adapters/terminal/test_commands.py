from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from adapters.terminal.bgm import line
from adapters.terminal.main import COMMANDS, textunes
from tests.adapters.terminal.conftest import Run

HEAVY = ("numpy", "scipy", "torch", "sqlalchemy", "discord", "slack_bolt", "pydantic")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(textunes, [command, "--help"])
    assert shown.exit_code == 0
    assert "Usage" in shown.output


def test_help_loads_nothing_heavy(run: Run) -> None:
    code = f"import sys; import adapters.terminal.main; print([m for m in {HEAVY} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    assert "bgm" in run("--help").stdout


def test_the_bot_leaves_sound_to_its_engines() -> None:
    heavy = ("scipy", "soundfile", "torch", "transformers", "librosa")
    modules = "bot.app, adapters.web.server, adapters.discord.client, adapters.slack.app"
    code = f"import sys; import {modules}; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_catalog_is_listed_and_searched(run: Run) -> None:
    everything = json.loads(run("catalog", "genres", "--json").stdout)["entries"]
    assert len(everything) >= 135
    found = json.loads(run("catalog", "moods", "차분한", "--json").stdout)["entries"]
    assert found[0]["id"] == "calm"


@pytest.mark.parametrize(("platform", "key"), [("discord", "name"), ("slack", "display_information")])
def test_manifests_are_json(run: Run, platform: str, key: str) -> None:
    manifest = json.loads(run("manifest", platform).stdout)
    assert key in (manifest[0] if isinstance(manifest, list) else manifest)


def test_the_manifest_for_slack_over_http_names_the_address() -> None:
    shown = CliRunner().invoke(textunes, ["manifest", "slack", "--url", "https://music.example"])
    assert json.loads(shown.output)["settings"]["interactivity"]["request_url"] == "https://music.example/slack/events"


@pytest.mark.parametrize("wrong", [["discord", "--url", "https://music.example"], ["slack", "--url", "music.example"]])
def test_an_address_that_makes_no_manifest_is_refused(wrong: list[str]) -> None:
    shown = CliRunner().invoke(textunes, ["manifest", *wrong])
    assert shown.exit_code == 2
    assert "--url" in shown.output


def test_the_doctor_says_what_works(run: Run) -> None:
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)["checks"]}
    assert checks["catalog"]["state"] == "works"
    assert checks["discord"]["state"] == "off"
    assert checks["web"]["says"] == "http://127.0.0.1:8080"
    assert checks["engine audiocraft"]["state"] == "off"
    assert "audiocraft" in checks["engine audiocraft"]["says"]


def test_quotation_marks_that_the_shell_took_away_are_put_back() -> None:
    assert line(("genre:hip hop", "mood:calm", "rainy night")) == 'genre:"hip hop" mood:calm rainy night'
