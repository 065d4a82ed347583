"""Who asks on Discord, in which language, and where the answer goes."""

from __future__ import annotations

import re

import discord

from adapters.discord.address import BOT_UPLOAD_LIMIT, TOKEN_SECONDS, Address
from bot.people import Asker, Place
from core.words import Language

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def language_of(interaction: discord.Interaction) -> Language:
    return _language(interaction.locale)


def asker_of(interaction: discord.Interaction) -> Asker:
    """The person of an interaction. Those who may manage the server act on other people's jobs there.

    Where the app came with a person and not with the server, that person is a community of their own.
    """
    served = interaction.guild_id is not None and interaction.is_guild_integration()
    allowed = interaction.permissions
    return Asker(
        platform="discord",
        community=str(interaction.guild_id) if served else own_community(interaction.user),
        person=str(interaction.user.id),
        language=language_of(interaction),
        admin=served and (allowed.manage_guild or allowed.administrator),
    )


def own_community(user: discord.abc.User) -> str:
    return f"user:{user.id}"


def place_of(interaction: discord.Interaction, message: int | None, now: float) -> Place:
    """Where the reply to an interaction goes; `message` is the reply that now stands there.

    The limit on files is what both ways of delivery can carry: the person's own (they may have Nitro) cannot be used
    when the bot has to post by itself.
    """
    postable = _may_post(interaction)
    address = Address(
        channel=interaction.channel_id or 0,
        message=message,
        application=interaction.application_id,
        token=interaction.token,
        expires=now + TOKEN_SECONDS,
        postable=postable,
    )
    limit = interaction.filesize_limit
    return address.place(min(limit, _bot_limit(interaction.guild)) if postable else limit)


def _may_post(interaction: discord.Interaction) -> bool:
    """Whether the bot itself could post music there, without the interaction's token."""
    if interaction.guild_id is None:
        return interaction.context.dm_channel is True
    allowed = interaction.app_permissions
    may_write = allowed.send_messages or allowed.send_messages_in_threads
    return interaction.is_guild_integration() and allowed.view_channel and may_write and allowed.attach_files


def asker_of_message(message: discord.Message, text: str) -> Asker:
    """The person who wrote a message; it tells no language but its own."""
    guild = message.guild
    korean = HANGUL.search(text) is not None or (
        not text and guild is not None and _language(guild.preferred_locale) == "ko"
    )
    return Asker(
        platform="discord",
        community=own_community(message.author) if guild is None else str(guild.id),
        person=str(message.author.id),
        language="ko" if korean else "en",
    )


def place_of_message(message: discord.Message, reply: int | None = None) -> Place:
    address = Address(channel=message.channel.id, message=reply, reply_to=message.id)
    return address.place(_bot_limit(message.guild))


def _bot_limit(guild: discord.Guild | None) -> int:
    return BOT_UPLOAD_LIMIT if guild is None else guild.filesize_limit


def _language(locale: discord.Locale) -> Language:
    return "ko" if locale is discord.Locale.korean else "en"
