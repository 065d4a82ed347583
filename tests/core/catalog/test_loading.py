from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog, CatalogError

Change = Callable[[list[dict[str, Any]]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files that may be broken."""
    with as_file(files("core.catalog").joinpath("data")) as data:
        return Path(shutil.copytree(data, tmp_path / "data"))


def rewrite(file: Path, change: Change) -> None:
    entries = json.loads(file.read_text(encoding="utf-8"))
    change(entries)
    file.write_text(json.dumps(entries), encoding="utf-8")


def jazz(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return next(entry for entry in entries if entry["id"] == "jazz")


def first_with(entries: list[dict[str, Any]], field: str) -> dict[str, Any]:
    return next(entry for entry in entries if field in entry)


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("genres.json", lambda es: jazz(es).update(aliases=["rock"]), r"genres\.json: entry 'rock': .* 'jazz'"),
        ("genres.json", lambda es: es.append(jazz(es)), r"genres\.json: entry 'jazz': the id is used twice"),
        ("genres.json", lambda es: jazz(es).update(bpm=[100, 90, 120, 140]), r"entry 'jazz', bpm: .*must rise"),
        ("genres.json", lambda es: jazz(es).update(parent="pop"), r"entry 'jazz': .*has no parent"),
        ("genres.json", lambda es: es[-1].update(parent="polka dots"), r"'lullaby': no genre has the id 'polka dots'"),
        ("genres.json", lambda es: es[-1].update(parent="lullaby"), r"'lullaby': its parents go in a circle"),
        ("genres.json", lambda es: jazz(es).update(valence=2), r"entry 'jazz', valence: .*less than or equal to 1"),
        ("genres.json", lambda es: jazz(es).update(colour="blue"), r"entry 'jazz', colour: .*not permitted"),
        ("genres.json", lambda es: es.insert(0, 7), r"genres\.json: entry 'number 0'"),
        ("moods.json", lambda es: es[0].update(emotion="joy"), r"moods\.json: entry 'angry', emotion"),
        ("instruments.json", lambda es: first_with(es, "program").update(keys=[36]), r"either a program or drum keys"),
        ("instruments.json", lambda es: first_with(es, "low").update(low=127), r"low must lie below high"),
        ("topics.json", lambda es: es[0]["tags"].__setitem__(0, "genre:x"), r"'arts_photography': no .* is genre:x"),
        ("topics.json", lambda es: es[0]["tags"].__setitem__(0, "tempo:slow"), r"is tempo:slow"),
        ("topics.json", lambda es: es[0]["tags"].pop(), r"'arts_photography', tags: .*at least 5"),
        ("tempos.json", lambda es: es[0].update(id="presto"), r"tempos\.json: entry 'presto', id"),
    ],
)
def test_a_broken_entry_is_told_by_file_and_entry(folder: Path, file: str, change: Change, told: str):
    rewrite(folder / file, change)
    with pytest.raises(CatalogError, match=told):
        Catalog.load(folder)


@pytest.mark.parametrize("text", ["[", "{}", "[2]", '["x"]', "[301]"])
def test_broken_durations_are_told(folder: Path, text: str):
    (folder / "durations.json").write_text(text)
    with pytest.raises(CatalogError, match=r"durations\.json"):
        Catalog.load(folder)


def test_a_missing_file_is_told(folder: Path):
    (folder / "moods.json").unlink()
    with pytest.raises(CatalogError, match=r"moods\.json: cannot be read"):
        Catalog.load(folder)


def test_text_that_is_no_json_is_told(folder: Path):
    (folder / "moods.json").write_text("nothing")
    with pytest.raises(CatalogError, match=r"moods\.json: Invalid JSON"):
        Catalog.load(folder)


def test_a_changed_copy_loads(folder: Path):
    rewrite(folder / "genres.json", lambda entries: jazz(entries).update(en="Jazz!"))
    assert Catalog.load(folder).genres["jazz"].en == "Jazz!"
