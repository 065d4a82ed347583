"""`textunes manifest discord|slack`"""

from __future__ import annotations

import json
from importlib import import_module

import click

PLATFORMS = {"discord": "adapters.discord.commands", "slack": "adapters.slack.manifest"}


@click.command()
@click.argument("platform", type=click.Choice(list(PLATFORMS)))
@click.option("--url", help="Slack: where Slack reaches the app over HTTP, such as https://your.address.")
def manifest(platform: str, url: str | None) -> None:
    """Print what PLATFORM needs to know of the app, as JSON.

    Slack: paste it at “Create an app from a manifest”. Discord: the bot registers these commands itself when it starts.
    """
    if url is not None and (platform != "slack" or not url.startswith("https://")):
        raise click.BadParameter("it is for slack, and begins with https://", param_hint="--url")
    made = import_module(PLATFORMS[platform]).manifest
    click.echo(json.dumps(made() if url is None else made(url), ensure_ascii=False, indent=2))
