"""Application commands derived from `bot.commands`: options, completion, and names in English and Korean."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Optional

import discord
import structlog
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, locale_str

from bot.commands import COMMANDS, ChoiceSpec, CommandSpec, OptionSpec
from core.engines.engine import Use
from core.words import Words

log = structlog.get_logger(__name__)

CHOICES = 25
LONGEST_CHOICE = 100

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a slash command: options as text by their English names, and files by what they are for."""

    options: Mapping[str, str]
    files: Mapping[Use, discord.Attachment]


Slash = Callable[[Interaction, CommandSpec, Given], Awaitable[None]]
OnMessage = Callable[[Interaction, CommandSpec, discord.Message], Awaitable[None]]
Complete = Callable[[Interaction, CommandSpec, str, str], Awaitable[tuple[ChoiceSpec, ...]]]

EVERYWHERE = AppCommandContext(guild=True, dm_channel=True, private_channel=True)
FOR_SERVERS_AND_PEOPLE = AppInstallationType(guild=True, user=True)


class Korean(app_commands.Translator):
    """Finds the Korean that each localised string of ours carries with it."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, _context: app_commands.TranslationContextTypes
    ) -> str | None:
        return string.extras.get("ko") if locale is discord.Locale.korean else None


def localised(words: Words) -> locale_str:
    return locale_str(words.en, ko=words.ko)


def slash_command(spec: CommandSpec, act: Slash, complete: Complete) -> app_commands.Command[Any, ..., None]:
    """The slash command of a spec; `act` gets the options that were given."""
    uses = {option.name.en: option.use for option in spec.options if option.use is not None}

    async def run(interaction: Interaction, **options: object) -> None:
        files = {uses[name]: value for name, value in options.items() if isinstance(value, discord.Attachment)}
        texts = {name: _spelled(value) for name, value in options.items() if name not in uses and value is not None}
        await act(interaction, spec, Given(texts, files))

    given = [inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    given += [
        inspect.Parameter(option.name.en, inspect.Parameter.KEYWORD_ONLY, annotation=_annotation(option), default=None)
        for option in spec.options
    ]
    run.__signature__ = inspect.Signature(given)  # type: ignore[attr-defined]
    callback = app_commands.describe(**{o.name.en: localised(o.description) for o in spec.options})(run)
    callback = app_commands.rename(**{o.name.en: localised(o.name) for o in spec.options})(callback)
    fixed = {o.name.en: _fixed_choices(o) for o in spec.options if o.kind == "choice"}
    callback = app_commands.choices(**fixed)(callback)
    completed = {o.name.en: _completion(spec, o, complete) for o in spec.options if o.completed}
    callback = app_commands.autocomplete(**completed)(callback)
    return app_commands.Command(
        name=localised(spec.name),
        description=localised(spec.description),
        callback=callback,
        allowed_contexts=EVERYWHERE,
        allowed_installs=FOR_SERVERS_AND_PEOPLE,
    )


def message_command(spec: CommandSpec, act: OnMessage) -> app_commands.ContextMenu:
    """The command of a spec that stands in the menu of every message."""

    async def run(interaction: Interaction, message: discord.Message) -> None:
        await act(interaction, spec, message)

    return app_commands.ContextMenu(
        name=localised(spec.name),
        callback=run,
        allowed_contexts=EVERYWHERE,
        allowed_installs=FOR_SERVERS_AND_PEOPLE,
    )


def add_commands(tree: app_commands.CommandTree[Any], slash: Slash, on_message: OnMessage, complete: Complete) -> None:
    for spec in COMMANDS:
        if spec.kind == "slash":
            tree.add_command(slash_command(spec, slash, complete))
        else:
            tree.add_command(message_command(spec, on_message))


def manifest() -> list[dict[str, Any]]:
    """The commands as the bot registers them: the body of "Bulk Overwrite Global Application Commands"."""
    return asyncio.run(_manifest())


def expect_no_voice() -> None:
    """Keep discord.py from warning that calls will not work: music comes as files."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


async def _manifest() -> list[dict[str, Any]]:
    expect_no_voice()

    async def never(*_: object) -> NoReturn:
        raise RuntimeError("commands of a manifest are not run")

    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents(guilds=True)))
    add_commands(tree, never, never, never)
    translator = Korean()
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message)
    registered = [command for kind in kinds for command in tree.get_commands(type=kind)]
    return [await command.get_translated_payload(tree, translator) for command in registered]


def _spelled(value: object) -> str:
    """An option's value as it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _annotation(option: OptionSpec) -> object:
    """The type by which discord.py knows what an option takes. None is required: what is missing is asked in a form."""
    kind: object
    match option.kind:
        case "flag":
            kind = bool
        case "recording":
            kind = discord.Attachment
        case "choice":
            kind = str
        case "number":
            kind = app_commands.Range[int, option.lowest, option.highest]
        case "text" | "suggestion" | "catalog":
            kind = app_commands.Range[str, 1, option.longest]
    return Optional[kind]  # noqa: UP045 - discord.py's ranges know no other way


def _fixed_choices(option: OptionSpec) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=localised(choice.label), value=choice.value) for choice in option.choices]


def _completion(
    spec: CommandSpec, option: OptionSpec, complete: Complete
) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        korean = interaction.locale is discord.Locale.korean
        found = await complete(interaction, spec, option.name.en, typed)
        return [
            app_commands.Choice(name=choice.label.to("ko" if korean else "en")[:LONGEST_CHOICE], value=choice.value)
            for choice in found[:CHOICES]
            if 0 < len(choice.value) <= LONGEST_CHOICE
        ]

    return suggest
