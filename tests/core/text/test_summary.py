"""Summaries of sentences that stand for the whole."""

import pytest

from core.text.cleaning import clean

LONG = (
    "The bridge over the river fell in the storm. Nobody was hurt when the bridge fell. The old baker likes cats. "
    "The storm had raised the river by three metres. The town will build a new bridge before winter. "
    "Some children found a frog. Until then a ferry will cross the river every hour."
)


def test_a_short_text_is_its_own_summary(read):
    assert read("The bridge over the river fell last night.").summary == "The bridge over the river fell last night."


def test_a_summary_says_what_the_text_is_about_and_leaves_the_rest_out(read):
    summary = read(LONG).summary
    assert "bridge" in summary
    assert "frog" not in summary
    assert len(summary) < len(LONG)


def test_the_same_is_not_said_twice(read):
    summary = read("The bridge fell in the storm tonight. " * 12 + "The town will build a new one next year.").summary
    assert summary.count("The bridge fell") == 1


@pytest.mark.parametrize(
    "name", ["story_en", "story_ko", "chat_en", "chat_ko", "session_en", "session_ko", "report_en"]
)
def test_no_summary_is_longer_than_its_text_or_than_its_limit(read, text, name):
    written = text(name)
    reading = read(written)
    assert len(reading.summary) <= min(320, len(clean(written).text))
    assert all(len(scene.summary) <= 200 for scene in reading.scenes)


def test_lines_of_a_chat_do_not_run_into_each_other(read):
    reading = read(
        "mina: the server is down\njoe: oh no, what happened\nmina: nobody knows yet\njoe: call everybody in"
    )
    assert reading.summary.startswith("the server is down. oh no, what happened. ")


@pytest.mark.parametrize(
    ("raw", "gone"),
    [
        ("Read this: https://example.com/x It was a wonderful evening with old friends.", "http"),
        ("@mina it was a wonderful evening with old friends.", "mina"),
        ("<@1234> it was a wonderful evening with old friends.", "1234"),
        ("It was a wonderful evening.\n```py\nprint('no music')\n```\nWe danced until dawn.", "print"),
        ("> what a boring day\nIt was a wonderful evening with old friends.", "boring"),
        ("**It** was a ~~bad~~ __wonderful__ evening 🎉🎉 with old friends.", "🎉"),
    ],
)
def test_markup_and_the_words_of_others_are_not_summarised(read, raw, gone):
    reading = read(raw)
    assert gone not in reading.summary
    assert "wonderful" in reading.summary
