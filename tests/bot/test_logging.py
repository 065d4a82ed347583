"""Logs: JSON lines with event names, without what people wrote."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from bot.logging import configure_logging
from bot.settings import LogSettings


@pytest.fixture(autouse=True)
def back_to_the_usual_logs():
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers, logging.getLogger().level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_events_are_json_lines(capsys) -> None:
    configure_logging(LogSettings(format="json"))
    structlog.get_logger().info("job_finished", job="j1", community="서울")
    [line] = lines(capsys)
    assert (line["event"], line["job"], line["community"], line["level"]) == ("job_finished", "j1", "서울", "info")
    assert line["timestamp"].endswith("Z")


def test_a_terminal_gets_lines_for_people(capsys) -> None:
    configure_logging(LogSettings(format="console"))
    structlog.get_logger().info("job_finished", job="j1")
    assert "job_finished" in capsys.readouterr().err


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_traceback_shows_no_values(capsys, format_: str) -> None:
    configure_logging(LogSettings(format=format_))
    text = "what somebody " + "wrote"
    try:
        raise KeyError
    except KeyError:
        structlog.get_logger().exception("job_broke")
    shown = capsys.readouterr().err
    assert "KeyError" in shown
    assert text not in shown


def test_what_is_below_the_level_is_not_written(capsys) -> None:
    configure_logging(LogSettings(level="warning", format="json"))
    structlog.get_logger().info("job_finished")
    assert capsys.readouterr().err == ""


def test_libraries_are_heard_from_a_warning_on(capsys) -> None:
    configure_logging(LogSettings(level="debug", format="json"))
    logging.getLogger("discord.http").info("sent token")
    logging.getLogger("discord.http").warning("rate limited")
    [line] = lines(capsys)
    assert (line["event"], line["level"]) == ("rate limited", "warning")
