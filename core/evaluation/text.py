"""Evaluation of the reader on labelled files, so that any split can be scored with the same command."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from core.brief import Brief
from core.catalog import Catalog
from core.errors import TextError
from core.evaluation.report import Figure, OnProgress, Report, Target
from core.text.opening import open_reader
from core.text.reading import Reading
from core.words import Words

Read = Callable[[str], Reading]
Rows = Sequence[dict[str, str]]


def evaluate_text(
    on_progress: OnProgress, book: Path | None = None, emobank: Path | None = None, nsmc: Path | None = None
) -> Report:
    """Topic accuracy on titles (`title,category`), r of valence and arousal on ratings (`valence,arousal,…,text`), and
    the sign of valence on Korean reviews (`text<TAB>positive`), by the models that ship.

    Raises:
        TextError: no file was named, or one has other columns.
    """
    files = {"book": book, "emobank": emobank, "nsmc": nsmc}
    named = {name: path for name, path in files.items() if path is not None}
    if not named:
        raise TextError(Words("Name a file to score: --book, --emobank or --nsmc.", "평가할 파일을 지정해 주세요."))
    reader = open_reader()
    catalog = Catalog.load()
    figures: list[Figure] = []
    sizes: list[str] = []
    for position, (name, path) in enumerate(named.items()):
        rows = _rows(path, name)
        sizes.append(f"{name}: {len(rows)} rows")

        def read(text: str) -> Reading:
            return reader.read(text, "en", Brief(seed=0))

        def told(fraction: float, name: str = name, before: int = position) -> None:
            on_progress((before + fraction) / len(named), name)

        match name:
            case "book":
                figures += _topics(rows, read, catalog, told)
            case "emobank":
                figures += _feelings(rows, read, told)
            case _:
                figures += _sentiment(rows, read, told)
    return Report("Reading texts", tuple(figures), tuple(sizes))


def _rows(path: Path, name: str) -> Rows:
    columns = {"book": ("title", "category"), "emobank": ("valence", "arousal", "text"), "nsmc": ("text", "positive")}
    with path.open(encoding="utf-8", newline="") as file:
        tabs = name == "nsmc"
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.DictReader(file)
        rows = list(reader)
    if not rows or not set(columns[name]) <= rows[0].keys():
        wanted = ", ".join(columns[name])
        raise TextError(
            Words(f"“{path.name}” needs the columns {wanted}.", f"“{path.name}”에 필요한 열이 없습니다: {wanted}")
        )
    return rows


def _topics(rows: Rows, read: Read, catalog: Catalog, told: Callable[[float], None]) -> Iterator[Figure]:
    first = among_three = 0
    for number, row in enumerate(rows):
        topic = catalog.find("topic", row["category"])
        guesses = [guess.topic for guess in read(row["title"]).topics]
        first += topic is not None and guesses[:1] == [topic.id]
        among_three += topic is not None and topic.id in guesses
        told(number / len(rows))
    yield Figure(name="book.accuracy", value=first / len(rows), target=Target("at least", 0.52))
    yield Figure(name="book.top3", value=among_three / len(rows))


def _feelings(rows: Rows, read: Read, told: Callable[[float], None]) -> Iterator[Figure]:
    found = []
    for number, row in enumerate(rows):
        reading = read(row["text"])
        found.append((reading.valence, reading.arousal))
        told(number / len(rows))
    felt = np.array(found)
    targets = {"valence": 0.72, "arousal": 0.53}
    for column, (name, target) in enumerate(targets.items()):
        rated = np.array([float(row[name]) for row in rows])
        r = float(np.corrcoef(felt[:, column], rated)[0, 1])
        yield Figure(name=f"emobank.{name}_r", value=r, target=Target("at least", target))


def _sentiment(rows: Rows, read: Read, told: Callable[[float], None]) -> Iterator[Figure]:
    right = 0
    for number, row in enumerate(rows):
        right += (read(row["text"]).valence > 0) == (row["positive"] == "1")
        told(number / len(rows))
    yield Figure(name="nsmc.accuracy", value=right / len(rows), target=Target("at least", 0.87))
