"""Plots of an evaluation of the composer."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.evaluation.composer_findings import Findings, by_style
from core.evaluation.melodies import RATIOS, WIDEST
from core.evaluation.mood import RESPONSES
from core.evaluation.plots import write_plots


def draw(found: Findings, folder: Path) -> tuple[Path, ...]:
    """Write the plots as PNG files and say where they are.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """
    plots = {"tempo": _tempo, "mood": _mood, "styles": _styles, "variety": _variety, "melody": _melody, "mix": _mix}
    return write_plots(folder, {f"composer-{name}": (partial(plot, found), (9, 4.5)) for name, plot in plots.items()})


def _tempo(found: Findings, figure: Any) -> None:  # noqa: ANN401 - matplotlib's figure, imported late
    axes = figure.subplots()
    asked = [piece.bpm for piece in found.pieces]
    axes.scatter(asked, [piece.heard.tempo for piece in found.pieces], s=8, alpha=0.5)
    line = np.array([min(asked), max(asked)])
    for level in (0.5, 1.0, 2.0):
        axes.plot(line, line * level, color="grey", linewidth=0.7)
    axes.set(xlabel="asked, BPM", ylabel="tracked, BPM", ylim=(30, 320), title="Tempo; the lines are octaves")


def _mood(found: Findings, figure: Any) -> None:  # noqa: ANN401
    grid = figure.subplots(1, len(RESPONSES), sharex=True)
    styles = by_style(found.pieces)
    for axes, response in zip(grid, RESPONSES, strict=True):
        other = "valence" if response.dimension == "arousal" else "arousal"
        for own in styles.values():
            steps: defaultdict[float, list[float]] = defaultdict(list)
            for piece in own:
                if getattr(piece.wish, other) == 0.0:
                    steps[getattr(piece.wish, response.dimension)].append(response.measure(piece.heard))
            asked = sorted(steps)
            heard = np.array([np.mean(steps[step]) for step in asked])
            axes.plot(asked, (heard - heard.mean()) / (heard.std() + 1e-9), linewidth=0.6, alpha=0.6)
        axes.set(xlabel=response.dimension, title=response.name.partition("_")[2].replace("_", " "), yticks=[])
    grid[0].set_ylabel("heard, standardised; a line per style")


def _styles(found: Findings, figure: Any) -> None:  # noqa: ANN401
    axes = figure.subplots()
    names = sorted(by_style(found.pieces))
    place = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for piece in found.pieces:
        matrix[place[piece.wish.style], place[piece.wish.style]] += 1
    for (own, given), count in found.recognition.confusions.items():
        matrix[place[own], place[own]] -= count
        matrix[place[own], place[given]] += count
    axes.imshow(matrix / matrix.sum(axis=1, keepdims=True), cmap="magma_r", aspect="auto")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=5)
    axes.set_yticks(range(len(names)), names, fontsize=5)
    axes.set(xlabel="name given", ylabel="style", title=f"Styles named by ear: {found.recognition.accuracy:.1%}")


def _variety(found: Findings, figure: Any) -> None:  # noqa: ANN401
    axes = figure.subplots()
    names = sorted(found.variety, key=lambda name: found.variety[name])
    axes.bar(names, [found.variety[name] for name in names])
    axes.axhline(0.6, color="black", linewidth=0.8, label="target")
    axes.axhline(found.apart, color="grey", linewidth=0.8, linestyle="--", label="between styles")
    axes.tick_params(axis="x", rotation=90, labelsize=6)
    axes.set(ylabel="similarity", ylim=(0, 1), title="Similarity between seeds of one brief")
    axes.legend()


def _melody(found: Findings, figure: Any) -> None:  # noqa: ANN401
    left, right = figure.subplots(1, 2)
    steps = np.arange(-WIDEST, WIDEST + 1)
    left.bar(steps - 0.2, found.kept.intervals, 0.4, label="real tunes")
    left.bar(steps + 0.2, found.melodies.intervals, 0.4, label="ours")
    left.set(xlabel="interval, semitones", ylabel="share")
    left.legend()
    places = np.arange(len(RATIOS))
    right.bar(places - 0.2, found.kept.ratios, 0.4)
    right.bar(places + 0.2, found.melodies.ratios, 0.4)
    right.set_xticks(places, [f"{ratio:.2g}" for ratio in RATIOS])
    right.set(xlabel="ratio of successive note lengths")


def _mix(found: Findings, figure: Any) -> None:  # noqa: ANN401
    axes = figure.subplots()
    styles = by_style([piece for piece in found.pieces if piece.balance])
    names = sorted(styles, key=lambda name: styles[name][0].crest)
    crests = [[piece.balance.peak_to_rms for piece in styles[name] if piece.balance] for name in names]
    axes.boxplot(crests, widths=0.6)
    axes.plot(range(1, len(names) + 1), [styles[name][0].crest for name in names], "k_", label="wanted")
    axes.set_xticks(range(1, len(names) + 1), names, rotation=90, fontsize=6)
    axes.set(ylabel="dB", title="Crest: peak to RMS of the master")
    axes.legend()
