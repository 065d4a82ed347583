"""The plot of `textunes bench musicgen`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from core.evaluation.plots import write_plots

WIDTHS = {"fp32": 4, "bf16": 2, "int8": 1}
"""Bytes of a weight."""


def draw(steps: Mapping[tuple[str, int], float], floors: Mapping[str, float], folder: Path) -> tuple[Path, ...]:
    """Milliseconds of a step by contestant and batch, and of reading the weights by precision, as a PNG file.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """
    return write_plots(folder, {"musicgen-steps": (partial(_steps, steps, floors), (9, 4.5))})


def _steps(steps: Mapping[tuple[str, int], float], floors: Mapping[str, float], figure: Any) -> None:  # noqa: ANN401 - matplotlib's figure, imported late
    batches = sorted({batch for _, batch in steps})
    figure.suptitle("A decoding step; black: reading the weights once")
    for axes, batch in zip(figure.subplots(1, len(batches), squeeze=False)[0], batches, strict=True):
        names = [name for name, of in steps if of == batch]
        bars = axes.barh(names, [steps[name, batch] for name in names])
        axes.bar_label(bars, fmt="%.1f", padding=2, fontsize=8)
        for place, name in enumerate(names):
            floor = floors[name.rpartition("_")[2]]
            axes.plot([floor, floor], [place - 0.4, place + 0.4], color="black")
        axes.invert_yaxis()
        axes.margins(x=0.18)
        axes.set(xlabel="ms", title=f"batch {batch}")
