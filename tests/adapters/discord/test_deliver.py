"""Results reach their person once: expired tokens, lost answers, crashes, limits and closed doors."""

from __future__ import annotations

import pytest
import structlog

from adapters.discord import responder
from adapters.discord.address import Address
from adapters.discord.deliver import DiscordCourier
from bot.courier import DeliveryGone, DeliveryRetry, Outgoing
from bot.people import Asker, Place
from bot.replies import ProgressReply, Sketch, TextReply, TrackReply
from core.piece import PieceFile
from tests.adapters.discord.band import Band, played
from tests.adapters.discord.conftest import House
from tests.platforms.discord.loopback import LoopbackDiscord
from tests.platforms.discord.world import MIB, Interaction

pytestmark = pytest.mark.usefixtures("house")

LATE = 14 * 60 + 1


async def waiting(discord: LoopbackDiscord, band: Band, **by: object) -> Interaction:
    """A job that waits at half of its work."""
    band.stage.clear()
    asked = await discord.slash("bgm", genre="jazz", by=by)  # type: ignore[arg-type]
    await discord.original(asked)
    await discord.world.until(lambda: band.works)
    return asked


async def test_after_fourteen_minutes_it_is_posted_in_the_channel(discord: LoopbackDiscord, band: Band) -> None:
    asked = await waiting(discord, band)
    discord.clock.advance(LATE)
    band.stage.set()
    message = await discord.posted(having=played)

    assert message.nonce == band.jobs[0]
    assert message.reference is not None
    assert asked.original is not None
    assert message.reference["message_id"] == asked.original.id
    assert message.pings == set()
    first = await discord.original(asked, having=lambda m: message.id in m.content)
    assert first.buttons == []


async def test_where_the_bot_may_not_read_it_posts_without_replying(discord: LoopbackDiscord, band: Band) -> None:
    discord.channel.bot_reads_history = False
    await waiting(discord, band)
    discord.clock.advance(LATE)
    band.stage.set()

    assert (await discord.posted(having=played)).reference is None


async def test_a_token_that_dies_early_is_no_loss(discord: LoopbackDiscord, band: Band) -> None:
    await waiting(discord, band)
    discord.fail("PATCH /webhooks", 401, code=50027)
    band.stage.set()

    assert await discord.posted(having=lambda m: played(m) and m.nonce)


async def test_a_first_reply_that_somebody_deleted_is_no_loss(discord: LoopbackDiscord, band: Band) -> None:
    asked = await waiting(discord, band)
    assert asked.original is not None
    asked.original.deleted = True
    band.stage.set()

    assert (await discord.posted(having=played)).nonce


async def test_an_answer_lost_on_the_way_does_not_make_two_messages(discord: LoopbackDiscord, band: Band) -> None:
    await waiting(discord, band)
    discord.clock.advance(LATE)
    discord.lose_answer("POST /channels")
    band.stage.set()
    await discord.world.until(lambda: len(discord.calls("POST /channels")) == 2 or discord.calls("GET /channels"))
    await discord.posted(having=played)

    assert len([message for message in discord.messages() if played(message)]) == 1


async def test_an_edit_whose_answer_was_lost_is_made_again(discord: LoopbackDiscord, band: Band) -> None:
    asked = await waiting(discord, band)
    discord.lose_answer("PATCH /webhooks")
    band.stage.set()
    await discord.original(asked, having=played)
    await discord.world.until(lambda: len(discord.calls("PATCH /webhooks")) >= 3)

    assert asked.original is not None
    assert len(asked.original.attachments) == 2
    assert len(discord.messages()) == 1


async def test_a_job_outlives_a_restart(discord: LoopbackDiscord, house: House, band: Band) -> None:
    asked = await waiting(discord, band)
    await house.shut()
    band.stage.set()
    await house.open()

    assert await discord.original(asked, having=played)


async def test_rate_limits_are_waited_for(discord: LoopbackDiscord, band: Band) -> None:
    asked = await waiting(discord, band)
    discord.limit_rate("PATCH /webhooks", 0.2)
    band.stage.set()

    assert await discord.original(asked, having=played)


async def test_a_server_error_is_tried_again(discord: LoopbackDiscord, band: Band) -> None:
    await waiting(discord, band)
    discord.clock.advance(LATE)
    discord.fail("POST /channels", 503)
    band.stage.set()

    assert await discord.posted(having=played)


