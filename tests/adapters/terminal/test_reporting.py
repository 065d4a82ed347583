"""Reports of benchmarks and evaluations: run part by part, and printed so that nothing is cut."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from adapters.terminal.reporting import run_parts
from core.evaluation.report import Figure, Report

RUNS: list[dict[str, object]] = []
NAME = "the.name.of.a.figure.that.is.rather.long_ms"


def part(on_progress, **given: object) -> Report:
    RUNS.append(given)
    on_progress(1.0, "done")
    return Report("small", (Figure(name=NAME, value=3.0, unit="ms", note="a note " * 9),))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    RUNS.clear()
    monkeypatch.setenv("COLUMNS", "80")


def test_names_are_whole_on_a_narrow_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    run_parts({"small": f"{__name__}:part"}, as_json=False)
    assert NAME in capsys.readouterr().out


def test_plots_that_cannot_be_drawn_are_refused_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(click.ClickException, match="matplotlib"):
        run_parts({"small": f"{__name__}:part"}, as_json=False, arguments={"small": {"plots": tmp_path}})
    assert RUNS == []
