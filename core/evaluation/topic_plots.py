"""Plots of how topics are guessed: the reliability curve, and the confusion of topics."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.evaluation.plots import write_plots
from core.evaluation.topics import TopicGuesses, reliability


def draw(found: TopicGuesses, folder: Path) -> tuple[Path, ...]:
    """Write the plots as PNG files and say where they are.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """
    plots = {
        "topics-reliability": (partial(_reliability, found), (5, 4.5)),
        "topics-confusion": (partial(_confusion, found), (9, 8)),
    }
    return write_plots(folder, plots)


def _reliability(found: TopicGuesses, figure: Any) -> None:  # noqa: ANN401 - matplotlib's figure, imported late
    sure, right, count = reliability(found.right, found.sure).T
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.7)
    axes.plot(sure, right, marker="o")
    for x, y, texts in zip(sure, right, count, strict=True):
        axes.annotate(f"{texts:.0f}", (x, y), xytext=(5, -11), textcoords="offset points", fontsize=7)
    axes.set(xlabel="probability of the first guess", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Reliability; numbers of texts beside the points", fontsize=10)


def _confusion(found: TopicGuesses, figure: Any) -> None:  # noqa: ANN401
    names = sorted({*found.known, *filter(None, found.firsts)})
    place = {name: at for at, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for known, first in zip(found.known, found.firsts, strict=True):
        if first:
            counts[place[known], place[first]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes = figure.subplots()
    figure.colorbar(axes.imshow(shares, cmap="magma_r", vmin=0, vmax=1), label="share of the known topic", shrink=0.6)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel="guessed", ylabel="known")
