"""`textunes doctor`"""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click

from adapters.terminal.person import errors_in_words, language
from adapters.terminal.serve import web_wanted
from bot.app import build_fleet
from bot.settings import Settings, load_settings
from core.catalog.catalog import Catalog
from core.engines.audiocraft.library import installed
from core.engines.composer.sound.soundfont import SoundFiles
from core.errors import PersonError
from core.text.opening import depth_in_use
from core.words import Words

State = Literal["works", "off", "broken"]
MARKS: dict[State, str] = {"works": "✓", "off": "–", "broken": "✗"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `off` is not in use, and nothing is wrong with that."""

    name: str
    state: State
    says: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def doctor(*, as_json: bool) -> None:
    """Say what works on this machine, what does not, and why.

    The exit code is 1 when something that is in use is broken.
    """
    with errors_in_words():
        checks = list(examine(load_settings()))
    if as_json:
        click.echo(json.dumps({"checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            click.echo(f"{MARKS[check.state]} {check.name:<{width}}  {check.says}")
    if any(check.state == "broken" for check in checks):
        sys.exit(1)


def examine(settings: Settings) -> Iterator[Check]:
    yield Check("python", "works", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield _folder(settings.data_dir)
    yield _catalog()
    yield _sound(settings)
    yield _reader(settings)
    yield from _engines(settings)
    yield from _platforms(settings)


def _folder(folder: Path) -> Check:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check("data", "broken", f"{folder}: {error.strerror}")
    return Check("data", "works", str(folder))


def _catalog() -> Check:
    catalog = Catalog.load()
    counts = f"{len(catalog.genres)} genres, {len(catalog.moods)} moods, {len(catalog.instruments)} instruments"
    return Check("catalog", "works", counts)


def _sound(settings: Settings) -> Check:
    try:
        found = SoundFiles.find(settings.engine.fluidsynth_library, settings.engine.soundfont)
    except PersonError as error:
        return Check("sound", "broken", error.words.to(language()))
    return Check("sound", "works", f"{found.library} plays {found.soundfont}")


def _reader(settings: Settings) -> Check:
    works, says = depth_in_use(settings.text.model_set, settings.text.models, settings.models_dir)
    missing: State = "broken" if settings.text.model_set == "full" else "off"
    return Check("text", "works" if works else missing, says.to(language()))


def _engines(settings: Settings) -> Iterator[Check]:
    fleet = build_fleet(settings)
    for engine in asyncio.run(fleet.engines()):
        yield Check(f"engine {engine.name}", "works" if engine.available else "off", engine.explanation.to(language()))
    if settings.engine.audiocraft is None:
        yield Check("engine audiocraft", "off", _audiocraft_unused().to(language()))


def _audiocraft_unused() -> Words:
    """Why the engine is off where no model is named for it."""
    try:
        version = installed()
    except PersonError as error:
        return error.words
    return Words(
        f"audiocraft {version} is installed, and no model is named: TEXTUNES_ENGINE__AUDIOCRAFT names one",
        f"audiocraft {version}이(가) 설치되어 있지만 모델이 없습니다: TEXTUNES_ENGINE__AUDIOCRAFT로 지정해 주세요",
    )


def _platforms(settings: Settings) -> Iterator[Check]:
    discord, slack, web = settings.discord, settings.slack, settings.web
    yield _platform("discord", on=discord.token is not None, without="no token: TEXTUNES_DISCORD__TOKEN")
    slack_on = slack.bot_token is not None or slack.signing_secret is not None
    yield _platform("slack", on=slack_on, without="no token: TEXTUNES_SLACK__BOT_TOKEN and TEXTUNES_SLACK__APP_TOKEN")
    if web_wanted(settings):
        yield Check("web", "works", f"http://{web.host}:{web.port}")
    else:
        yield Check("web", "off", "another platform has a token; TEXTUNES_WEB__ENABLED=true starts it all the same")


def _platform(name: str, *, on: bool, without: str) -> Check:
    return Check(name, "works" if on else "off", "has a token" if on else without)
