"""`textunes manifest discord|slack`"""

from __future__ import annotations

import json
from importlib import import_module

import click

PLATFORMS = {"discord": "adapters.discord.commands", "slack": "adapters.slack.manifest"}


@click.command()
@click.argument("platform", type=click.Choice(list(PLATFORMS)))
def manifest(platform: str) -> None:
    """Print what PLATFORM needs to know of the app, as JSON.

    Slack: paste it at “Create an app from a manifest”. Discord: the bot registers these commands itself when it starts.
    """
    click.echo(json.dumps(import_module(PLATFORMS[platform]).manifest(), ensure_ascii=False, indent=2))
