from __future__ import annotations

import pytest

from core.evaluation.report import Figure, Report, Target


def test_a_target_knows_whether_a_figure_meets_it() -> None:
    assert Figure(name="render", value=2.4, target=Target("at most", 2.5)).met is True
    assert Figure(name="tempo", value=0.97, target=Target("at least", 0.98)).met is False
    assert Figure(name="note", value=1.0).met is None


def test_json_nests_by_the_dots_of_the_names() -> None:
    report = Report("text", (Figure(name="book.accuracy", value=0.53), Figure(name="book.top3", value=0.75)))
    assert report.as_json() == {"title": "text", "conditions": [], "book": {"accuracy": 0.53, "top3": 0.75}}


def test_a_name_cannot_be_a_figure_and_a_group() -> None:
    report = Report("text", (Figure(name="book", value=1.0), Figure(name="book.top3", value=0.75)))
    with pytest.raises(ValueError, match="both a figure and a group"):
        report.as_json()
