"""Buttons and selects whose custom id holds all that a press needs, so that they still work after a restart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self, cast, get_args

import discord
from discord import ui

from bot.replies import Action, Button, Select
from core.words import Language

LONGEST_LABEL = 80
LONGEST_CHOICE = 100
LONGEST_PLACEHOLDER = 150

ACTIONS = frozenset[str](get_args(Action))


def act_of(match: re.Match[str]) -> tuple[str, str]:
    return match["action"], match["target"]


class PressButton(ui.DynamicItem[ui.Button[ui.View]], template=r"do:(?P<action>[a-z_]+):(?P<target>.{1,80})"):
    """A button that does its action to its target."""

    def __init__(self, item: ui.Button[ui.View], action: str, target: str) -> None:
        super().__init__(item)
        self.action = action
        self.target = target

    @classmethod
    def of(cls, button: Button, language: Language) -> Self:
        style = discord.ButtonStyle.danger if button.danger else discord.ButtonStyle.secondary
        shown: ui.Button[ui.View] = ui.Button(
            label=button.label.to(language)[:LONGEST_LABEL],
            style=style,
            custom_id=f"do:{button.action}:{button.target}",
        )
        return cls(shown, button.action, button.target)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(cast("ui.Button[ui.View]", item), *act_of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.press(interaction, self.action, self.target)


class ChooseSelect(ui.DynamicItem[ui.Select[ui.View]], template=r"choose:(?P<action>[a-z_]+):(?P<target>.{1,80})"):
    """A select whose choice is the value of its action."""

    def __init__(self, item: ui.Select[ui.View], action: str, target: str) -> None:
        super().__init__(item)
        self.action = action
        self.target = target

    @classmethod
    def of(cls, select: Select, language: Language) -> Self:
        options = [
            discord.SelectOption(
                label=choice.label.to(language)[:LONGEST_CHOICE], value=choice.value, default=choice.chosen
            )
            for choice in select.choices
        ]
        shown: ui.Select[ui.View] = ui.Select(
            placeholder=select.label.to(language)[:LONGEST_PLACEHOLDER],
            options=options,
            custom_id=f"choose:{select.action}:{select.target}",
        )
        return cls(shown, select.action, select.target)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(cast("ui.Select[ui.View]", item), *act_of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.press(interaction, self.action, self.target, self.item.values[0])


class PickSelect(ui.DynamicItem[ui.Select[ui.View]], template=r"pick"):
    """A select over what can be done with the entries of a list: each value is an action and its target."""

    @classmethod
    def of(cls, placeholder: str, choices: Sequence[tuple[str, Button]]) -> Self:
        options = [
            discord.SelectOption(label=label[:LONGEST_CHOICE], value=f"{button.action}:{button.target}")
            for label, button in choices
        ]
        return cls(ui.Select(placeholder=placeholder[:LONGEST_PLACEHOLDER], options=options, custom_id="pick"))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        return cls(cast("ui.Select[ui.View]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        action, _, target = self.item.values[0].partition(":")
        await interaction.client.press(interaction, action, target)


DYNAMIC_ITEMS: tuple[type[ui.DynamicItem[Any]], ...] = (PressButton, ChooseSelect, PickSelect)