async def test_the_persons_own_limit_is_not_used_where_the_bot_may_have_to_post(
    discord: LoopbackDiscord, band: Band
) -> None:
    await waiting(discord, band, upload_limit=500 * MIB)

    assert band.works[0].order.max_bytes == 10 * MIB


async def test_a_smaller_limit_than_usual_is_kept(discord: LoopbackDiscord, band: Band) -> None:
    await waiting(discord, band, upload_limit=MIB)

    assert band.works[0].order.max_bytes == MIB


async def test_a_file_that_does_not_fit_is_left_out_in_words(discord: LoopbackDiscord, band: Band) -> None:
    band.with_stems = 11 * MIB
    asked = await discord.slash("bgm", genre="jazz")
    message = await discord.original(asked, having=played)

    assert [file.filename for file in message.attachments] == ["music.wav", "waveform.png"]
    assert "stems.zip" in message.content


async def test_a_file_that_discord_refuses_after_all_is_explained(discord: LoopbackDiscord, band: Band) -> None:
    asked = await waiting(discord, band, upload_limit=MIB)
    asked.upload_limit = 100
    band.stage.set()

    assert await discord.original(asked, having=lambda m: "too large" in m.content)


async def test_where_only_the_person_brought_the_app_the_token_is_the_only_way(
    discord: LoopbackDiscord, band: Band
) -> None:
    group = discord.private_group(discord.person, discord.add_person("grace"))
    asked = await waiting(discord, band, channel=group, user_install=True, upload_limit=50 * MIB)
    band.stage.set()
    message = await discord.original(asked, having=played)

    assert message.channel is group
    assert band.works[0].order.max_bytes == 25 * MIB
    assert not discord.calls("/channels")


async def test_a_channel_in_which_the_bot_may_not_post_is_reached_by_the_token_alone(
    discord: LoopbackDiscord, band: Band
) -> None:
    asked = await waiting(discord, band, app_permissions=0, upload_limit=50 * MIB)
    band.stage.set()

    assert await discord.original(asked, having=played)
    assert band.works[0].order.max_bytes == 25 * MIB


async def test_a_track_played_again_where_it_does_not_fit_is_explained(discord: LoopbackDiscord) -> None:
    asked = await discord.slash("bgm", genre="jazz")
    await discord.original(asked, having=played)
    listed = await discord.original(await discord.slash("library"))
    play = next(option["value"] for option in listed.selects[0]["options"] if option["value"].startswith("play:"))
    discord.fail("PATCH /webhooks", 413, code=40005)

    message = await discord.original(await discord.select(listed, "pick", play))

    assert "too large" in message.content


async def test_a_person_who_brought_the_app_to_a_server_is_their_own_community(
    discord: LoopbackDiscord, house: House, band: Band
) -> None:
    channel = discord.add_channel(discord.add_guild("Elsewhere", installed=False))
    asked = await discord.slash("bgm", genre="jazz", by={"channel": channel, "user_install": True})
    message = await discord.original(asked, having=played)
    track = await house.app.service.track(band.jobs[0])

    assert message.channel is channel
    assert track is not None
    assert track.community == f"user:{discord.person.id}"


