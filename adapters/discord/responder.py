"""Responder: acknowledges what a person did, asks the service, and shows what it says."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import discord
import structlog

from adapters.discord import forms
from adapters.discord.address import Address
from adapters.discord.asking import asker_of, language_of, place_of
from adapters.discord.buttons import ACTIONS
from adapters.discord.commands import Given
from adapters.discord.deliver import REFUSED_AS_TOO_LARGE, DiscordCourier, refused_as_too_large
from adapters.discord.downloads import Downloads
from adapters.discord.errors import TOO_BUSY, explain
from adapters.discord.messages import MessageReader
from adapters.discord.render import render
from bot.apology import OUTDATED
from bot.commands import ChoiceSpec, CommandName, CommandSpec
from bot.people import Asker, Place
from bot.replies import Action, FormReply, ProgressReply, Reply
from bot.service import AlreadyHandled, Service

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]
Ask = Callable[[Asker, Place], Awaitable[Reply]]

MADE_IN_PUBLIC: frozenset[CommandName] = frozenset({"bgm", "score", "score_message", "music_like", "edit"})
PRESSED_IN_PUBLIC: frozenset[Action] = frozenset(
    {"again", "more_like", "vary_small", "vary_large", "remix", "edit", "loop", "extend", "stems", "topic", "play"}
)
ASKS_FIRST: frozenset[Action] = frozenset({"remix"})
PAGES: frozenset[Action] = frozenset({"queue", "library"})

LONGEST_UNPOSTABLE_QUEUE = 60
"""Where only the interaction's token reaches the person, so many may wait before them at most: at a few seconds a
piece they are answered well within its 14 minutes."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why there is no reply, for the person alone."""

    text: str


