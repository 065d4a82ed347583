"""The record of a lesson: one row a step, as a CSV file and as a picture of how the losses went."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from PIL import Image, ImageDraw

WIDTH, HEIGHT, MARGIN = 900, 420, 48
GROUND, GRID, INK = (27, 29, 36), (74, 78, 92), (236, 238, 244)
COLOURS = {"loss": (124, 176, 255), "rehearsal": (150, 156, 172), "held_out": (255, 196, 84)}


@dataclass(frozen=True, slots=True)
class Row:
    """One step of training. Losses are in nats per token; those that were not measured at this step are None."""

    phase: str
    step: int
    loss: float
    rehearsal: float | None
    held_out: float | None


def as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def as_picture(rows: Sequence[Row]) -> bytes:
    """A PNG of the losses over the steps of all phases."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(picture)
    curves = {name: _points(rows, name) for name in COLOURS}
    heights = [value for points in curves.values() for _, value in points] or [0.0]
    low = min(heights)
    high = max(*heights, low + 1e-6)

    def at(step: int, value: float) -> tuple[float, float]:
        across = MARGIN + (WIDTH - 2 * MARGIN) * step / max(1, len(rows) - 1)
        return across, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / (high - low)

    for level in range(5):
        value = low + (high - low) * level / 4
        _, y = at(0, value)
        draw.line([(MARGIN, y), (WIDTH - MARGIN, y)], fill=GRID)
        draw.text((6, y - 6), f"{value:.2f}", fill=INK)
    for place, (name, points) in enumerate(curves.items()):
        if len(points) > 1:
            draw.line([at(step, value) for step, value in points], fill=COLOURS[name], width=2)
        draw.text((MARGIN + 120 * place, 14), name.replace("_", " "), fill=COLOURS[name])
    draw.text((WIDTH - MARGIN - 60, HEIGHT - MARGIN + 14), f"{len(rows)} steps", fill=INK)
    found = io.BytesIO()
    picture.save(found, "PNG")
    return found.getvalue()


def _points(rows: Sequence[Row], name: str) -> list[tuple[int, float]]:
    values = [(index, getattr(row, name)) for index, row in enumerate(rows)]
    return [(index, value) for index, value in values if value is not None]
