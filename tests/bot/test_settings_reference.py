"""The documentation's table of settings."""

from __future__ import annotations

import pytest

from bot.settings import Settings
from bot.settings_reference import setting_rows, settings_table


def test_every_variable_stands_once_and_is_explained() -> None:
    rows = setting_rows()
    assert len({row.variable for row in rows}) == len(rows)
    assert all(row.description for row in rows)
    assert {"TEXTUNES_DATA_DIR", "TEXTUNES_DISCORD__TOKEN", "TEXTUNES_WEB__PORT"} <= {row.variable for row in rows}


def test_defaults_of_limits_are_those_that_hold() -> None:
    defaults = {row.variable: row.default for row in setting_rows()}
    assert defaults["TEXTUNES_QUOTAS__PERSON__QUEUED"] == f"`{Settings().quotas.person.queued}`"


def test_the_table_is_markdown() -> None:
    lines = settings_table().splitlines()
    assert lines[1] == "| --- | --- | --- |"
    assert all(line.count(" | ") == 2 for line in lines)


@pytest.mark.parametrize("row", [row for row in setting_rows() if row.default.strip("`").isdigit()], ids=str)
def test_a_variable_set_to_its_default_changes_nothing(row, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    usual = Settings()
    monkeypatch.setenv(row.variable, row.default.strip("`"))
    assert Settings() == usual
