"""Picture of how a text feels from its beginning to its end, with its scenes by name."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from importlib.resources import as_file, files

from PIL import Image, ImageDraw, ImageFont

from core.catalog import Catalog
from core.text.reading import CurvePoint, Reading, Scene
from core.words import Language, Words

WIDTH = 1000
PLOT_HEIGHT = 260
ROW_HEIGHT = 34
MARGIN = 28
NUMBERS = 30
"""Room below and above the curves, for the numbers of the scenes."""
TEXT_SIZE = 19
SUPERSAMPLING = 2
"""Lines are drawn twice as large and made smaller, which smooths their edges."""

GROUND = (27, 29, 36)
BAND = (38, 41, 50)
GRID = (74, 78, 92)
INK = (236, 238, 244)
FAINT = (160, 166, 182)
VALENCE = (255, 196, 84)
AROUSAL = (124, 176, 255)

_VALENCE = Words("pleasantness", "긍정")
_AROUSAL = Words("energy", "에너지")
_SCENE = Words("Scene", "장면")
_FONT = "NotoSansKR-Regular-subset.otf"

_STEPS = 16
_UNDRAWABLE = re.compile(r"[^ -~\u00a0-\u017f\u2010-\u2027\u3131-\u3163가-힣]+")
"""What the font holds no shapes for."""

Point = tuple[float, float]


def curve_png(reading: Reading, catalog: Catalog, language: Language) -> bytes | None:
    """The curve of valence and arousal with numbered scenes and their names below; None without scenes."""
    if not reading.scenes:
        return None
    height = 2 * MARGIN + PLOT_HEIGHT + TEXT_SIZE + 16 + ROW_HEIGHT * len(reading.scenes)
    scale = SUPERSAMPLING
    picture = Image.new("RGB", (WIDTH * scale, height * scale), GROUND)
    _Drawing(picture, language).draw(reading, catalog)
    buffer = io.BytesIO()
    picture.resize((WIDTH, height), Image.Resampling.LANCZOS).save(buffer, "PNG")
    return buffer.getvalue()


class _Drawing:
    def __init__(self, picture: Image.Image, language: Language) -> None:
        self._draw = ImageDraw.Draw(picture)
        self._language: Language = language
        with as_file(files(__package__).joinpath("fonts", _FONT)) as path:
            self._font = ImageFont.truetype(path, TEXT_SIZE * SUPERSAMPLING)

    def draw(self, reading: Reading, catalog: Catalog) -> None:
        self._bands(reading.scenes)
        self._grid()
        points = reading.curve or _steps(reading.scenes)
        self._line([(point.at, point.arousal) for point in points], AROUSAL)
        self._line([(point.at, point.valence) for point in points], VALENCE)
        self._key()
        for number, scene in enumerate(reading.scenes):
            self._row(number, scene, catalog)

    def _bands(self, scenes: Sequence[Scene]) -> None:
        start = 0.0
        for number, scene in enumerate(scenes):
            left, right = _x(start), _x(start + scene.share)
            if number % 2 == 0:
                self._rectangle((left, MARGIN), (right, MARGIN + PLOT_HEIGHT), BAND)
            self._text(((left + right) / 2, MARGIN + PLOT_HEIGHT - 8), str(number + 1), FAINT, anchor="ms")
            start += scene.share

    def _grid(self) -> None:
        for value in (-1.0, 0.0, 1.0):
            self._path([(MARGIN, _y(value)), (WIDTH - MARGIN, _y(value))], GRID, 1)

    def _line(self, values: Sequence[Point], colour: tuple[int, int, int]) -> None:
        path = [(_x(at), _y(value)) for at, value in _smooth(values)]
        self._path(path, colour, 4)

    def _key(self) -> None:
        top = MARGIN + PLOT_HEIGHT + 12
        left = float(MARGIN)
        for words, colour in ((_VALENCE, VALENCE), (_AROUSAL, AROUSAL)):
            label = words.to(self._language)
            self._path([(left, top + TEXT_SIZE * 0.6), (left + 26, top + TEXT_SIZE * 0.6)], colour, 4)
            self._text((left + 34, top), label, FAINT)
            left += 34 + self._width(label) + 30

    def _row(self, number: int, scene: Scene, catalog: Catalog) -> None:
        top = MARGIN + PLOT_HEIGHT + 12 + TEXT_SIZE + 16 + number * ROW_HEIGHT
        self._text((MARGIN, top), f"{number + 1}", FAINT)
        moods = ", ".join(catalog.moods[mood].name(self._language) for mood in scene.moods[:2])
        self._text((WIDTH - MARGIN, top), moods, FAINT, anchor="ra")
        room = WIDTH - 2 * MARGIN - 32 - self._width(moods) - 24
        title = _UNDRAWABLE.sub(" ", scene.title).strip() or f"{_SCENE.to(self._language)} {number + 1}"
        self._text((MARGIN + 32, top), self._fitted(title, room), INK)

    def _fitted(self, text: str, room: float) -> str:
        if self._width(text) <= room:
            return text
        while text and self._width(f"{text}…") > room:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def _width(self, text: str) -> float:
        return self._font.getlength(text) / SUPERSAMPLING

    def _text(self, at: Point, text: str, colour: tuple[int, int, int], *, anchor: str = "la") -> None:
        self._draw.text((at[0] * SUPERSAMPLING, at[1] * SUPERSAMPLING), text, colour, self._font, anchor=anchor)

    def _rectangle(self, first: Point, last: Point, colour: tuple[int, int, int]) -> None:
        corners = [coordinate * SUPERSAMPLING for coordinate in (*first, *last)]
        self._draw.rectangle(corners, colour)

    def _path(self, points: Sequence[Point], colour: tuple[int, int, int], width: int) -> None:
        scaled = [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in points]
        self._draw.line(scaled, colour, width * SUPERSAMPLING, joint="curve")


def _x(at: float) -> float:
    return MARGIN + min(at, 1.0) * (WIDTH - 2 * MARGIN)


def _y(value: float) -> float:
    middle, half = MARGIN + PLOT_HEIGHT / 2, PLOT_HEIGHT / 2 - NUMBERS
    return middle - value * half


def _steps(scenes: Sequence[Scene]) -> list[CurvePoint]:
    """One point in the middle of each scene."""
    points, start = [], 0.0
    for scene in scenes:
        points.append(
            CurvePoint(at=min(start + scene.share / 2, 1.0), valence=scene.valence, arousal=scene.arousal),
        )
        start += scene.share
    return points


def _smooth(values: Sequence[Point]) -> list[Point]:
    """The points and a curve through them (Catmull-Rom), reaching both edges."""
    values = [(0.0, values[0][1]), *values, (1.0, values[-1][1])]
    padded = [values[0], *values, values[-1]]
    path: list[Point] = []
    for before, first, last, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(_STEPS):
            t = step / _STEPS
            height = 0.5 * (
                2 * first[1]
                + (last[1] - before[1]) * t
                + (2 * before[1] - 5 * first[1] + 4 * last[1] - after[1]) * t * t
                + (3 * first[1] - before[1] - 3 * last[1] + after[1]) * t**3
            )
            path.append((first[0] + (last[0] - first[0]) * t, max(-1.0, min(1.0, height))))
    return [*path, values[-1]]
