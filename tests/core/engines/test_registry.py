"""Which engine makes a piece."""

from __future__ import annotations

import pytest

from core.engines.engine import EngineInfo, OneAtATime
from core.engines.registry import EngineRegistry, EngineSpec
from core.errors import EngineUnavailable

built: list[str] = []


def open_silent(name, features):
    built.append(name)
    info = EngineInfo(name, "none", "MIT", commercial=True, features=frozenset(features))
    return OneAtATime(info, lambda _request: iter(()))


def registry_of(**engines):
    built.clear()
    target = f"{__name__}:open_silent"
    return EngineRegistry(
        EngineSpec(name=name, target=target, options={"name": name, "features": features})
        for name, features in engines.items()
    )


def test_auto_is_the_first_that_has_what_is_needed():
    registry = registry_of(first=["loop"], second=["loop", "edit"])
    assert registry.choose("auto", frozenset({"loop"})).info.name == "first"
    assert registry.choose("auto", frozenset({"edit"})).info.name == "second"


def test_auto_passes_over_an_engine_that_is_slow_here_and_does_not_load_it_again():
    registry = registry_of(slow=["slow", "loop"], quick=["loop"])
    for _ in range(2):
        assert registry.choose("auto", frozenset({"loop"})).info.name == "quick"
    assert built == ["slow", "quick"]
    assert set(registry.built) == {"quick"}


def test_a_slow_engine_is_used_when_it_is_named():
    registry = registry_of(slow=["slow"], quick=[])
    registry.choose("auto", frozenset())
    assert registry.choose("slow", frozenset()).info.name == "slow"


def test_a_slow_engine_is_used_where_no_other_can_do_what_is_needed():
    registry = registry_of(slow=["slow", "style"], quick=[])
    assert registry.choose("auto", frozenset({"style"})).info.name == "slow"
    assert registry.choose("auto", frozenset()).info.name == "quick"


def test_an_engine_that_is_named_but_lacks_what_is_needed_says_so():
    registry = registry_of(quick=["loop"])
    with pytest.raises(EngineUnavailable, match="cannot do this") as caught:
        registry.choose("quick", frozenset({"style"}))
    assert "스타일 엔진" in caught.value.words.ko


def test_what_nobody_can_do_is_named():
    with pytest.raises(EngineUnavailable, match="style engine"):
        registry_of(quick=["loop"]).choose("auto", frozenset({"style"}))
