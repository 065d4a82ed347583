"""Running benchmarks and evaluations by name, and printing what they found."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import platform
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.terminal.person import errors_in_words
from adapters.terminal.progress import progress_bar
from core.errors import EngineUnavailable
from core.evaluation.independent import tool
from core.evaluation.report import Figure, Report
from core.words import Words


def run_parts(
    parts: Mapping[str, str], *, as_json: bool, arguments: Mapping[str, Mapping[str, object]] = MappingProxyType({})
) -> None:
    """Run each part ("module:function") and print its report as soon as it is there, or all as one JSON object.

    `arguments` are given to the parts of these names.
    """
    reports: dict[str, Report] = {}
    with errors_in_words():
        if any(given.get("plots") for given in arguments.values()):
            # Plots come last; what took minutes is not thrown away for want of what draws them.
            tool("matplotlib")
        for name, place in parts.items():
            reports[name] = _run(name, place, arguments.get(name, {}))
            if not as_json:
                print_report(reports[name])
    if as_json:
        bodies = {name: report.as_json() for name, report in reports.items()}
        only = next(iter(bodies.values())) if len(bodies) == 1 else bodies
        click.echo(json.dumps({"machine": machine(), **only}, ensure_ascii=False))


def _run(name: str, place: str, arguments: Mapping[str, object]) -> Report:
    module, function = place.split(":")
    try:
        run = getattr(import_module(module), function)
    except ModuleNotFoundError as missing:
        raise EngineUnavailable(
            Words(
                f"“{name}” needs the package {missing.name}, which is not installed; see the extras in pyproject.toml.",
                f"“{name}”에 필요한 {missing.name} 패키지가 없습니다. pyproject.toml의 extras를 확인해 주세요.",
            )
        ) from missing
    with progress_bar() as show:
        result = run(on_progress=show, **arguments)
        report = asyncio.run(result) if inspect.iscoroutine(result) else result
    if not isinstance(report, Report):
        raise TypeError(f"{place} gave no report")
    return report


def machine() -> str:
    return f"{os.cpu_count()} × {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def print_report(report: Report) -> None:
    table = Table(
        title=report.title,
        title_justify="left",
        caption="\n".join(report.conditions),
        caption_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    names = [figure.name.removeprefix(f"{report.title}.") for figure in report.figures]
    # Notes stand under the names, which leaves room for both on a narrow terminal.
    table.add_column("figure", overflow="fold", min_width=max(map(len, names), default=0))
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("target", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name, figure in zip(names, report.figures, strict=True):
        note = Text(f"\n{figure.note}", style="dim") if figure.note else Text()
        table.add_row(Text(name) + note, value_of(figure), str(figure.target or ""), verdict(figure))
    console = Console(soft_wrap=False)
    console.print(table)
    for picture in report.pictures:
        console.print(str(picture))


def value_of(figure: Figure) -> str:
    return f"{figure.value:.4g} {figure.unit}".strip()


def verdict(figure: Figure) -> str:
    return {True: "met", False: "SHORT", None: ""}[figure.met]
