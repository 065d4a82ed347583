import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.brief import Brief
from core.catalog import Catalog
from core.engines.engine import DeviceLost, Done, EngineInfo, Event, OneAtATime, Progress, Request
from core.engines.registry import EngineRegistry, EngineSpec
from core.errors import EngineFailed
from core.fleet.fleet import Finished, ReadText, Work
from core.fleet.workshop import Workshop
from core.piece import Order
from core.studio import Studio
from tests.core import tone
from tests.core.fleet.reader import SeaReader

ENGINES = (EngineSpec(name="tone", target="tests.core.tone:build"),)


class Bench:
    """A workshop and all that came out of it."""

    def __init__(self, engines: tuple[EngineSpec, ...] = ENGINES) -> None:
        self.out: list[tuple[str, object]] = []
        self.stopped: list[str] = []
        self.registry = EngineRegistry(engines)
        self.workshop = Workshop(
            self.registry,
            Catalog.load(),
            SeaReader,
            lambda work, outcome: self.out.append((work, outcome)),
            self.stopped.append,
        )

    def begin(self, name: str, *keywords: str, engine: str = "auto") -> None:
        brief = Brief(duration=5.0, seed=1, keywords=keywords, engine=engine)
        self.workshop.begin(Work(name, brief, Order(format="wav")))

    def run(self, steps: int = 1000) -> None:
        for _ in range(steps):
            if self.workshop.idle:
                return
            self.workshop.step()

    def last(self, name: str) -> object:
        return [outcome for work, outcome in self.out if work == name][-1]


def test_several_pieces_are_under_way_at_once():
    bench = Bench()
    bench.begin("a")
    bench.begin("b")
    bench.run()
    assert isinstance(bench.last("a"), Finished)
    assert isinstance(bench.last("b"), Finished)
    assert bench.workshop.idle


def test_a_bug_fails_all_that_the_engine_was_at_and_the_engine_is_built_anew():
    bench = Bench()
    before = bench.registry.get("tone")
    bench.begin("a", "bug")
    bench.begin("b")
    bench.run()
    assert isinstance(bench.last("a"), EngineFailed)
    assert bench.registry.get("tone") is not before
    bench.begin("c")
    bench.run()
    assert isinstance(bench.last("c"), Finished)


def test_a_device_that_is_lost_ends_the_process_and_fails_nobody(monkeypatch):
    bench = Bench()
    bench.begin("a")

    def lost() -> list[Event]:
        raise DeviceLost("gone")

    monkeypatch.setattr(bench.registry.get("tone"), "step", lost)
    with pytest.raises(DeviceLost):
        bench.run()
    assert not [outcome for _, outcome in bench.out if isinstance(outcome, Finished | EngineFailed)]


def test_others_go_on_while_a_piece_is_mastered(monkeypatch):
    """The first piece is held up at its first stage until the second one has been composed."""
    composed = threading.Event()
    finish = Studio.finish

    def held_up(self, request, *given, on_stage, **named):
        if request.id == "a":
            assert composed.wait(10.0)
        else:
            composed.set()
        return finish(self, request, *given, on_stage=on_stage, **named)

    bench = Bench()
    monkeypatch.setattr(Studio, "finish", held_up)
    monkeypatch.setattr(bench.workshop, "_finisher", ThreadPoolExecutor(2))
    bench.begin("a")
    bench.begin("b")
    bench.run(100_000)
    assert isinstance(bench.last("a"), Finished)
    assert isinstance(bench.last("b"), Finished)


def test_an_engine_that_ends_without_a_result_fails_its_piece():
    def make(request: Request) -> Iterator[Event]:
        yield Progress(request.id, 0.5, "compose")

    bench = Bench()
    bench.registry._engines["tone"] = OneAtATime(tone.INFO, make)
    bench.begin("a")
    bench.run()
    assert isinstance(bench.last("a"), EngineFailed)


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_nothing_follows_a_cancellation_but_its_answer(steps):
    bench = Bench()
    bench.begin("a", "slow")
    bench.run(steps)
    bench.workshop.cancel("a")
    heard = len(bench.out)
    bench.run()
    assert len(bench.out) == heard
    assert bench.stopped == ["a"]
    assert bench.registry.get("tone").idle


def test_cancelling_what_is_over_is_answered_too():
    bench = Bench()
    bench.begin("a")
    bench.run()
    bench.workshop.cancel("a")
    bench.run()
    assert bench.stopped == ["a"]


def test_cancelling_is_heeded_between_the_stages_of_finishing(monkeypatch):
    bench = Bench()
    bench.begin("a")
    emit = bench.workshop._emit

    def cancel_at_encode(work, outcome):
        emit(work, outcome)
        if getattr(outcome, "stage", "") == "encode":
            bench.workshop.cancel(work)

    monkeypatch.setattr(bench.workshop, "_emit", cancel_at_encode)
    bench.run()
    assert bench.out[-1][1].stage == "encode"
    assert bench.stopped == ["a"]


def test_auto_takes_the_first_engine_that_can_do_what_is_asked():
    def named(name: str, *features: str) -> OneAtATime:
        info = EngineInfo(name, "1", "CC0-1.0", commercial=True, features=frozenset(features))

        def make(request: Request) -> Iterator[Event]:
            yield Done(request.id, tone.compose(request))

        return OneAtATime(info, make)

    specs = tuple(EngineSpec(name=name, target="nowhere:nothing") for name in ("gone", "plain", "editor"))
    bench = Bench(specs)
    bench.registry._engines.update(plain=named("plain"), editor=named("editor", "edit"))

    bench.begin("a")
    brief = Brief(duration=5.0, seed=1)
    bench.workshop.begin(Work("b", brief, Order(format="wav"), score=b"{}"))
    bench.run()

    assert bench.last("a").piece.facts.engine == "plain"
    assert bench.last("b").piece.facts.engine == "editor"


def test_a_piece_that_follows_a_text_comes_with_a_picture_of_how_it_feels():
    bench = Bench()
    read = ReadText("The sea lay still.", "ko")
    bench.workshop.begin(Work("a", Brief(duration=5.0, seed=1), Order(format="wav"), read=read))
    bench.run()
    finished = bench.last("a")
    assert isinstance(finished, Finished)
    curve = finished.piece.file("curve")
    assert curve is not None
    assert curve.data.startswith(b"\x89PNG")
