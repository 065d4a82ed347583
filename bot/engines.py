"""EngineRules: which engine may make a piece for whom."""

from __future__ import annotations

import asyncio

from bot.people import Asker
from bot.quotas import community_name
from bot.settings import EngineSettings
from core.engines.lacking import cannot, lacking
from core.errors import EngineUnavailable
from core.fleet.fleet import EngineStatus, Fleet
from core.words import Words

AUTO = "auto"


class EngineRules:
    """Decides by what the fleet said after the bot started; only those who ask before it has spoken wait for it."""

    def __init__(self, settings: EngineSettings, fleet: Fleet) -> None:
        self._settings = settings
        self._fleet = fleet
        self._known: tuple[EngineStatus, ...] = ()
        self._told = asyncio.Event()

    async def refresh(self) -> None:
        """Ask the fleet what it has, which takes as long as its engines need to load."""
        try:
            self._known = await self._fleet.engines()
        finally:
            self._told.set()

    def offered(self, asker: Asker) -> tuple[str, ...]:
        """The engines that this person may ask for, `auto` first."""
        makers = (engine for engine in self._known if engine.available and "learn" not in engine.features)
        return (AUTO, *(engine.name for engine in makers if self._may_use(asker, engine)))

    async def choose(self, asker: Asker, asked: str, needs: frozenset[str] = frozenset()) -> str:
        """The engine for a wish that asks for `asked`; `auto` where the fleet is free to choose.

        `needs` are the features that it must have; the operator's preferred engine gives way where it lacks one.

        Raises:
            EngineUnavailable: it is unknown, not installed, not allowed in this community, or cannot do what is needed.
        """
        await self._told.wait()
        name = self._settings.default if asked == AUTO and not needs else asked
        if name == AUTO:
            return self._choose_freely(asker, needs)
        engine = next((engine for engine in self._known if engine.name == name), None)
        if engine is None or not self._is_allowed(engine):
            names = ", ".join(self.offered(asker))
            raise EngineUnavailable(
                Words(
                    f"There is no engine “{name}” here. Engines: {names}.",
                    f"이곳에는 “{name}” 엔진이 없습니다. 쓸 수 있는 엔진: {names}",
                )
            )
        if not engine.available:
            raise EngineUnavailable(
                Words(
                    f"The engine “{name}” cannot run here: {engine.explanation.en}",
                    f"“{name}” 엔진을 이곳에서 쓸 수 없습니다: {engine.explanation.ko}",
                )
            )
        if not self._may_use(asker, engine):
            raise EngineUnavailable(
                Words(
                    f"This community uses only music with commercial rights; “{name}” is under {engine.licence}.",
                    f"이 커뮤니티는 상업적으로 쓸 수 있는 음악만 만듭니다. “{name}” 엔진은 {engine.licence}입니다.",
                )
            )
        if not needs <= engine.features:
            raise cannot(name, needs - engine.features)
        return name

    def has(self, feature: str) -> bool:
        """Whether some engine here can do this, for whoever may use it."""
        return any(
            engine.available and feature in engine.features and self._is_allowed(engine) for engine in self._known
        )

    def _choose_freely(self, asker: Asker, needs: frozenset[str]) -> str:
        available = [engine for engine in self._known if engine.available and needs <= engine.features]
        if needs and not available:
            raise lacking(needs)
        usable = [engine for engine in available if self._may_use(asker, engine)]
        if len(usable) == len(available):
            return AUTO
        if not usable:
            raise EngineUnavailable(
                Words(
                    "No engine here makes music that this community may use commercially.",
                    "이 커뮤니티에서 상업적으로 쓸 수 있는 음악을 만드는 엔진이 없습니다.",
                )
            )
        return usable[0].name

    def _may_use(self, asker: Asker, engine: EngineStatus) -> bool:
        rules = self._settings.commercial_only
        needs_commercial = "*" in rules or community_name(asker) in rules
        return self._is_allowed(engine) and (engine.commercial or not needs_commercial)

    def _is_allowed(self, engine: EngineStatus) -> bool:
        return not self._settings.allowed or engine.name in self._settings.allowed
