"""A progress bar on standard error, where that is a terminal; silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.evaluation.report import OnProgress


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """Give a function that shows the fraction done (0..1) and the stage at work."""
    if not sys.stderr.isatty():
        yield lambda _fraction, _stage: None
        return
    from rich.console import Console  # noqa: PLC0415 - costs 60 ms that a pipe need not pay
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda fraction, stage: progress.update(task, completed=fraction, description=stage)
