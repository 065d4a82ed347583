"""How fast people are answered while the engine is busy: `textunes bench ack`.

The bot runs in a process of its own with the real engine, as it does when it serves; the loopback Discord of the tests
and the people who use it run in this one. The time of an acknowledgement is taken at the loopback, from sending an
interaction to receiving its callback.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from adapters.discord.client import DiscordBot
from bot.app import build_app, build_fleet
from bot.logging import configure_logging
from bot.settings import Limits, LogSettings, QuotaSettings, Settings
from core.errors import PersonError
from core.evaluation.report import Figure, OnProgress, Report, Target
from core.fleet.fleet import Fleet
from core.words import Words

JOBS_OF_ONE = 10
MUSIC = "0:05"
PER_SECOND = 20.0
SLOWEST_ACK_MS = 100.0
LONGEST_STALL_MS = 100.0
TICK_SECONDS = 0.005
READY_SECONDS = 120.0
SEED = 20

NO_CHECKOUT = Words(
    "This measurement uses the loopback Discord of the tests. Run it from a checkout of the source.",
    "이 측정은 테스트용 가상 디스코드를 사용합니다. 소스를 내려받은 폴더에서 실행해 주세요.",
)

BuildFleet = Callable[[Settings], Fleet]


async def bench_ack(
    on_progress: OnProgress,
    *,
    interactions: int = 1000,
    jobs: int = 200,
    communities: int = 20,
    fleet: BuildFleet = build_fleet,
) -> Report:
    """Fill the queue with `jobs` from `communities`, then measure `interactions` while the engine works on them.

    `fleet`, a function of a module, builds what is kept busy.

    Raises:
        PersonError: the tests are not there to lend their loopback Discord.
    """
    try:
        loopback = import_module("tests.platforms.discord.loopback")
    except ModuleNotFoundError as error:
        raise PersonError(NO_CHECKOUT) from error
    async with loopback.LoopbackDiscord() as discord, _bot_apart(discord.api_url, discord.token, fleet) as stop:
        # Holding every request against Discord's description would keep the loopback busier than the bot.
        discord.rest.specification = None
        crowd = Crowd(discord, communities, people=max(1, jobs // (communities * JOBS_OF_ONE)))
        await asyncio.wait_for(discord.ready(), READY_SECONDS)
        on_progress(0.0, "queue")
        queued = await crowd.fill_queue(jobs)
        asked = await crowd.ask(interactions, on_progress)
        stalls = await stop()
    return _report(asked, stalls, queued, crowd)


class Crowd:
    """People of several communities who use the bot."""

    def __init__(self, discord: Any, communities: int, people: int) -> None:  # noqa: ANN401 - lent by the tests
        self._discord = discord
        self._random = random.Random(SEED)  # noqa: S311 - draws who does what
        self._channels = [discord.add_channel(discord.add_guild(f"Community {n}")) for n in range(communities)]
        self._people = [
            {"channel": channel, "user": discord.add_person(f"person{n}")}
            for channel in self._channels
            for n in range(people)
        ]
        self._waiting: list[Any] = []

    async def fill_queue(self, jobs: int) -> int:
        """Everybody asks for music until there are so many jobs; how many wait or run then."""
        for number in range(jobs):
            who = self._people[number % len(self._people)]
            self._waiting.append(await self._discord.slash("bgm", by=who, genre="jazz", duration=MUSIC))
            await self._discord.original(self._waiting[-1], seconds=READY_SECONDS)
        return sum(not interaction.original.attachments for interaction in self._waiting)

    async def ask(self, interactions: int, on_progress: OnProgress) -> list[Any]:
        """Interactions at an even pace, whether or not earlier ones were answered."""
        asked: list[Any] = []
        began = time.perf_counter()
        for number in range(interactions):
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
            asked.append(await self._one())
            on_progress(number / interactions, "interactions")
        with suppress(TimeoutError):
            await self._discord.world.until(lambda: all(one.acknowledged.done() for one in asked), 10.0)
        return asked

    async def _one(self) -> Any:  # noqa: ANN401 - lent by the tests
        who = self._random.choice(self._people)
        match self._random.choices(("queue", "library", "complete", "bgm"), (40, 20, 37, 3))[0]:
            case "complete":
                typed = self._random.choice(("", "j", "ja", "lo-fi", "재", "jazz, bl"))
                return await self._discord.type("bgm", "genre", typed, by=who)
            case "bgm":
                newcomer = {"channel": who["channel"], "user": self._discord.add_person("newcomer")}
                return await self._discord.slash("bgm", by=newcomer, genre="rock", duration=MUSIC)
            case name:
                return await self._discord.slash(name, by=who)

    @property
    def people(self) -> int:
        return len(self._people)

    def served(self) -> list[str]:
        """Who of those that filled the queue got a track, in the order in which they got them."""
        finished = [one for one in self._waiting if one.original is not None and one.original.attachments]
        return [str(one.user.id) for one in sorted(finished, key=lambda one: one.original.filled)]


def overtakes(served: Sequence[str], people: int) -> int:
    """How often somebody was served again although somebody else had been served less often by two."""
    counts: Counter[str] = Counter()
    found = 0
    for person in served:
        counts[person] += 1
        least = min(counts.values()) if len(counts) == people else 0
        found += counts[person] > least + 1
    return found


def _report(asked: Sequence[Any], stalls: Sequence[float], queued: int, crowd: Crowd) -> Report:
    times = sorted(one.ack_seconds * 1000.0 for one in asked if one.ack_seconds is not None)
    served = crowd.served()
    none, quick = Target("at most", 0.0), Target("at most", SLOWEST_ACK_MS)
    smooth = Target("at most", LONGEST_STALL_MS)
    figures = (
        Figure(name="ack.p50", value=_quantile(times, 0.5), unit="ms"),
        Figure(name="ack.p99", value=_quantile(times, 0.99), unit="ms", target=quick),
        Figure(name="ack.slowest", value=_quantile(times, 1.0), unit="ms"),
        Figure(name="ack.unanswered", value=len(asked) - len(times), target=none),
        Figure(name="loop.longest_stall", value=max(stalls, default=0.0), unit="ms", target=smooth),
        Figure(name="queue.waiting", value=queued, note="jobs when the measurement began"),
        Figure(name="queue.served", value=len(served), note=f"tracks meanwhile, to {len(set(served))} people"),
        Figure(
            name="queue.overtakes",
            value=overtakes(served, crowd.people),
            target=none,
            note="somebody served again before another's turn",
        ),
    )
    conditions = f"{len(asked)} interactions at {PER_SECOND:g} per second on {os.cpu_count()} cores, engine busy"
    return Report("Answers while the engine is busy", figures, (conditions,))


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@asynccontextmanager
async def _bot_apart(api_url: str, token: str, fleet: BuildFleet) -> AsyncGenerator[Callable[[], Any]]:
    """The bot in a process of its own; calling what this gives stops it and tells its stalls in milliseconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run_bot, args=(theirs, api_url, token, fleet))
    process.start()

    async def stop() -> list[float]:
        ours.send("stop")
        stalls: list[float] = await asyncio.to_thread(ours.recv)
        return stalls

    try:
        yield stop
    finally:
        ours.close()
        await asyncio.to_thread(process.join, READY_SECONDS)
        process.kill()


def _run_bot(control: Connection, api_url: str, token: str, fleet: BuildFleet) -> None:
    configure_logging(LogSettings(level="error"))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_serve_until_told(control, api_url, token, Path(folder), fleet))


async def _serve_until_told(control: Connection, api_url: str, token: str, folder: Path, fleet: BuildFleet) -> None:
    open_to_all = QuotaSettings(person=Limits(), community=Limits())
    settings = Settings(data_dir=folder, quotas=open_to_all, _env_file=None)
    async with build_app(settings, fleet(settings)) as app, DiscordBot(app.service, api_url=api_url) as bot:
        app.register_courier("discord", bot.courier)
        gc.collect()
        gc.freeze()  # as `textunes serve` does
        stalls: list[float] = []
        running = [asyncio.create_task(bot.start(token)), asyncio.create_task(_watch_loop(stalls))]
        with suppress(EOFError):
            await asyncio.to_thread(control.recv)
        control.send(stalls)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _watch_loop(stalls: list[float]) -> None:
    """Note by how many milliseconds the event loop wakes a sleeper too late."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        late = time.perf_counter() - before - TICK_SECONDS
        if late > TICK_SECONDS:
            stalls.append(late * 1000.0)
