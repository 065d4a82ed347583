"""Evaluation of the reader on labelled files, so that any split can be scored with the same command."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from core.brief import Brief
from core.catalog import Catalog
from core.errors import TextError
from core.evaluation.report import Figure, OnProgress, Report, Target
from core.evaluation.topic_plots import draw
from core.evaluation.topics import TopicGuesses
from core.text.minilm import MiniLM
from core.text.opening import open_reader
from core.text.reader import Reader
from core.text.reading import Reading
from core.text.tables import read_json, read_model
from core.text.topic import softmax
from core.text.training.topic import TitleHead, best_temperature
from core.words import Words

Read = Callable[[str], Reading]
Rows = Sequence[dict[str, str]]


def evaluate_text(
    on_progress: OnProgress,
    book: Path | None = None,
    emobank: Path | None = None,
    nsmc: Path | None = None,
    plots: Path | None = None,
) -> Report:
    """Topic accuracy on titles (`title,category`), r of valence and arousal on ratings (`valence,arousal,…,text`), and
    the sign of valence on Korean reviews (`text<TAB>positive`), by the models that ship; and, without any file, on the
    passages and pairs of sentences that ship too.

    Titles that the topic head was trained on are scored by five-fold cross-validation instead, which the conditions
    say. With a folder for `plots` the calibration and the confusion of topics are drawn.

    Raises:
        TextError: a file has other columns.
        EngineUnavailable: matplotlib is not installed.
    """
    files = {"book": book, "emobank": emobank, "nsmc": nsmc}
    named = {name: path for name, path in files.items() if path is not None}
    reader = open_reader()
    catalog = Catalog.load()
    figures: list[Figure] = []
    sizes: list[str] = []
    pictures: tuple[Path, ...] = ()
    if not named:
        read_alone = partial(_read, reader)
        figures += [*_passages(read_alone, catalog), *_pairs(read_alone)]
        sizes.append("60 passages and 36 pairs of sentences of our own; name files with --book, --emobank, --nsmc")
    for position, (name, path) in enumerate(named.items()):
        rows = _rows(path, name)
        sizes.append(f"{name}: {len(rows)} rows")

        read = partial(_read, reader)

        def told(fraction: float, name: str = name, before: int = position) -> None:
            on_progress((before + fraction) / len(named), name)

        match name:
            case "book":
                if _trained_on([row["title"] for row in rows]):
                    sizes.append("book: the head was trained on these titles, so they are scored in five folds")
                    guessed = _topics_in_folds(rows)
                else:
                    guessed = _topics(rows, read, catalog, told)
                figures += guessed.figures()
                pictures = () if plots is None else draw(guessed, plots)
            case "emobank":
                figures += _feelings(rows, read, told)
            case _:
                figures += _sentiment(rows, read, told)
    return Report("Reading texts", tuple(figures), tuple(sizes), pictures)


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


def _read(reader: Reader, text: str) -> Reading:
    return reader.read(text, "en", Brief(seed=0))


def _topics(rows: Rows, read: Read, catalog: Catalog, told: Callable[[float], None]) -> TopicGuesses:
    known, guesses, sure = [], [], []
    for number, row in enumerate(rows):
        topic = catalog.find("topic", row["category"])
        known.append(row["category"] if topic is None else topic.en)
        topics = read(row["title"]).topics
        guesses.append([catalog.get("topic", guess.topic).en for guess in topics])
        sure.append(topics[0].probability if topics else 0.0)
        told(number / len(rows))
    return TopicGuesses(known, guesses, np.array(sure))


def _topics_in_folds(rows: Rows) -> TopicGuesses:
    labels = tuple(read_json("topic_prototypes.json"))
    known = np.array([labels.index(row["category"]) for row in rows])
    scores = TitleHead([row["title"] for row in rows], known, MiniLM.installed()).cross_validated()
    probabilities = softmax(scores, best_temperature(scores, known)).astype(np.float64)
    order = np.argsort(-probabilities, axis=1)[:, :3]
    guesses = [[labels[at] for at in row] for row in order]
    return TopicGuesses([labels[at] for at in known], guesses, probabilities.max(axis=1))


def _trained_on(titles: Sequence[str]) -> bool:
    """Whether the head that ships has seen most of these."""
    seen = np.array([crc32(title.strip().encode()) for title in titles], np.uint32)
    return bool(np.isin(seen, read_model("topic.safetensors")["trained_on"]).mean() > 0.5)


def _passages(read: Read, catalog: Catalog) -> Iterator[Figure]:
    passages = _shipped("topic_passages.json")
    right = []
    for passage in passages:
        topic = catalog.find("topic", passage["topic"])
        right.append(topic is not None and read(passage["text"]).topics[0].topic == topic.id)
    yield Figure(name="passages.accuracy", value=float(np.mean(right)), target=Target("at least", 0.75))


def _pairs(read: Read) -> Iterator[Figure]:
    """Valence of Korean sentences beside that of the same in English, and both beside ours."""
    pairs = _shipped("affect_pairs.json")
    felt = np.array([[read(pair["en"]).valence, read(pair["ko"]).valence, pair["valence"]] for pair in pairs])
    together = np.corrcoef(felt.T)
    yield Figure(name="pairs.english_r", value=float(together[0, 2]))
    yield Figure(name="pairs.korean_r", value=float(together[1, 2]))
    yield Figure(name="pairs.both_r", value=float(together[0, 1]))
    yield Figure(name="pairs.both_difference", value=float(np.abs(felt[:, 0] - felt[:, 1]).mean()))


def _shipped(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(files(__package__).joinpath("data", name).read_text(encoding="utf-8"))
    return loaded


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
