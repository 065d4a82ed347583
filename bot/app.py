"""App: the parts of the bot, built from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import structlog
from pydantic import JsonValue
from sqlalchemy.exc import SQLAlchemyError

from bot.bell import Bell
from bot.cancellation import heed_cancellation
from bot.commissions import Commissions
from bot.concept_folder import ConceptFolder
from bot.concepts import TEACHER, Concepts
from bot.courier import Courier
from bot.delivery import DeliveryLoop
from bot.dispatcher import Dispatcher
from bot.engines import EngineRules
from bot.guide import Guide
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.pace import USUAL, Pace
from bot.people import Platform
from bot.presentation import Presentation
from bot.progress import ProgressBoard
from bot.quotas import Quotas
from bot.recordings import Recordings
from bot.service import Service
from bot.settings import Settings
from bot.settings_errors import SettingsError
from bot.shelf import Shelf
from bot.sketches import COMPOSER
from bot.store.store import Store
from bot.waiting import WaitingList
from core.catalog import Catalog
from core.engines.musicgen.download import downloaded
from core.engines.registry import EngineSpec
from core.fleet.fleet import Fleet
from core.fleet.local import LocalFleet, Supervision
from core.fleet.plan import Plan, ReaderSpec
from core.words import Words

_SECONDS_BEFORE_GOING_ON = 1.0
_NO_DATABASE = Words(
    "The database cannot be opened. Please check TEXTUNES_DATABASE_URL, and whether the database is running.",
    "데이터베이스를 열 수 없습니다. TEXTUNES_DATABASE_URL과 데이터베이스가 실행 중인지 확인해 주세요.",
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class App:
    """The running bot. Platforms ask `service`, and register a courier through which they get results."""

    settings: Settings
    catalog: Catalog
    store: Store
    fleet: Fleet
    service: Service
    dispatcher: Dispatcher
    delivery: DeliveryLoop
    housekeeping: Housekeeping
    engines: EngineRules
    couriers: dict[str, Courier]

    def register_courier(self, platform: Platform, courier: Courier) -> None:
        """From now on results for this platform are handed to `courier`; until then they wait."""
        self.couriers[platform] = courier
        self.delivery.wake()


@asynccontextmanager
async def build_app(settings: Settings, fleet: Fleet, *, works: bool = True, pace: Pace = USUAL) -> AsyncGenerator[App]:
    """Build and run the bot; at the end jobs under way go back into the queue.

    One that does not work only accepts and answers, and leaves making and delivering to others that share its database.
    """
    app = await _opened(settings, fleet, pace)
    await app.fleet.start()
    try:
        loops = [app.dispatcher.run, app.delivery.run, app.housekeeping.run] if works else []
        # Engines may take a minute to load; platforms can be listened to meanwhile.
        async with _running([app.engines.refresh, *map(_endless, loops)]):
            yield app
    finally:
        await app.fleet.close()
        await app.store.close()


async def _opened(settings: Settings, fleet: Fleet, pace: Pace) -> App:
    try:
        app = _assemble(settings, fleet, pace)
        await app.store.open()
    except (OSError, SQLAlchemyError, ImportError) as error:
        in_folder = settings.database_url is None
        raise SettingsError(_folder_refused(settings.data_dir) if in_folder else _NO_DATABASE) from error
    return app


def _folder_refused(folder: Path) -> Words:
    return Words(
        f"The data folder {folder} cannot be written. TEXTUNES_DATA_DIR chooses another one.",
        f"데이터 폴더 {folder}에 쓸 수 없습니다. TEXTUNES_DATA_DIR로 다른 폴더를 지정해 주세요.",
    )


def build_fleet(settings: Settings) -> LocalFleet:
    """The engines that run on this machine, the preferred one first, and the reader of texts."""
    engine = settings.engine
    composer: dict[str, JsonValue] = {
        "library": None if engine.fluidsynth_library is None else str(engine.fluidsynth_library),
        "soundfont": None if engine.soundfont is None else str(engine.soundfont),
    }
    engines = [EngineSpec(name=COMPOSER, target="core.engines.composer.engine:open_composer", options=composer)]
    if engine.audiocraft is not None:
        # Only for what no engine before it can do.
        audiocraft: dict[str, JsonValue] = {"model": engine.audiocraft}
        engines.append(
            EngineSpec(name="audiocraft", target="core.engines.audiocraft.engine:open_audiocraft", options=audiocraft)
        )
    checkpoint = engine.musicgen or downloaded(settings.models_dir)
    if checkpoint is not None:
        musicgen: dict[str, JsonValue] = {"folder": str(checkpoint), "precision": engine.musicgen_precision}
        engines.insert(
            0, EngineSpec(name="musicgen", target="core.engines.musicgen.engine:open_musicgen", options=musicgen)
        )
        learning: dict[str, JsonValue] = {
            "folder": str(checkpoint),
            "notes": str(settings.data_dir.absolute() / "lessons"),
            "method": engine.learn_method,
            "steps": engine.learn_steps,
        }
        # Last, for it is asked by name only.
        engines.append(
            EngineSpec(name=TEACHER, target="core.engines.musicgen.learning.engine:open_learning", options=learning)
        )
    plan = Plan(
        engines=tuple(engines),
        reader=_reader(settings),
    )
    return LocalFleet(plan, workers=engine.workers, supervision=Supervision(idle=engine.idle_seconds))


def _reader(settings: Settings) -> ReaderSpec:
    options: dict[str, JsonValue] = {
        "help_line": settings.text.help_line,
        "model_set": settings.text.model_set,
        "models": settings.text.models.model_dump(),
        "folder": str(settings.models_dir.absolute()),
    }
    return ReaderSpec(target="core.text.opening:open_reader", options=options)


def _assemble(settings: Settings, fleet: Fleet, pace: Pace) -> App:
    store = Store(settings.database, settings.blobs)
    catalog = Catalog.load()
    engines = EngineRules(settings.engine, fleet)
    presentation = Presentation(catalog, engines.has)
    couriers: dict[str, Courier] = {}
    ended = Bell()
    board = ProgressBoard(couriers)
    concepts = Concepts(store, ConceptFolder(settings.concepts_dir))
    dispatcher = Dispatcher(
        store,
        fleet,
        board,
        presentation,
        concepts=concepts,
        ended=ended,
        sketched=settings.engine.composer_preview,
        pace=pace,
    )
    intake = Intake(store, Quotas(settings.quotas, store.database, store.clock), dispatcher, presentation)
    service = Service(
        store=store,
        catalog=catalog,
        dispatcher=dispatcher,
        commissions=Commissions(intake, engines, concepts, Recordings(store), settings.engine.format),
        engines=engines,
        shelf=Shelf(store, presentation, settings.share_url),
        waiting=WaitingList(store, dispatcher, presentation),
        guide=Guide(catalog, engines, concepts, store.jobs, presentation),
        concepts=concepts,
    )
    return App(
        settings=settings,
        catalog=catalog,
        store=store,
        fleet=fleet,
        service=service,
        dispatcher=dispatcher,
        delivery=DeliveryLoop(store, couriers, presentation, ended, pace),
        housekeeping=Housekeeping(settings.keep, store),
        engines=engines,
        couriers=couriers,
    )


@asynccontextmanager
async def _running(courses: Sequence[Callable[[], Coroutine[None, None, None]]]) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(course()) for course in courses]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _endless(loop: Callable[[], Awaitable[NoReturn]]) -> Callable[[], Coroutine[None, None, NoReturn]]:
    """The loop, begun again if it breaks: the others can still serve people meanwhile."""
    return partial(_keep_going, loop)


async def _keep_going(loop: Callable[[], Awaitable[NoReturn]]) -> NoReturn:
    while True:
        try:
            await loop()
        except Exception:
            heed_cancellation()
            log.exception("loop_broke", loop=loop.__qualname__)
        await asyncio.sleep(_SECONDS_BEFORE_GOING_ON)
