"""Responder: acknowledges what a person did, asks the service, and shows what it says."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import discord
import structlog

from adapters.discord import forms
from adapters.discord.address import Address
from adapters.discord.asking import asker_of, language_of, place_of
from adapters.discord.buttons import ACTIONS
from adapters.discord.deliver import DiscordCourier
from adapters.discord.errors import NOTHING_TO_HEAR, OUTDATED, TOO_BUSY, explain
from adapters.discord.messages import MessageReader, has_audio
from adapters.discord.render import render
from bot.commands import ChoiceSpec, CommandName, CommandSpec
from bot.people import Asker, Place
from bot.replies import Action, FormReply, ProgressReply, Reply
from bot.service import AlreadyHandled, Service
from core.errors import AudioError, PersonError

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]
Ask = Callable[[Asker, Place], Awaitable[Reply]]

MADE_IN_PUBLIC: frozenset[CommandName] = frozenset({"bgm", "score", "score_message", "music_like"})
PRESSED_IN_PUBLIC: frozenset[Action] = frozenset(
    {"again", "vary_small", "vary_large", "remix", "loop", "stems", "topic", "play"}
)
ASKS_FIRST: frozenset[Action] = frozenset({"remix"})
PAGES: frozenset[Action] = frozenset({"queue", "library"})

LONGEST_UNPOSTABLE_QUEUE = 60
"""Where only the interaction's token reaches the person, so many may wait before them at most: at a few seconds a
piece they are answered well within its 14 minutes."""


class Responder:
    """Every answer to an interaction goes through `answer`: acknowledge, ask, show; or explain what went wrong."""

    def __init__(
        self, service: Service, courier: DiscordCourier, reader: MessageReader, clock: Callable[[], float] = time.time
    ) -> None:
        self._service = service
        self._courier = courier
        self._reader = reader
        self._clock = clock

    async def slash(self, interaction: Interaction, spec: CommandSpec, given: Mapping[str, str]) -> None:
        if any(option.required and option.name.en not in given for option in spec.options):
            await self._open_score_form(interaction, given)
            return

        async def ask(asker: Asker, place: Place) -> Reply:
            return await self._service.command(asker, place, spec.id, given, event=str(interaction.id))

        await self.answer(interaction, ask, private=spec.id not in MADE_IN_PUBLIC)

    async def on_message(self, interaction: Interaction, spec: CommandSpec, message: discord.Message) -> None:
        """Do what a command in a message's menu says with that message."""

        async def ask(asker: Asker, place: Place) -> Reply:
            if spec.id == "music_like":
                if not has_audio(message):
                    raise AudioError(NOTHING_TO_HEAR)
                return await self._service.music_like(asker, place)
            text = await self._reader.text(message)
            return await self._service.score(asker, place, text, event=str(interaction.id))

        await self.answer(interaction, ask, private=False)

    async def complete(
        self, interaction: Interaction, spec: CommandSpec, option: str, typed: str
    ) -> tuple[ChoiceSpec, ...]:
        return await self._service.complete(asker_of(interaction), spec.id, option, typed)

    async def press(self, interaction: Interaction, action: str, target: str, value: str | None = None) -> None:
        if action not in ACTIONS:
            await self._say(interaction, OUTDATED.to(language_of(interaction)))
            return
        known = cast("Action", action)
        if value is None and known in ASKS_FIRST:
            await self._open_form(interaction, known, target)
            return

        async def ask(asker: Asker, place: Place) -> Reply:
            return await self._service.press(asker, place, known, target, value, event=str(interaction.id))

        if known in PAGES and interaction.message is not None and interaction.message.flags.ephemeral:
            await self._turn_page(interaction, ask)
        elif known == "delete":
            await self._delete(interaction, ask)
        else:
            await self.answer(interaction, ask, private=known not in PRESSED_IN_PUBLIC)

    async def submitted(self, interaction: Interaction, custom_id: str) -> None:
        """Take the answer of a form of ours."""
        filled = forms.answers(interaction)
        if custom_id == forms.SCORE_FORM:

            async def ask(asker: Asker, place: Place) -> Reply:
                text, wish = filled.get(forms.TEXT, ""), filled.get(forms.WISH, "")
                return await self._service.score(asker, place, text, wish, event=str(interaction.id))

            await self.answer(interaction, ask, private=False)
            return
        kind, _, rest = custom_id.partition(":")
        action, _, target = rest.partition(":")
        if kind == "form":
            await self.press(interaction, action, target, filled.get(forms.ANSWER, ""))

    async def answer(self, interaction: Interaction, ask: Ask, *, private: bool) -> None:
        """Acknowledge at once, then ask and show. What the person must mend is told to them alone."""
        message = await self._acknowledge(interaction, private=private)
        if message is None:
            return
        place = place_of(interaction, message, self._clock())
        try:
            reply = await ask(asker_of(interaction), place)
            await self._show(interaction, place, reply)
        except AlreadyHandled:
            await interaction.delete_original_response()
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            text = explain(error, language_of(interaction), doing=_doing(interaction))
            await self._tell_alone(interaction, text, private=private)

    async def _acknowledge(self, interaction: Interaction, *, private: bool) -> int | None:
        """Say within Discord's three seconds that an answer comes; the id of the reply that stands for it."""
        try:
            response = await interaction.response.defer(ephemeral=private, thinking=True)
        except discord.HTTPException as error:
            log.warning("discord_ack_failed", interaction=interaction.id, status=error.status, code=error.code)
            return None
        if response is not None and response.message_id is not None:
            return response.message_id
        return (await interaction.original_response()).id

    async def _show(self, interaction: Interaction, place: Place, reply: Reply) -> None:
        if isinstance(reply, ProgressReply):
            if not Address.of(place).postable and (reply.position or 0) > LONGEST_UNPOSTABLE_QUEUE:
                await self._service.cancel(asker_of(interaction), reply.job)
                raise PersonError(TOO_BUSY)
            await self._courier.show(place, reply)
            return
        rendered = render(reply, interaction.filesize_limit)
        await interaction.edit_original_response(
            content=rendered.content, attachments=rendered.attachments, view=rendered.view
        )

    async def _tell_alone(self, interaction: Interaction, text: str, *, private: bool) -> None:
        """Put a sentence in the reply's place if only the person sees it; otherwise take that reply away first."""
        try:
            if private:
                await interaction.edit_original_response(content=text)
                return
            await interaction.delete_original_response()
            await interaction.followup.send(text, ephemeral=True)
        except discord.HTTPException as error:
            log.warning("discord_explanation_not_shown", status=error.status, code=error.code)

    async def _say(self, interaction: Interaction, text: str) -> None:
        """Answer at once, to the person alone."""
        try:
            await interaction.response.send_message(text, ephemeral=True)
        except discord.HTTPException as error:
            log.warning("discord_ack_failed", interaction=interaction.id, status=error.status, code=error.code)

    async def _open_form(self, interaction: Interaction, action: Action, target: str) -> None:
        """Ask the service what to ask: a form must be the first answer, so nothing can be acknowledged before."""
        place = place_of(interaction, None, self._clock())
        try:
            form = await self._service.press(asker_of(interaction), place, action, target)
            if not isinstance(form, FormReply):
                raise TypeError(f"{action} asked nothing")
            await interaction.response.send_modal(forms.question(form))
        except discord.HTTPException as error:
            log.warning("discord_ack_failed", interaction=interaction.id, status=error.status, code=error.code)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            await self._say(interaction, explain(error, language_of(interaction), doing=_doing(interaction)))

    async def _open_score_form(self, interaction: Interaction, given: Mapping[str, str]) -> None:
        """Ask for the text that was left out; what was given stands in the form as a typed wish."""
        wish = " ".join(f"{name}:{_quoted(value)}" for name, value in given.items())
        await interaction.response.send_modal(forms.score_form(language_of(interaction), wish))

    async def _turn_page(self, interaction: Interaction, ask: Ask) -> None:
        """Show another page in the list that was pressed."""
        await interaction.response.defer()
        try:
            reply = await ask(asker_of(interaction), place_of(interaction, None, self._clock()))
            rendered = render(reply, interaction.filesize_limit)
            await interaction.edit_original_response(content=rendered.content, view=rendered.view)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            text = explain(error, language_of(interaction), doing=_doing(interaction))
            await interaction.followup.send(text, ephemeral=True)

    async def _delete(self, interaction: Interaction, ask: Ask) -> None:
        """Delete a track, and the message that carries its files with it."""
        await interaction.response.defer()
        try:
            reply = await ask(asker_of(interaction), place_of(interaction, None, self._clock()))
            if interaction.message is not None and interaction.message.attachments:
                await interaction.delete_original_response()
            text = render(reply, interaction.filesize_limit).content
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            text = explain(error, language_of(interaction), doing=_doing(interaction))
        await interaction.followup.send(text, ephemeral=True)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _doing(interaction: Interaction) -> str:
    """What was being done, for the log: names of commands and actions, never what a person wrote."""
    if interaction.command is not None:
        return str(interaction.command.name)
    data = cast("dict[str, Any]", interaction.data or {})
    return str(data.get("custom_id", interaction.type.name)).split(":")[0]
