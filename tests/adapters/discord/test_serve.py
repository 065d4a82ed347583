"""`textunes serve` as people run it, with the embedded engine, and killed while it works."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path

from tests.platforms.discord.loopback import LoopbackDiscord

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 60.0
MUSIC_SECONDS = 90.0


async def serve(discord: LoopbackDiscord, data: Path) -> Process:
    """Start it, and wait until it is connected."""
    before = discord.gateway.identified
    environment = os.environ | {
        "TEXTUNES_DISCORD__TOKEN": discord.token,
        "TEXTUNES_DISCORD__API_URL": discord.api_url,
        "TEXTUNES_DATA_DIR": str(data),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", cwd=ROOT, env=environment, stdout=DEVNULL, stderr=DEVNULL
    )
    await discord.world.until(lambda: discord.gateway.identified > before, START_SECONDS)
    return process


async def test_a_wish_outlives_a_kill_and_is_answered_once(discord: LoopbackDiscord, tmp_path: Path) -> None:
    killed = await serve(discord, tmp_path)
    asked = await discord.slash("bgm", genre="jazz", duration="0:05")
    await discord.original(asked)
    killed.kill()
    await killed.wait()

    second = await serve(discord, tmp_path)
    try:
        message = await discord.original(asked, having=lambda m: m.attachments, seconds=MUSIC_SECONDS)
        await discord.original(await discord.slash("queue"), having=lambda m: "not waiting" in m.content)
    finally:
        second.terminate()
        assert await second.wait() == 0

    assert [file.content_type for file in message.attachments] == ["audio/mpeg", "image/png"]
    assert discord.messages() == [message]
