"""What people do with the bot on the loopback Discord, as Discord's own client lets them do it."""

from __future__ import annotations

import secrets
from typing import Any, TypedDict, Unpack

from tests.platforms.discord import gateway, limits
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.rest import Rest
from tests.platforms.discord.world import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    DEFAULT_UPLOAD_LIMIT,
    DIRECT_MESSAGE,
    EVERYDAY_PERMISSIONS,
    IN_BOT_DM,
    IN_GUILD,
    IN_PRIVATE_CHANNEL,
    MODAL_SUBMIT,
    Attachment,
    Channel,
    Interaction,
    Message,
    Payload,
    User,
    World,
    member,
)


class By(TypedDict, total=False):
    """Who does it, where and how: the loopback's person in its channel, unless said otherwise.

    `user_install` means that the app came with the person and not with the guild.
    """

    user: User | None
    channel: Channel | None
    locale: str | None
    permissions: int
    app_permissions: int
    user_install: bool
    upload_limit: int | None


class People:
    """Acts for people: writes, uses commands, presses, chooses and fills in forms."""

    world: World
    rest: Rest
    gateway: Gateway
    channel: Channel
    person: User

    async def say(
        self,
        content: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        files: dict[str, bytes] | None = None,
        reply_to: Message | None = None,
        forwarding: Message | None = None,
    ) -> Message:
        """Post a message; a bot without the privileged intent gets its content only if it is mentioned or alone."""
        user, channel = user or self.person, channel or self.channel
        bot = self.world.bot
        message = Message(self.world.snowflakes.next(), channel, user, self.clock.now(), content)
        message.attachments = [self.rest.attachment(channel, name, data) for name, data in (files or {}).items()]
        if f"<@{bot.id}>" in content:
            message.mentions.append(bot)
        if reply_to is not None:
            message.reference = {"type": 0, "channel_id": channel.id, "message_id": reply_to.id}
            message.replied = reply_to
        if forwarding is not None:
            message.reference = {"type": 1, "channel_id": forwarding.channel.id, "message_id": forwarding.id}
            message.forwarded = forwarding
        self.world.messages[message.id] = message
        guild = channel.guild
        if guild is not None and not guild.installed:
            return message
        locked = guild is not None and bot not in message.mentions
        event = message.payload(locked=locked)
        if reply_to is not None:
            event["referenced_message"] = reply_to.payload(locked=reply_to.author is not bot and guild is not None)
        if guild is not None:
            shown = member(user, self.clock.now())
            del shown["user"]
            event |= {"guild_id": guild.id, "member": shown}
        intent = gateway.DIRECT_MESSAGES if guild is None else gateway.GUILD_MESSAGES
        await self.gateway.dispatch("MESSAGE_CREATE", event, guild.id if guild else None, intent)
        return message

    async def mention(self, text: str, **where: Any) -> Message:
        return await self.say(f"{self.world.bot.mention} {text}".strip(), **where)

    def attach(self, name: str, data: bytes) -> Attachment:
        """A file for an option that takes one."""
        return self.rest.attachment(self.channel, name, data)

    async def slash(self, name: str, /, *, by: By | None = None, **options: Any) -> Interaction:
        """Use a slash command as it was registered; keywords are its options."""
        command = self._command(1, name)
        data = self._command_data(command) | {"options": self._options(command, options)}
        files = {str(value.id): value.payload() for value in options.values() if isinstance(value, Attachment)}
        data |= {"resolved": {"attachments": files}} if files else {}
        return await self._interact(COMMAND, data, by)

    async def type(self, name: str, option: str, typed: str, *, by: By | None = None, **options: Any) -> Interaction:
        """Type into an option that the bot completes."""
        command = self._command(1, name)
        registered = next(o for o in command["options"] if o["name"] == option)
        assert registered.get("autocomplete"), f"{name} {option} was registered without autocomplete"
        focused = {"name": option, "type": registered["type"], "value": typed, "focused": True}
        data = self._command_data(command) | {"options": [*self._options(command, options, partial=True), focused]}
        return await self._interact(AUTOCOMPLETE, data, by)

    async def autocomplete(self, name: str, option: str, typed: str, **more: Any) -> list[Payload]:
        """The choices that the bot offers while a person types."""
        asked = await self.type(name, option, typed, **more)
        await asked.acknowledged
        return asked.choices

    async def message_command(self, name: str, target: Message, **by: Unpack[By]) -> Interaction:
        """Use a message command; its target comes with everything that it holds."""
        command = self._command(3, name)
        resolved = {"messages": {target.id: target.payload()}}
        data = self._command_data(command) | {"target_id": target.id, "resolved": resolved}
        return await self._interact(COMMAND, data, {"channel": target.channel, **by})

    async def press(self, message: Message, custom_id: str, **by: Unpack[By]) -> Interaction:
        """Press a button that the message shows, by its custom id or the beginning of that or of its label."""
        data = {"custom_id": message.button(custom_id), "component_type": 2}
        return await self._interact(COMPONENT, data, {"channel": message.channel, **by}, source=message)

    async def select(self, message: Message, custom_id: str, *values: str, **by: Unpack[By]) -> Interaction:
        """Choose from a select that the message shows, by its custom id or the beginning of that."""
        shown = next(select for select in message.selects if select["custom_id"].startswith(custom_id))
        assert set(values) <= {option["value"] for option in shown["options"]}, values
        data = {"custom_id": shown["custom_id"], "component_type": 3, "values": list(values)}
        return await self._interact(COMPONENT, data, {"channel": message.channel, **by}, source=message)

    async def submit_modal(
        self, opened: Interaction, answer: str | None = None, /, *, by: By | None = None, **fields: str
    ) -> Interaction:
        """Fill in and send the form that an interaction opened: its only field, or fields by their custom ids.

        What a field held from the start stays in it.
        """
        assert opened.modal is not None, "no modal was opened"
        shown = opened.modal["components"]
        if answer is not None:
            (only,) = shown
            fields = {_inner(only)["custom_id"]: answer}
        assert set(fields) <= {_inner(field)["custom_id"] for field in shown}, fields
        data = {"custom_id": opened.modal["custom_id"], "components": [_filled(field, fields) for field in shown]}
        who: By = {"user": opened.user, "channel": opened.channel, "user_install": opened.user_install, **(by or {})}
        return await self._interact(MODAL_SUBMIT, data, who, source=opened.source)

    def _command(self, kind: int, name: str) -> Payload:
        for command in self.world.commands:
            if command["type"] == kind and command["name"] == name:
                return command
        raise AssertionError(f"no command {name!r} was registered")

    def _command_data(self, command: Payload) -> Payload:
        return {"id": command["id"], "name": command["name"], "type": command["type"]}

    def _options(self, command: Payload, given: dict[str, Any], *, partial: bool = False) -> list[Payload]:
        """The options as Discord's own client lets them through."""
        registered = {option["name"]: option for option in command.get("options", [])}
        assert set(given) <= set(registered), f"unknown options {sorted(set(given) - set(registered))}"
        missing = {name for name, option in registered.items() if option.get("required")} - set(given)
        assert partial or not missing, f"required options {sorted(missing)}"
        return [self._option(registered[name], value) for name, value in given.items()]

    def _option(self, option: Payload, value: Any) -> Payload:
        if choices := option.get("choices"):
            assert value in [choice["value"] for choice in choices], f"{option['name']}: {value!r} is no choice"
        kinds = {3: str, 4: int, 5: bool, 10: (int, float), 11: Attachment}
        assert isinstance(value, kinds[option["type"]]), f"{option['name']}: {value!r}"
        if option["type"] == 3:
            assert len(value) <= (option.get("max_length") or 6000), f"{option['name']} is too long for the client"
        if option["type"] in (4, 10):
            assert option.get("min_value", value) <= value <= option.get("max_value", value), option["name"]
        given = str(value.id) if isinstance(value, Attachment) else value
        return {"name": option["name"], "type": option["type"], "value": given}

    async def _interact(self, kind: int, data: Payload, by: By | None, *, source: Message | None = None) -> Interaction:
        by = by or {}
        user, channel = by.get("user") or self.person, by.get("channel") or self.channel
        guild = channel.guild
        here = guild.upload_limit if guild is not None else DEFAULT_UPLOAD_LIMIT
        interaction = Interaction(
            id=self.world.snowflakes.next(),
            token=secrets.token_urlsafe(32),
            kind=kind,
            user=user,
            channel=channel,
            created=self.world.clock.now(),
            upload_limit=by.get("upload_limit") or here,
            data=data,
            source=source,
            user_install=by.get("user_install", False),
        )
        self.world.interactions[interaction.id] = interaction
        event = self._event(interaction, by)
        await self.gateway.dispatch("INTERACTION_CREATE", event, guild.id if guild and guild.installed else None)
        return interaction

    def _event(self, interaction: Interaction, by: By) -> Payload:
        permissions = by.get("permissions", EVERYDAY_PERMISSIONS)
        channel, user, guild = interaction.channel, interaction.user, interaction.channel.guild
        owners = {"1": user.id} if interaction.user_install else {"0": guild.id if guild is not None else "0"}
        shown: Payload = {
            "id": interaction.id,
            "application_id": self.world.application_id,
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "locale": by.get("locale") or interaction.user.locale,
            "channel_id": channel.id,
            "channel": channel.payload() | {"permissions": str(permissions)},
            "app_permissions": str(by.get("app_permissions", EVERYDAY_PERMISSIONS)),
            "attachment_size_limit": interaction.upload_limit,
            "entitlements": [],
            "authorizing_integration_owners": owners,
            "data": interaction.data,
        }
        if interaction.source is not None:
            shown["message"] = interaction.source.payload()
        if guild is None:
            context = IN_BOT_DM if channel.kind == DIRECT_MESSAGE else IN_PRIVATE_CHANNEL
            return shown | {"context": context, "user": user.payload()}
        return shown | {
            "context": IN_GUILD,
            "guild_id": guild.id,
            "guild_locale": guild.locale,
            "guild": guild.partial(),
            "member": member(user, self.clock.now(), permissions),
        }


def _inner(field: Payload) -> Payload:
    return field["component"] if field["type"] == 18 else field["components"][0]


def _filled(field: Payload, given: dict[str, str]) -> Payload:
    """A field of a form as it comes back."""
    inner = _inner(field)
    value = given.get(inner["custom_id"], inner.get("value") or "")
    assert value or not inner.get("required", True), f"{inner['custom_id']} must be filled in"
    assert len(value) <= (inner.get("max_length") or limits.TEXT_INPUT), "the field holds no more"
    filled = {"type": inner["type"], "id": 2, "custom_id": inner["custom_id"], "value": value}
    return {"type": field["type"], "id": 1} | (
        {"component": filled} if field["type"] == 18 else {"components": [filled]}
    )
