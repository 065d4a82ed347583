"""Several processes on one database: each job is made once and delivered once."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from bot.app import App, build_app
from bot.pace import Pace
from bot.settings import QuotaSettings, Settings
from tests.bot.pieces import Letterbox, SmallFleet, channel, person, until

UNLIMITED = {"queued": 0, "per_day": 0, "seconds_per_day": 0}


async def test_every_job_is_made_once_and_delivered_once(database_address: str | Path, tmp_path: Path) -> None:
    url = f"sqlite:///{database_address}" if isinstance(database_address, Path) else database_address
    quotas = QuotaSettings(person=UNLIMITED, community=UNLIMITED)
    settings = Settings(data_dir=tmp_path, database_url=url, quotas=quotas, engine={"workers": 2})
    fleets, letterbox = [SmallFleet() for _ in range(3)], Letterbox()
    apps: list[App] = []
    async with AsyncExitStack() as stack:
        for fleet in fleets:
            app = await stack.enter_async_context(build_app(settings, fleet, pace=Pace(poll=0.05)))
            app.register_courier("discord", letterbox)
            apps.append(app)
        receipts = [
            await apps[n % 3].service.bgm(person(f"person{n % 7}", f"community{n % 4}"), channel(), "jazz")
            for n in range(30)
        ]
        await until(lambda: len(letterbox.delivered) >= len(receipts), 60)
    wanted = Counter(receipt.job for receipt in receipts)
    assert Counter(outgoing.id for outgoing in letterbox.delivered) == wanted
    assert Counter(work.id.partition(".")[0] for fleet in fleets for work in fleet.given) == wanted


async def test_one_process_may_answer_and_another_make(tmp_path: Path) -> None:
    settings, letterbox = Settings(data_dir=tmp_path), Letterbox()
    async with build_app(settings, SmallFleet(), works=False) as front:
        receipt = await front.service.bgm(person("kari"), channel(), "jazz")
        async with build_app(settings, SmallFleet()) as back:
            back.register_courier("discord", letterbox)
            await until(lambda: letterbox.of(receipt.job))
        assert await front.service.track(receipt.job) is not None
