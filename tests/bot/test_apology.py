"""Apologies: an error of ours is logged whole and told in words that give nothing away."""

from __future__ import annotations

import structlog

from bot.apology import apology


def test_the_reference_that_a_person_is_told_is_the_one_in_the_log() -> None:
    structlog.reset_defaults()
    with structlog.testing.capture_logs() as events:
        words = apology(ZeroDivisionError("secret inner words"), "slack", doing="bgm")

    (event,) = events
    assert event["platform"] == "slack"
    assert event["doing"] == "bgm"
    assert isinstance(event["exc_info"], ZeroDivisionError)
    for told in (words.en, words.ko):
        assert event["reference"] in told
        assert "secret" not in told
