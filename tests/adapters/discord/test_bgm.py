"""`/bgm` from the acknowledgement to the track."""

from __future__ import annotations

import pytest

from core.engines.engine import Progress
from core.errors import EngineFailed
from core.words import Words
from tests.adapters.discord.band import Band
from tests.adapters.discord.conftest import House
from tests.platforms.discord.loopback import LoopbackDiscord

pytestmark = pytest.mark.usefixtures("house")


async def test_a_wish_becomes_a_track_in_the_same_reply(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.slash("bgm", genre="jazz", mood="calm", seed=7, duration="0:15", loop=True)
    message = await discord.original(asked, having=lambda m: m.attachments)

    assert asked.callback is not None
    assert asked.callback["type"] == 5
    assert [file.filename for file in message.attachments] == ["music.wav", "waveform.png"]
    assert message.file(".png").description == "Waveform of the music"
    assert message.content.startswith("🎶 Calm Jazz")
    assert "seed 7" in message.content
    assert {button["label"] for button in message.buttons} >= {"Again", "Vary a little", "Remix", "Like", "Delete"}
    brief = band.works[0].brief
    assert (brief.genres, brief.moods, brief.seed, brief.duration, brief.loop) == (("jazz",), ("calm",), 7, 15.0, True)


async def test_the_acknowledgement_comes_before_the_work(discord: LoopbackDiscord, band: Band) -> None:
    band.stage.clear()
    asked = await discord.slash("bgm", genre="jazz")

    await asked.acknowledged
    assert asked.original is not None
    assert asked.original.loading


async def test_progress_is_shown_by_editing_and_the_track_comes_last(discord: LoopbackDiscord, band: Band) -> None:
    band.stage.clear()
    first = await discord.slash("bgm", genre="jazz")
    second = await discord.slash("bgm", genre="rock")
    waiting = await discord.original(second)
    await discord.original(first, having=lambda m: "50" in m.content)
    assert "queue" in waiting.content
    assert waiting.button("Cancel")

    band.stage.set()
    message = await discord.original(first, having=lambda m: m.attachments)

    assert message.versions[-1].startswith("🎶")
    assert message.edited is not None


async def test_a_mistake_is_explained_to_the_person_alone(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.slash("bgm", genre="jaz")
    await discord.world.until(lambda: asked.followups)

    assert "jazz" in asked.followups[0].content.lower()
    assert asked.followups[0].ephemeral
    assert discord.messages() == []
    assert band.works == []


async def test_a_mistake_is_explained_in_korean(discord: LoopbackDiscord) -> None:
    asked = await discord.slash("bgm", by={"locale": "ko"}, genre="없는장르")
    await discord.world.until(lambda: asked.followups)

    assert "장르" in asked.followups[0].content


@pytest.mark.parametrize(
    "words",
    [
        "@everyone <@&1> rain",
        "**loud** [free](https://evil.example) ||hidden||",
        "\u202eright to left\u202c",
        "🎷🎷🎷",
        "```\ncode",
        "\x00\x07 bell",
    ],
)
async def test_nothing_that_people_write_pings_formats_or_breaks(discord: LoopbackDiscord, words: str) -> None:
    asked = await discord.slash("bgm", genre="jazz", words=words)
    await discord.world.until(
        lambda: (
            asked.followups
            or (asked.original is not None and not asked.original.loading and asked.original.attachments)
        )
    )

    for message in discord.world.messages.values():
        assert message.pings == set()
        assert "Traceback" not in message.content
        assert "](" not in message.content.replace("\\[", "")


async def test_a_failed_piece_is_told_in_the_same_reply(discord: LoopbackDiscord, band: Band) -> None:
    band.fault = EngineFailed(Words("The strings broke.", "줄이 끊어졌습니다."), retryable=False)
    asked = await discord.slash("bgm", by={"locale": "ko"}, genre="jazz")

    message = await discord.original(asked, having=lambda m: "줄이" in m.content)

    assert message.buttons == []


async def test_an_error_of_ours_is_an_apology_with_a_reference(
    discord: LoopbackDiscord, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> Progress:
        raise ZeroDivisionError("secret inner words")

    monkeypatch.setattr(house.app.service, "command", broken)
    asked = await discord.slash("bgm", genre="jazz")
    await discord.world.until(lambda: asked.followups)

    assert "broke on my side" in asked.followups[0].content
    assert "secret" not in asked.followups[0].content


async def test_names_are_completed_while_they_are_typed(discord: LoopbackDiscord) -> None:
    english = await discord.autocomplete("bgm", "genre", "ja")
    korean = await discord.autocomplete("bgm", "genre", "재", by={"locale": "ko"})
    second = await discord.autocomplete("bgm", "mood", "calm, dar")

    assert "jazz" in [choice["name"].lower() for choice in english]
    assert any("재즈" in choice["name"] for choice in korean)
    assert any(choice["value"].startswith("calm") and "dark" in choice["value"].lower() for choice in second)
    assert await discord.autocomplete("bgm", "genre", "x" * 200) == []


async def test_keys_and_lengths_are_suggested_too(discord: LoopbackDiscord) -> None:
    assert await discord.autocomplete("bgm", "duration", "")
    assert await discord.autocomplete("bgm", "key", "A")


async def test_an_event_that_discord_sends_twice_makes_one_job(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.slash("bgm", genre="jazz")
    await discord.original(asked, having=lambda m: m.attachments)
    event = discord.gateway.sessions[-1].sent[-1]

    await discord.gateway.dispatch(event[1], event[2], None)
    await discord.world.until(lambda: any(refusal.body["code"] == 40060 for refusal in discord.rest.refusals))

    assert len(band.works) == 1
