"""`textunes serve`"""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack, nullcontext
from typing import Any

import click

from adapters.terminal.person import complaints, errors_in_words
from bot.app import App, build_app, build_fleet
from bot.logging import configure_logging
from bot.settings import Settings, load_settings
from core.errors import PersonError
from core.words import Words

Platform = Coroutine[Any, Any, object]


@click.command()
def serve() -> None:
    """Start every platform that has a token; the web playground without any."""
    with errors_in_words():
        settings = load_settings()
        configure_logging(settings.log)
        asyncio.run(run(settings))


async def run(settings: Settings) -> None:
    """Serve until interrupted or terminated; jobs under way go back into the queue."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with build_app(settings, build_fleet(settings)) as app, AsyncExitStack() as stack:
        platforms = [*start_discord(app), *await start_slack(app, stack), *await start_web(app, stack)]
        # What exists now stays as long as the process: searching it for garbage would only stall the event loop.
        gc.collect()
        gc.freeze()
        await until_stopped(platforms, stopped, others=web_wanted(settings))


def start_discord(app: App) -> list[Platform]:
    if app.settings.discord.token is None:
        return []
    from adapters.discord.client import serve as serve_discord  # noqa: PLC0415 - only those who use Discord pay for it

    click.echo("Discord: connecting")
    return [serve_discord(app)]


async def start_slack(app: App, stack: AsyncExitStack) -> list[Platform]:
    settings = app.settings.slack
    if settings.bot_token is None and settings.signing_secret is None and settings.app_token is None:
        return []
    from adapters.slack.app import slack_bot  # noqa: PLC0415 - only those who use Slack pay for it

    bot = await stack.enter_async_context(slack_bot(settings, app.service, app.store.database.engine))
    app.register_courier("slack", bot.courier)
    click.echo("Slack: connecting")
    return [bot.run()]


async def start_web(app: App, stack: AsyncExitStack) -> list[Platform]:
    settings = app.settings.web
    if not web_wanted(app.settings):
        return []
    from adapters.web.server import build_playground  # noqa: PLC0415
    from adapters.web.server import serve as serve_site  # noqa: PLC0415

    public = settings.public_url.host if settings.public_url else None
    hosts = frozenset(filter(None, [public]))
    playground = build_playground(app.service, app.store.conversations, app.settings.data_dir, hosts)
    app.register_courier("web", playground.courier)
    try:
        runner = await serve_site(playground.site, settings.host, settings.port)
    except OSError as error:
        raise PersonError(taken(settings.host, settings.port)) from error
    stack.push_async_callback(runner.cleanup)
    why = "" if has_tokens(app.settings) else " No platform has a token, so only the playground runs."
    click.echo(f"Web playground: http://{settings.host}:{runner.addresses[0][1]}{why}")
    return []


async def until_stopped(platforms: list[Platform], stopped: asyncio.Event, *, others: bool = False) -> None:
    """Run the platforms until somebody stops them.

    One that cannot be served as it is set up, such as with a token that was revoked, is given up with a sentence as
    long as there are `others`; when it is the last, or when one breaks in any other way, the error is raised.
    """
    tasks = {asyncio.create_task(platform) for platform in platforms}
    end = asyncio.create_task(stopped.wait())
    try:
        while not end.done():
            done, _ = await asyncio.wait([*tasks, end], return_when=asyncio.FIRST_COMPLETED)
            tasks -= done
            for task in done - {end}:
                with complaints() if tasks or others else nullcontext():
                    task.result()
    finally:
        for task in (*tasks, end):
            task.cancel()
        await asyncio.gather(*tasks, end, return_exceptions=True)


def has_tokens(settings: Settings) -> bool:
    slack = settings.slack
    tokens = (settings.discord.token, slack.bot_token, slack.app_token, slack.signing_secret)
    return any(token is not None for token in tokens)


def web_wanted(settings: Settings) -> bool:
    """As set; when nothing is set, the playground runs where nothing else does."""
    return not has_tokens(settings) if settings.web.enabled is None else settings.web.enabled


def taken(host: str, port: int) -> Words:
    return Words(
        f"I cannot listen on {host}:{port}; is another program there? TEXTUNES_WEB__PORT chooses another port.",
        f"{host}:{port}에서 기다릴 수 없습니다. 다른 프로그램이 쓰고 있다면 TEXTUNES_WEB__PORT로 포트를 바꿔 주세요.",
    )