async def test_where_it_would_come_too_late_nothing_is_begun(
    discord: LoopbackDiscord, band: Band, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(discord, band)
    monkeypatch.setattr(responder, "LONGEST_UNPOSTABLE_QUEUE", 0)
    group = discord.private_group(discord.person)
    asked = await discord.slash("bgm", genre="rock", by={"channel": group, "user_install": True, "locale": "ko"})
    await discord.world.until(lambda: asked.followups)

    assert "나중에" in asked.followups[0].content
    waiting_still = await discord.original(await discord.slash("queue"))
    assert "Rock" not in waiting_still.content


async def test_no_token_and_no_text_is_logged(
    discord: LoopbackDiscord, band: Band, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as logged:
        asked = await waiting(discord, band)
        discord.limit_rate("PATCH /webhooks", 0.1)
        discord.fail("PATCH /webhooks", 404, code=10008)
        discord.fail("POST /channels", 503)
        band.stage.set()
        await discord.posted(having=played)
        await discord.mention("a secret story")
        await discord.world.until(lambda: len(band.works) == 2)

    lines = str(logged) + "".join(record.getMessage() for record in caplog.records if record.levelname != "DEBUG")
    assert "job_accepted" in lines
    for secret in (asked.token, discord.token, "secret story"):
        assert secret not in lines


class Parcel:
    """A delivery made by hand, to stand at any point of its way."""

    def __init__(self, courier: DiscordCourier, address: Address, reply: TrackReply | TextReply) -> None:
        self._courier = courier
        self._place: Place = address.place(10 * MIB)
        self._reply = reply
        self.receipt: str | None = None

    async def _note(self, receipt: str) -> None:
        self.receipt = receipt

    async def deliver(self, attempt: int = 1) -> str:
        outgoing = Outgoing("job", "nonce", attempt, self._place, self._reply, self.receipt, self._note)
        return await self._courier.deliver(outgoing)


SORRY = TextReply("This could not be made.", "en", private=False)


async def test_a_post_is_recognised_long_after_its_nonce_is_forgotten(discord: LoopbackDiscord, house: House) -> None:
    parcel = Parcel(house.bot.courier, Address(channel=int(discord.channel.id)), SORRY)
    first = await parcel.deliver()
    discord.clock.advance(3600)

    second = await parcel.deliver(attempt=2)

    assert first == second
    assert len(discord.messages()) == 1


async def test_an_edit_is_recognised_after_its_token_has_died(
    discord: LoopbackDiscord, house: House, band: Band
) -> None:
    asked = await discord.slash("bgm", genre="jazz")
    message = await discord.original(asked, having=played)
    asker = Asker("discord", discord.guild.id, discord.person.id, "en")
    anywhere = Place(platform="discord", address={}, upload_limit=10 * MIB)
    track = await house.app.service.play(asker, anywhere, band.jobs[0])
    parcel = Parcel(house.bot.courier, Address(int(discord.channel.id), int(message.id), token="dead"), track)

    assert await parcel.deliver(attempt=2) == message.id
    assert len(discord.messages()) == 1


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [(403, 50013, DeliveryGone), (404, 10003, DeliveryGone), (429, 0, DeliveryRetry), (503, 0, DeliveryRetry)],
)
async def test_closed_doors_are_told_from_busy_ones(
    discord: LoopbackDiscord, house: House, status: int, code: int, outcome: type[Exception]
) -> None:
    discord.fail("POST /channels", status, code=code)
    parcel = Parcel(house.bot.courier, Address(channel=int(discord.channel.id)), SORRY)

    with pytest.raises(outcome):
        await parcel.deliver()


async def test_a_token_that_died_where_the_bot_is_not_is_the_end(discord: LoopbackDiscord, house: House) -> None:
    address = Address(int(discord.channel.id), 1, application=1, token="dead", postable=False)

    with pytest.raises(DeliveryGone):
        await Parcel(house.bot.courier, address, SORRY).deliver()


async def test_progress_never_comes_over_a_result(discord: LoopbackDiscord, house: House) -> None:
    message = await discord.mention("")
    shown = await discord.posted(having=lambda m: "/bgm" in m.content)
    address = Address(int(discord.channel.id), int(shown.id), int(message.id))
    await Parcel(house.bot.courier, address, SORRY).deliver()

    await house.bot.courier.show(address.place(MIB), ProgressReply("job", "en", None, 0.9, "mix", "Mixing… 90 %"))

    assert shown.content == SORRY.text


async def test_a_sketch_is_sent_once_and_leaves_with_the_progress(discord: LoopbackDiscord, house: House) -> None:
    message = await discord.mention("")
    shown = await discord.posted(having=lambda m: "/bgm" in m.content)
    address = Address(int(discord.channel.id), int(shown.id), int(message.id))
    sketch = Sketch(PieceFile(kind="audio", name="jazz.mp3", media_type="audio/mpeg", data=b"sketch"), "Meanwhile:")

    await house.bot.courier.show(
        address.place(MIB), ProgressReply("job", "en", None, 0.4, "mix", "Mixing… 40 %", sketch=sketch)
    )
    (heard,) = shown.attachments
    assert "Meanwhile:" in shown.content
    await house.bot.courier.show(
        address.place(MIB), ProgressReply("job", "en", None, 0.9, "mix", "Mixing… 90 %", sketch=sketch)
    )
    assert shown.attachments == [heard]
    assert "90 %" in shown.content

    longer = Sketch(PieceFile(kind="audio", name="more.mp3", media_type="audio/mpeg", data=b"a longer one"), "So far:")
    await house.bot.courier.show(
        address.place(MIB), ProgressReply("job", "en", None, 0.95, "mix", "Mixing… 95 %", sketch=longer)
    )
    assert [each.filename for each in shown.attachments] == ["more.mp3"]

    await Parcel(house.bot.courier, address, SORRY).deliver()
    assert shown.attachments == []
