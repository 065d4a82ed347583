"""The registry of engines: which there are, where their code is, and which one makes a piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from pydantic import Field, JsonValue

from core.brief import Frozen
from core.engines.engine import Engine
from core.engines.lacking import cannot, lacking
from core.errors import EngineUnavailable, PersonError
from core.words import Words

AUTO = "auto"


class EngineSpec(Frozen):
    """An engine's name, where it is built ("package.module:callable"), and the keyword arguments for that.

    The callable returns an `Engine` or raises `EngineUnavailable`. It is imported no earlier than it is needed.
    """

    name: str
    target: str
    options: dict[str, JsonValue] = Field(default_factory=dict)


class EngineRegistry:
    """Builds each engine once, when it is first asked for. The order of `specs` is that of preference."""

    def __init__(self, specs: Iterable[EngineSpec]) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._engines: dict[str, Engine] = {}
        self._missing: dict[str, PersonError] = {}
        self._slow: dict[str, frozenset[str]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._specs)

    @property
    def built(self) -> Mapping[str, Engine]:
        return self._engines

    def get(self, name: str) -> Engine:
        """Raises EngineUnavailable: no such engine, or it cannot run here."""
        if name in self._missing:
            raise self._missing[name]
        if name not in self._engines:
            self._engines[name] = self._build(name)
        return self._engines[name]

    def choose(self, name: str, needs: frozenset[str]) -> Engine:
        """The engine of that name; for "auto", the first that runs here, keeps up, and has the features needed.

        An engine with the feature "slow" (slower than real time on this machine) is taken only when it is named, or
        when no other has what is needed.

        Raises:
            EngineUnavailable: there is none, or the one that is named lacks a feature.
        """
        if name != AUTO:
            named = self.get(name)
            if not needs <= named.info.features:
                raise cannot(name, needs - named.info.features)
            return named
        reason: PersonError | None = None
        for candidate in [name for name in self._specs if name not in self._slow]:
            try:
                engine = self.get(candidate)
            except EngineUnavailable as error:
                reason = reason or error
                continue
            if "slow" in engine.info.features:
                self._pass_over(candidate, engine)
            elif needs <= engine.info.features:
                return engine
        able = next((name for name, features in self._slow.items() if needs and needs <= features), None)
        if able is not None:
            return self.get(able)
        raise reason or lacking(needs)

    def drop(self, engine: Engine) -> None:
        """Forget an engine that broke; it is built anew when it is next asked for."""
        for name, built in list(self._engines.items()):
            if built is engine:
                del self._engines[name]

    def _pass_over(self, name: str, engine: Engine) -> None:
        """Remember that an engine is slow; unless it is at work, its memory is given back."""
        self._slow[name] = engine.info.features
        if engine.idle:
            engine.close()
            self.drop(engine)

    def close(self) -> None:
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

    def _build(self, name: str) -> Engine:
        spec = self._specs.get(name)
        if spec is None:
            names = ", ".join(self._specs)
            raise EngineUnavailable(
                Words(
                    f"There is no engine “{name}”. Engines: {names}.",
                    f"“{name}” 엔진은 없습니다. 쓸 수 있는 엔진: {names}",
                )
            )
        try:
            engine: Engine = load(spec.target)(**spec.options)
        except EngineUnavailable as error:
            self._missing[name] = error
            raise
        except ImportError as error:
            self._missing[name] = EngineUnavailable(
                Words(
                    f"The engine “{name}” is not installed here (missing: {error.name}).",
                    f"“{name}” 엔진이 설치되어 있지 않습니다(없는 구성 요소: {error.name}).",
                )
            )
            raise self._missing[name] from error
        return engine


def load(target: str) -> Any:  # noqa: ANN401  (whatever stands at the place)
    """What stands at "package.module:name"."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)
