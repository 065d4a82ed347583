from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import TextError
from core.evaluation.text import evaluate_text

FILES = {
    "book": 'title,category\nA History of the Roman Empire,History\nWeeknight Suppers,"Cookbooks, Food & Wine"\n',
    "emobank": "valence,arousal,dominance,text\n4.5,3.8,3,I love this wonderful day!\n1.4,3.5,3,They murdered him.\n"
    "3.0,2.6,3,The form has two pages.\n",
    "nsmc": "text\tpositive\n정말 재미있고 감동적인 영화\t1\n지루하고 최악이다\t0\n",
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return {name: tmp_path / name for name in FILES}


def test_every_file_is_scored_under_its_own_names(files: dict[str, Path]) -> None:
    scored = evaluate_text(lambda _fraction, _what: None, **files).as_json()
    assert set(scored) >= {"book", "emobank", "nsmc"}
    assert set(scored["book"]) == {"accuracy", "top3", "calibration_error"}
    assert set(scored["emobank"]) == {"valence_r", "arousal_r"}
    assert scored["emobank"]["valence_r"] > 0
    assert scored["nsmc"]["accuracy"] == 1.0


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(TextError, match="title, category"):
        evaluate_text(lambda _fraction, _what: None, book=tmp_path / "other.csv")


def test_without_a_file_what_ships_is_scored() -> None:
    scored = evaluate_text(lambda _fraction, _what: None).as_json()
    assert scored["passages"]["accuracy"] >= 0.75
    assert scored["pairs"]["english_r"] > 0.8
    assert scored["pairs"]["korean_r"] > 0.8


def test_topics_are_drawn_where_a_folder_is_named(files: dict[str, Path], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    report = evaluate_text(lambda _fraction, _what: None, book=files["book"], plots=tmp_path / "plots")
    assert [path.name for path in report.pictures] == ["topics-reliability.png", "topics-confusion.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in report.pictures)
