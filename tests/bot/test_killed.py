"""A bot that is killed again and again loses nothing and repeats nothing."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bot.store.database import Database
from bot.store.schema import deliveries, jobs
from tests.bot.pieces import until

ROOT = Path(__file__).parents[2]
EVENTS = [f"{platform}-{n}" for n in range(12) for platform in ("discord", "slack")]
MOMENTS = (None, "complete", None, "post", None)
"""When to kill: at random, or after the platform did something that it has not yet confirmed."""


class Platform:
    """What the bot's messages arrive at. It outlives the bot, and answers at its own pace."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.messages: list[str] = []
        self.repeated = 0
        self.untold = ""
        self._by_nonce: dict[str, str] = {}
        self._shared: dict[str, bool] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line:
            await asyncio.sleep(self._chance.uniform(0.0, 0.03))
            answer = getattr(self, f"do_{json.loads(line)['do']}")(json.loads(line))
            # What was asked is done, and the bot does not know it yet: the worst time to be killed.
            self.untold = json.loads(line)["do"]
            await asyncio.sleep(self._chance.uniform(0.0, 0.1))
            self.untold = ""
            writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()

    def do_edit(self, _: dict[str, str]) -> dict[str, str]:
        return {}

    def do_post(self, asked: dict[str, str]) -> dict[str, str]:
        if asked["nonce"] in self._by_nonce:
            self.repeated += 1
        else:
            self.messages.append(asked["event"])
            self._by_nonce[asked["nonce"]] = f"message {len(self.messages)}"
        return {"message": self._by_nonce[asked["nonce"]]}

    def do_upload(self, _: dict[str, str]) -> dict[str, str]:
        file = f"F{len(self._shared)}"
        self._shared[file] = False
        return {"file": file}

    def do_info(self, asked: dict[str, str]) -> dict[str, bool]:
        self.repeated += self._shared[asked["file"]]
        return {"shared": self._shared[asked["file"]]}

    def do_complete(self, asked: dict[str, str]) -> dict[str, str]:
        self._shared[asked["file"]] = True
        self.messages.append(asked["event"])
        return {}


class Bot:
    """The bot as a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self.acknowledged: set[str] = set()

    async def start(self) -> None:
        command = (sys.executable, "-m", "tests.bot.killable", *self._arguments)
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT)
        pending = "".join(f"{event}\n" for event in EVENTS if event not in self.acknowledged)
        self._process.stdin.write(pending.encode())
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while line := (await self._process.stdout.readline()).decode():
            if line.endswith("\n"):
                self.acknowledged.add(line.strip())

    async def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._listening


async def test_every_accepted_job_arrives_exactly_once(database_address: str | Path, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    platform = Platform(chance)
    server = await asyncio.start_server(platform.serve, "127.0.0.1")
    bot = Bot(str(tmp_path), str(database_address), str(server.sockets[0].getsockname()[1]))

    def signs() -> int:
        return len(bot.acknowledged) + len(platform.messages)

    def all_arrived() -> bool:
        return len(platform.messages) >= len(EVENTS)

    for moment in MOMENTS:
        await bot.start()
        before = signs()
        await until(lambda: signs() != before or all_arrived(), 60)  # noqa: B023
        if moment is None:
            await asyncio.sleep(chance.uniform(0.0, 0.35))
        else:
            await until(lambda: platform.untold == moment or all_arrived(), 60)  # noqa: B023
        await bot.kill()
    await bot.start()
    try:
        async with asyncio.timeout(60):
            while set(platform.messages) != set(EVENTS) or await unfinished(database_address):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.0)
    finally:
        await bot.kill()
        server.close()
    assert bot.acknowledged == set(EVENTS)
    assert Counter(platform.messages) == Counter(EVENTS), f"random seed {seed}"


async def unfinished(database_address: str | Path) -> int:
    """How many results are still on their way."""
    database = Database(database_address)
    async with database.reading() as connection:
        waiting = (await connection.execute(select(deliveries.c.job).where(deliveries.c.state != "done"))).all()
        working = (await connection.execute(select(jobs.c.id).where(jobs.c.state != "done"))).all()
    await database.close()
    return len(waiting) + len(working)
