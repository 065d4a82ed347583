"""The fleet beside the bot: which engines there are and where the reader of texts is."""

from __future__ import annotations

from bot.settings import Settings
from core.engines.registry import EngineSpec
from core.fleet.local import LocalFleet, Supervision
from core.fleet.plan import Plan, ReaderSpec


def build_fleet(settings: Settings) -> LocalFleet:
    """Engines in order of preference, in supervised processes that start with the first work."""
    engine = settings.engine
    composer = EngineSpec(
        name="composer",
        target="core.engines.composer.engine:open_composer",
        options={
            "library": str(engine.fluidsynth_library) if engine.fluidsynth_library else None,
            "soundfont": str(engine.soundfont) if engine.soundfont else None,
        },
    )
    reader = ReaderSpec(target="core.text.opening:open_reader")
    plan = Plan(engines=(composer,), reader=reader)
    return LocalFleet(plan, workers=engine.workers, supervision=Supervision(idle=engine.idle_seconds))
