"""Plots of an evaluation on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.evaluation.independent import tool

Plot = Callable[[Any], None]
"""Draws on a figure of matplotlib, which is imported no earlier than it is needed."""


def write_plots(folder: Path, plots: Mapping[str, tuple[Plot, tuple[float, float]]]) -> tuple[Path, ...]:
    """Write each plot, of so many inches, as `NAME.png`, and say where they are.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """
    tool("matplotlib").use("Agg")
    pyplot = tool("matplotlib.pyplot")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (plot, size) in plots.items():
        figure = pyplot.figure(figsize=size, layout="constrained")
        plot(figure)
        path = folder / f"{name}.png"
        figure.savefig(path, dpi=90)
        pyplot.close(figure)
        written.append(path)
    return tuple(written)