class Responder:
    """Answers interactions: acknowledges at once, asks, and shows what comes of it or explains what went wrong."""

    def __init__(
        self,
        service: Service,
        courier: DiscordCourier,
        reader: MessageReader,
        downloads: Downloads,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._courier = courier
        self._reader = reader
        self._downloads = downloads
        self._clock = clock

    async def slash(self, interaction: Interaction, spec: CommandSpec, given: Given) -> None:
        """Do a slash command with the options that were given; a form asks for a required one that was not."""
        if any(option.required and option.name.en not in given.options for option in spec.options):
            with _refusals_logged():
                await interaction.response.send_modal(forms.score_form(language_of(interaction), given.options))
            return
        recordings = [self._downloads.recording(use, file) for use, file in given.files.items()]

        async def ask(asker: Asker, place: Place) -> Reply:
            event = str(interaction.id)
            return await self._service.command(asker, place, spec.id, given.options, recordings, event=event)

        await self._answer(interaction, ask, private=spec.id not in MADE_IN_PUBLIC)

    async def on_message(self, interaction: Interaction, spec: CommandSpec, message: discord.Message) -> None:
        """Do what a command in a message's menu says with that message."""

        async def form(asker: Asker, _place: Place) -> Reply:
            return await self._service.ask_for_edit(asker, self._downloads.heard_in(message, "edit"))

        async def ask(asker: Asker, place: Place) -> Reply:
            if spec.id == "music_like":
                heard = self._downloads.heard_in(message, "style")
                return await self._service.music_like(asker, place, heard, event=str(interaction.id))
            text = await self._reader.text(message)
            return await self._service.score(asker, place, text, event=str(interaction.id))

        if spec.id == "edit_music":
            await self._open_form(interaction, form)
        else:
            await self._answer(interaction, ask, private=False)

    async def complete(
        self, interaction: Interaction, spec: CommandSpec, option: str, typed: str
    ) -> tuple[ChoiceSpec, ...]:
        return await self._service.complete(asker_of(interaction), spec.id, option, typed)

    async def press(self, interaction: Interaction, action: str, target: str, value: str | None = None) -> None:
        """Do what a button, a select or a filled-in form says."""
        if action not in ACTIONS:
            await self._say(interaction, OUTDATED.to(language_of(interaction)))
            return
        known = cast("Action", action)

        async def ask(asker: Asker, place: Place) -> Reply:
            event = None if value is None and known in ASKS_FIRST else str(interaction.id)
            return await self._service.press(asker, place, known, target, value, event=event)

        in_own_list = interaction.message is not None and interaction.message.flags.ephemeral
        if value is None and known in ASKS_FIRST:
            await self._open_form(interaction, ask)
        elif known in PAGES and in_own_list:
            await self._turn_page(interaction, ask)
        elif known == "delete":
            await self._delete(interaction, ask)
        else:
            await self._answer(interaction, ask, private=known not in PRESSED_IN_PUBLIC)

    async def submitted(self, interaction: Interaction, custom_id: str) -> None:
        """Take what was filled into a form of ours."""
        filled = forms.answers(interaction)
        if custom_id == forms.SCORE_FORM:

            async def ask(asker: Asker, place: Place) -> Reply:
                text, wish = filled.get(forms.TEXT, ""), filled.get(forms.WISH, "")
                return await self._service.score(asker, place, text, wish, event=str(interaction.id))

            await self._answer(interaction, ask, private=False)
        elif (act := forms.act_of(custom_id)) is not None:
            await self.press(interaction, *act, filled.get(forms.ANSWER, ""))

    async def _answer(self, interaction: Interaction, ask: Ask, *, private: bool) -> None:
        """Acknowledge with a reply to come, ask, and put into that reply what comes of it."""
        message = await self._acknowledge(interaction, private=private)
        if message is None:
            return
        place = place_of(interaction, message, self._clock())
        outcome = await self._ask(interaction, place, ask)
        with _refusals_logged():
            match outcome:
                case None:
                    await interaction.delete_original_response()
                case Mistake(text) if private:
                    await interaction.edit_original_response(content=text)
                case Mistake(text):
                    await interaction.delete_original_response()
                    await interaction.followup.send(text, ephemeral=True)
                case ProgressReply():
                    await self._courier.show(place, outcome)
                case _:
                    await self._show(interaction, outcome)

    async def _show(self, interaction: Interaction, reply: Reply) -> None:
        """Put a reply in the place that was kept for it; in words where Discord refuses its files."""
        rendered = render(reply, interaction.filesize_limit)
        try:
            await interaction.edit_original_response(
                content=rendered.content, attachments=rendered.attachments, view=rendered.view
            )
        except discord.HTTPException as error:
            if not refused_as_too_large(error):
                raise
            await interaction.edit_original_response(content=REFUSED_AS_TOO_LARGE.to(reply.language))

    async def _ask(self, interaction: Interaction, place: Place, ask: Ask) -> Reply | Mistake | None:
        """What the service says; a mistake in words; None where the event was handled before."""
        try:
            reply = await ask(asker_of(interaction), place)
            if isinstance(reply, ProgressReply) and not await self._will_be_in_time(interaction, place, reply):
                return Mistake(TOO_BUSY.to(reply.language))
        except AlreadyHandled:
            return None
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            return Mistake(explain(error, language_of(interaction), doing=_doing(interaction)))
        return reply

    async def _will_be_in_time(self, interaction: Interaction, place: Place, job: ProgressReply) -> bool:
        """Whether a job's result can reach its person; it is cancelled where it cannot."""
        if Address.of(place).postable or (job.position or 0) <= LONGEST_UNPOSTABLE_QUEUE:
            return True
        await self._service.cancel(asker_of(interaction), job.job)
        return False

    async def _acknowledge(self, interaction: Interaction, *, private: bool) -> int | None:
        """Say within Discord's three seconds that an answer comes; the id of the reply that stands for it."""
        with _refusals_logged():
            response = await interaction.response.defer(ephemeral=private, thinking=True)
            if response is not None and response.message_id is not None:
                return response.message_id
            return (await interaction.original_response()).id
        return None

    async def _open_form(self, interaction: Interaction, ask: Ask) -> None:
        """Ask the service what to ask. A form must be the first answer, so nothing is acknowledged before it."""
        form = await self._ask(interaction, place_of(interaction, None, self._clock()), ask)
        if isinstance(form, FormReply):
            with _refusals_logged():
                await interaction.response.send_modal(forms.question(form))
        elif isinstance(form, Mistake):
            await self._say(interaction, form.text)
        else:
            raise TypeError("there was nothing to ask")

    async def _turn_page(self, interaction: Interaction, ask: Ask) -> None:
        """Show another page in the list that was pressed."""
        with _refusals_logged():
            if (reply := await self._ask_in_place(interaction, ask)) is not None:
                rendered = render(reply, interaction.filesize_limit)
                await interaction.edit_original_response(content=rendered.content, view=rendered.view)

    async def _delete(self, interaction: Interaction, ask: Ask) -> None:
        """Delete a track, and the message that carries its files with it."""
        with _refusals_logged():
            if (reply := await self._ask_in_place(interaction, ask)) is not None:
                if interaction.message is not None and interaction.message.attachments:
                    await interaction.delete_original_response()
                await interaction.followup.send(render(reply, interaction.filesize_limit).content, ephemeral=True)

    async def _ask_in_place(self, interaction: Interaction, ask: Ask) -> Reply | None:
        """What the service says to a button that changes its own message; a mistake is told to the person alone."""
        await interaction.response.defer()
        outcome = await self._ask(interaction, place_of(interaction, None, self._clock()), ask)
        if isinstance(outcome, Mistake):
            await interaction.followup.send(outcome.text, ephemeral=True)
            return None
        return outcome

    async def _say(self, interaction: Interaction, text: str) -> None:
        """Answer at once, to the person alone."""
        with _refusals_logged():
            await interaction.response.send_message(text, ephemeral=True)


@contextmanager
def _refusals_logged() -> Iterator[None]:
    """What Discord refuses (a token that has died, a message that is gone) cannot be told to the person either."""
    try:
        yield
    except discord.HTTPException as error:
        log.warning("discord_refused", status=error.status, code=error.code)


def _doing(interaction: Interaction) -> str:
    """What was being done, for the log: names of commands and actions, never what a person wrote."""
    if interaction.command is not None:
        return str(interaction.command.name)
    data = cast("dict[str, Any]", interaction.data or {})
    return ":".join(str(data.get("custom_id", interaction.type.name)).split(":")[:2])
