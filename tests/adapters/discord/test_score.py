"""Scoring texts: typed, in a form, in somebody's message, or beside a mention."""

from __future__ import annotations

import pytest

from tests.adapters.discord.band import Band, played
from tests.adapters.discord.conftest import House
from tests.platforms.discord.loopback import LoopbackDiscord

pytestmark = pytest.mark.usefixtures("house")

STORY = "We walked along the shore until the lights of the town went out, and nobody said a word."


async def test_a_typed_text_is_scored_with_the_wishes_beside_it(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.slash("score", text=STORY, mood="dark")
    message = await discord.original(asked, having=played)

    assert band.works[0].read is not None
    assert band.works[0].read.text == STORY
    assert band.works[0].brief.moods == ("dark",)
    assert message.button("Why this music?")
    assert message.selects


async def test_without_a_text_a_form_asks_for_one_and_keeps_the_wishes(discord: LoopbackDiscord, band: Band) -> None:
    opened = await discord.slash("score", mood="dark", duration="1:00")
    await opened.acknowledged
    filled = await discord.submit_modal(opened, text=STORY + "\n\nThe end.")
    await discord.original(filled, having=played)

    assert band.works[0].read is not None
    assert band.works[0].read.text == STORY + "\n\nThe end."
    assert (band.works[0].brief.moods, band.works[0].brief.duration) == (("dark",), 60.0)


async def test_a_form_is_answered_even_after_a_restart(discord: LoopbackDiscord, house: House) -> None:
    opened = await discord.slash("score")
    await opened.acknowledged
    await house.shut()
    await house.open()

    filled = await discord.submit_modal(opened, text=STORY)

    assert await discord.original(filled, having=played)


async def test_somebodys_message_is_scored_from_its_menu(discord: LoopbackDiscord, band: Band) -> None:
    author = discord.add_person("grace")
    said = await discord.say(f"{STORY} <@{author.id}> <:wave:42>", user=author)

    asked = await discord.message_command("Score this message", said)
    await discord.original(asked, having=played)

    assert band.works[0].read is not None
    assert band.works[0].read.text.startswith(STORY)
    assert "<" not in band.works[0].read.text


async def test_a_forwarded_message_is_read_too(discord: LoopbackDiscord, band: Band) -> None:
    elsewhere = discord.add_channel(discord.guild, "stories")
    told = await discord.say(STORY, channel=elsewhere, files={"more.md": b"And then it rained."})
    forwarded = await discord.say("", forwarding=told)

    asked = await discord.message_command("Score this message", forwarded)
    await discord.original(asked, having=played)

    assert band.works[0].read is not None
    assert band.works[0].read.text == f"{STORY}\n\nAnd then it rained."


async def test_an_attached_document_is_read(discord: LoopbackDiscord, band: Band) -> None:
    said = await discord.say("", files={"story.txt": STORY.encode(), "cat.png": b"\x89PNG"})

    asked = await discord.message_command("Score this message", said)
    await discord.original(asked, having=played)

    assert band.works[0].read is not None
    assert STORY in band.works[0].read.text


async def test_a_document_that_is_none_is_explained(discord: LoopbackDiscord) -> None:
    said = await discord.say("", files={"story.pdf": b"not a pdf at all"})

    asked = await discord.message_command("Score this message", said)
    await discord.world.until(lambda: asked.followups)

    assert "damaged" in asked.followups[0].content


async def test_a_document_that_is_too_large_is_not_fetched(discord: LoopbackDiscord) -> None:
    said = await discord.say("", files={"story.txt": bytes(11 * 1024 * 1024)})

    asked = await discord.message_command("Score this message", said)
    await discord.world.until(lambda: asked.followups)

    assert "10 MB" in asked.followups[0].content


async def test_a_picture_has_no_text(discord: LoopbackDiscord) -> None:
    said = await discord.say("", files={"cat.png": b"\x89PNG"})

    asked = await discord.message_command("Score this message", said, locale="ko")
    await discord.world.until(lambda: asked.followups)

    assert "글이 없습니다" in asked.followups[0].content


async def test_music_like_a_message_says_what_is_missing(discord: LoopbackDiscord) -> None:
    silent = await discord.say("listen to this")
    sounding = await discord.say("listen to this", files={"song.mp3": b"ID3"})

    first = await discord.message_command("Make music like this", silent)
    second = await discord.message_command("Make music like this", sounding)
    await discord.world.until(lambda: first.followups and second.followups)

    assert "not installed" in first.followups[0].content
    assert "not installed" in second.followups[0].content


async def test_text_beside_a_mention_is_scored_in_a_reply(discord: LoopbackDiscord, band: Band) -> None:
    said = await discord.mention(STORY)
    message = await discord.posted(having=played)

    assert message.reference is not None
    assert message.reference["message_id"] == said.id
    assert len(discord.messages()) == 1
    assert band.works[0].read is not None
    assert band.works[0].read.text == STORY
    assert message.pings == set()


async def test_a_mention_is_answered_where_the_bot_may_not_read_history(discord: LoopbackDiscord) -> None:
    discord.channel.bot_reads_history = False
    await discord.mention(STORY)

    assert (await discord.posted(having=played)).reference is None


async def test_a_command_typed_beside_a_mention_is_done(discord: LoopbackDiscord, band: Band) -> None:
    await discord.mention("/bgm genre:jazz seed:3")
    await discord.posted(having=played)

    assert (band.works[0].brief.genres, band.works[0].brief.seed) == (("jazz",), 3)


async def test_a_mention_alone_is_answered_with_help(discord: LoopbackDiscord) -> None:
    await discord.mention("")

    assert await discord.posted(having=lambda m: "/bgm" in m.content)


async def test_a_korean_mention_is_answered_in_korean(discord: LoopbackDiscord) -> None:
    await discord.mention("/bgm genre:없는장르")

    assert await discord.posted(having=lambda m: "장르" in m.content and "잠시만" not in m.content)


async def test_a_mention_in_reply_cannot_see_the_other_message(discord: LoopbackDiscord) -> None:
    other = await discord.say(STORY, user=discord.add_person("grace"))
    await discord.mention("", reply_to=other)

    assert await discord.posted(having=lambda m: "Score this message" in m.content)


async def test_in_private_no_mention_is_needed(discord: LoopbackDiscord, band: Band) -> None:
    channel = discord.direct_messages(discord.person)
    await discord.say(STORY, channel=channel)
    await discord.posted(channel=channel, having=played)

    assert band.works[0].read is not None


async def test_talk_that_is_not_for_the_bot_is_left_alone(discord: LoopbackDiscord, band: Band) -> None:
    await discord.mention("/bgm genre:jazz")
    track = await discord.posted(having=played)

    await discord.say("just talking")
    await discord.say("nice one!", reply_to=track)
    await discord.mention(STORY)
    await discord.world.until(lambda: len(band.works) == 2)

    assert len(discord.messages()) == 2
