"""Nothing that people write makes the bot notify anybody or link anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.mrkdwn import escape, plain
from adapters.slack.render import render
from bot.replies import Button, Entry, ListReply, ProgressReply, TextReply
from core.words import Words
from tests.adapters.slack.bots import Gate, Running, result
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.limits import check_message
from tests.platforms.slack.workspace import Message

PINGS = ["<!channel>", "<!here>", "<!everyone>", "<@U0000000001>", "<!subteam^S012345>", "@channel", "@here"]

anything = st.text(max_size=4_000) | st.sampled_from(PINGS).map(lambda ping: f"jazz {ping} <https://evil.example|safe>")


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("ping", PINGS)
async def test_a_wish_that_names_people_notifies_nobody(slack: Slack, mina: Person, ping: str) -> None:
    await mina.slash("/bgm", f'genre:jazz "{ping} come here"')
    await result(slack, mina.channel)
    await mina.slash("/library")
    await slack.until(mina.whispers)
    assert all(message.pings == [] for message in [*slack.messages(mina.channel), *mina.whispers()])


@pytest.mark.usefixtures("bot")
async def test_a_complaint_that_quotes_a_wish_notifies_nobody(slack: Slack, mina: Person) -> None:
    await mina.slash("/bgm", "genre:<!channel>")
    [whisper] = await slack.until(mina.whispers)
    assert whisper.pings == []


async def test_progress_that_names_people_notifies_nobody(
    slack: Slack, slow_bot: Running, mina: Person, gate: Gate
) -> None:
    del slow_bot
    await mina.slash("/bgm", 'genre:jazz "@here <!here>"')
    [progress] = await slack.until(lambda: slack.messages(mina.channel))
    await slack.until(lambda: len(progress.history) > 1)
    assert progress.pings == []
    gate.open()
    assert (await result(slack, mina.channel)).pings == []


@settings(max_examples=60, deadline=None)
@given(anything)
def test_any_text_is_shown_within_the_limits_and_pings_nobody(text: str) -> None:
    shown = render(TextReply(text or "…", "en"))
    if shown.text.strip():
        check_message(shown.text, shown.blocks)
    assert Message("1", "C", "U", text=shown.text, blocks=shown.blocks).pings == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(anything, anything), max_size=60), anything)
def test_any_list_is_shown_within_the_limits_and_pings_nobody(entries: list[tuple[str, str]], title: str) -> None:
    reply = ListReply(
        title=title or "…",
        language="ko",
        entries=tuple(
            Entry(str(number), name or "…", detail, (Button("play", str(number), Words("Play", "듣기")),))
            for number, (name, detail) in enumerate(entries)
        ),
        buttons=(Button("library", "2", Words("Older", "더 예전")),),
    )
    shown = render(reply)
    if shown.text.strip():
        check_message(shown.text, shown.blocks)
    assert Message("1", "C", "U", text=shown.text, blocks=shown.blocks).pings == []


@given(st.floats(allow_nan=False, min_value=-1, max_value=2), st.none() | st.integers(min_value=1))
def test_any_progress_is_shown_within_the_limits(fraction: float, position: int | None) -> None:
    shown = render(ProgressReply("job", "en", position, fraction, "compose", "Composing… 40 %"))
    check_message(shown.text, shown.blocks, updated=True)


@given(st.text())
def test_what_was_escaped_reads_as_it_was_written(text: str) -> None:
    assert plain(escape(text)) == text
