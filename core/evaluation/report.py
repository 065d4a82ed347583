"""Report: what a benchmark or an evaluation found, ready to print as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.brief import Frozen

Sense = Literal["at most", "at least"]
OnProgress = Callable[[float, str], None]
"""Called with the fraction done (0..1) and what is being worked on."""


@dataclass(frozen=True, slots=True)
class Target:
    """The figure to reach: `Target("at most", 2.5)`."""

    sense: Sense
    value: float

    def met_by(self, value: float) -> bool:
        return value <= self.value if self.sense == "at most" else value >= self.value

    def __str__(self) -> str:
        return f"{'≤' if self.sense == 'at most' else '≥'} {self.value:g}"


class Figure(Frozen):
    """One measured number. `name` is a dotted path that stays the same over releases ("composer.render_30s")."""

    name: str
    value: float
    unit: str = ""
    target: Target | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.target.met_by(self.value)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures under a title; `conditions` says on what machine, sizes and seeds; `pictures` are plots on disk."""

    title: str
    figures: tuple[Figure, ...]
    conditions: tuple[str, ...] = ()
    pictures: tuple[Path, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        """Nested by the dots of the names: {"book": {"accuracy": 0.53}}."""
        tree: dict[str, object] = {}
        for figure in self.figures:
            *path, leaf = figure.name.split(".")
            node = tree
            for step in path:
                child = node.setdefault(step, {})
                if not isinstance(child, dict):
                    raise ValueError(f"{figure.name}: {step} is both a figure and a group")
                node = child
            node[leaf] = figure.value
        return {"title": self.title, "conditions": list(self.conditions), **tree}
