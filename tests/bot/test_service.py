"""What people can ask for, who may ask for it, and what they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.app import App, build_app
from bot.commands import LONGEST_TEXT
from bot.people import Asker
from bot.recordings import uploaded
from bot.replies import FormReply, ListReply, ProgressReply, TextReply, TrackReply
from bot.service import AlreadyHandled, Service
from bot.settings import QuotaSettings, Settings
from bot.shelf import NotAllowed
from core.errors import EngineUnavailable, PersonError, TextError, WishError
from core.wish import UnknownName
from core.words import Words
from tests.bot.pieces import COMPOSER, WEIGHTS, Letterbox, SmallFleet, channel, person, until

KARI, OLE = person("kari"), person("ole")
MINA = person("mina", "seoul", language="ko")
ADMIN = person("boss", admin=True)
STRANGE_ADMIN = person("boss", "seoul", admin=True)


@pytest.fixture
def fleet() -> SmallFleet:
    return SmallFleet()


@pytest.fixture
def settings(tmp_path) -> Settings:
    limits = {"queued": 0, "per_day": 0, "seconds_per_day": 0}
    return Settings(data_dir=tmp_path, quotas=QuotaSettings(person=limits, community=limits))


@pytest.fixture
def service(app: App) -> Service:
    return app.service


@pytest.fixture
async def idle_app(settings: Settings, fleet: SmallFleet) -> AsyncIterator[App]:
    """A process that makes nothing itself: what it accepts stays in the queue."""
    async with build_app(settings, fleet, works=False) as app:
        yield app


@pytest.fixture
def idle(idle_app: App) -> Service:
    return idle_app.service


@pytest.fixture
def made(service: Service, letterbox: Letterbox):
    """Makes a piece and gives the id of its track."""

    async def make(asker: Asker = KARI, wish: str = "genre:jazz mood:calm seed:7", text: str | None = None) -> str:
        if text is None:
            receipt = await service.bgm(asker, channel(), wish)
        else:
            receipt = await service.score(asker, channel(), text, wish)
        await until(lambda: letterbox.of(receipt.job))
        assert isinstance(letterbox.of(receipt.job)[0].reply, TrackReply)
        return receipt.job

    return make


async def follow(letterbox: Letterbox, receipt: ProgressReply) -> TrackReply:
    await until(lambda: letterbox.of(receipt.job))
    reply = letterbox.of(receipt.job)[0].reply
    assert isinstance(reply, TrackReply)
    return reply


# What is accepted


async def test_a_wish_is_answered_with_a_receipt(idle: Service) -> None:
    receipt = await idle.bgm(KARI, channel(), "genre:jazz mood:calm")
    assert (receipt.position, receipt.fraction, receipt.text) == (1, 0.0, "Next in the queue.")
    assert [button.action for button in receipt.buttons] == ["cancel"]


async def test_options_by_name_mean_the_same_as_a_typed_wish(service: Service, fleet: SmallFleet) -> None:
    await service.bgm(KARI, channel(), "genre:jazz,blues tempo:slow seed:7 rainy window")
    await service.bgm(OLE, channel(), {"genre": "Jazz, Blues", "tempo": "slow", "seed": "7", "words": "rainy window"})
    await until(lambda: len(fleet.given) == 2)
    assert fleet.given[0].brief == fleet.given[1].brief


async def test_a_seed_is_drawn_when_the_job_is_accepted(idle: Service, idle_app: App) -> None:
    receipts = [await idle.bgm(KARI, channel(), "jazz") for _ in range(3)]
    seeds = {(await idle_app.store.jobs.get(receipt.job)).request.brief.seed for receipt in receipts}
    assert len(seeds) == 3
    assert None not in seeds


async def test_the_place_decides_how_large_the_file_may_be(service: Service, fleet: SmallFleet) -> None:
    await service.bgm(KARI, channel(upload_limit=10_000_000), "jazz")
    await until(lambda: fleet.given)
    assert fleet.given[0].order.max_bytes == 10_000_000


async def test_a_text_is_scored_and_what_is_said_beside_it_stays_explicit(service: Service, fleet: SmallFleet) -> None:
    await service.score(KARI, channel(), "A ship leaves.", "mood:dark", "travel")
    await until(lambda: fleet.given)
    work = fleet.given[0]
    assert (work.read.text, work.read.topic) == ("A ship leaves.", "travel")
    assert work.brief.model_fields_set == {"moods", "engine", "seed"}


async def test_a_typed_score_may_begin_with_options(service: Service, fleet: SmallFleet) -> None:
    await service.command(KARI, channel(), "score", 'mood:dark duration:1:00 topic:"travel" Note: the ship: leaves.')
    await until(lambda: fleet.given)
    work = fleet.given[0]
    assert (work.read.text, work.read.topic) == ("Note: the ship: leaves.", "travel")
    assert (work.brief.moods, work.brief.duration) == (("dark",), 60.0)


async def test_an_event_that_is_sent_twice_makes_one_job(idle: Service) -> None:
    await idle.bgm(KARI, channel(), "jazz", event="Ev1")
    with pytest.raises(AlreadyHandled):
        await idle.bgm(KARI, channel(), "jazz", event="Ev1")
    assert len((await idle.queue(KARI)).entries) == 1


async def test_an_event_that_was_refused_may_be_tried_again(idle: Service) -> None:
    with pytest.raises(WishError):
        await idle.bgm(KARI, channel(), "genre:nothing", event="Ev1")
    await idle.bgm(KARI, channel(), "jazz", event="Ev1")


# What is refused


@pytest.mark.parametrize(
    "wish", ["", "genre:zzzz", "nothing:x jazz", "bpm:9999 jazz", "duration:9h jazz", "seed:-1 jazz"]
)
async def test_a_bad_wish_is_refused_in_both_languages_and_nothing_is_stored(idle: Service, wish: str) -> None:
    with pytest.raises(WishError) as caught:
        await idle.bgm(KARI, channel(), wish)
    assert caught.value.words.en
    assert caught.value.words.ko
    assert (await idle.queue(KARI)).entries == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no text"), (" \n\t ", "no text"), ("\x00\ud800", "no text"), ("x" * (LONGEST_TEXT + 1), "200,000")],
)
async def test_a_text_that_cannot_be_read_is_refused(idle: Service, text: str, says: str) -> None:
    with pytest.raises(TextError, match=says):
        await idle.score(KARI, channel(), text)


@pytest.mark.parametrize(
    "text", ["a", "가", "x" * LONGEST_TEXT, "@everyone **bold** <!channel>", "\u202eright to left", "🎵🎵"]
)
async def test_any_other_text_is_accepted(idle: Service, idle_app: App, text: str) -> None:
    receipt = await idle.score(KARI, channel(), text)
    assert (await idle_app.store.jobs.get(receipt.job)).request.read.text == text


async def test_what_no_database_stores_is_left_out_of_a_text(idle: Service, idle_app: App) -> None:
    receipt = await idle.score(KARI, channel(), "a\x00b\ud800c")
    assert (await idle_app.store.jobs.get(receipt.job)).request.read.text == "abc"


async def test_an_unknown_topic_is_refused_with_suggestions(idle: Service) -> None:
    with pytest.raises(UnknownName):
        await idle.score(KARI, channel(), "A ship", topic="travle")


async def test_music_like_a_recording_needs_an_engine_that_is_not_there(idle: Service) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        await idle.command(KARI, channel(), "music_like", "", [uploaded("style", b"RIFF")])
    assert "not installed" in caught.value.words.en
    assert "설치되어 있지 않습니다" in caught.value.words.ko


async def test_quotas_hold(tmp_path, fleet: SmallFleet) -> None:
    settings = Settings(data_dir=tmp_path, quotas=QuotaSettings(person={"queued": 1}))
    async with build_app(settings, fleet, works=False) as app:
        await app.service.bgm(KARI, channel(), "jazz")
        with pytest.raises(PersonError, match="already wait"):
            await app.service.bgm(KARI, channel(), "jazz")
        await app.service.bgm(OLE, channel(), "jazz")


# Engines


async def test_engines_that_cannot_run_are_refused_with_their_reason(tmp_path) -> None:
    missing = replace(
        WEIGHTS, available=False, explanation=Words("No weights: see textunes download.", "가중치가 없습니다.")
    )
    async with build_app(Settings(data_dir=tmp_path), SmallFleet(statuses=(COMPOSER, missing)), works=False) as app:
        with pytest.raises(EngineUnavailable, match="textunes download"):
            await app.service.bgm(KARI, channel(), "jazz engine:musicgen")
        with pytest.raises(EngineUnavailable, match="auto, composer"):
            await app.service.bgm(KARI, channel(), "jazz engine:nothing")


async def test_a_community_can_insist_on_commercial_rights(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path, engine={"commercial_only": ("discord:oslo",)})
    async with build_app(settings, SmallFleet(statuses=(WEIGHTS, COMPOSER)), works=False) as app:

        async def engine(asker: Asker, wish: str) -> str:
            receipt = await app.service.bgm(asker, channel(), wish)
            return (await app.store.jobs.get(receipt.job)).request.brief.engine

        with pytest.raises(EngineUnavailable, match="CC-BY-NC"):
            await engine(KARI, "jazz engine:musicgen")
        assert await engine(KARI, "jazz") == "composer"
        assert await engine(MINA, "jazz") == "auto"
        assert await engine(MINA, "jazz engine:musicgen") == "musicgen"


async def test_only_allowed_engines_are_used_and_offered(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path, engine={"allowed": ("composer",)})
    async with build_app(settings, SmallFleet(statuses=(WEIGHTS, COMPOSER)), works=False) as app:
        with pytest.raises(EngineUnavailable):
            await app.service.bgm(KARI, channel(), "jazz engine:musicgen")
        offered = await app.service.complete(KARI, "bgm", "engine", "")
        assert [choice.value for choice in offered] == ["auto", "composer"]


# What comes of a track


async def test_again_is_the_same_wish_with_another_seed(service: Service, letterbox: Letterbox, made) -> None:
    track = await made()
    reply = await follow(letterbox, await service.again(KARI, channel(), track))
    before = (await service.track(track)).facts.brief
    assert reply.facts.brief == before.model_copy(update={"seed": reply.facts.seed})
    assert reply.facts.seed != 7
    assert (await service.track(reply.track)).parent == track


async def test_a_variation_of_a_variation_remembers_its_root(service: Service, letterbox: Letterbox, made) -> None:
    first = await follow(letterbox, await service.vary(KARI, channel(), await made(), "small"))
    assert first.facts.brief.variation.model_dump() == {"of_seed": 7, "amount": "small", "root_seed": None}
    second = await follow(letterbox, await service.vary(KARI, channel(), first.track, "large"))
    expected = {"of_seed": first.facts.seed, "amount": "large", "root_seed": 7}
    assert second.facts.brief.variation.model_dump() == expected
    third = await follow(letterbox, await service.vary(KARI, channel(), second.track, "small"))
    assert third.facts.brief.variation.root_seed == 7


async def test_a_loop_is_the_same_piece(service: Service, letterbox: Letterbox, made) -> None:
    reply = await follow(letterbox, await service.loop(KARI, channel(), await made()))
    assert (reply.facts.seed, reply.facts.brief.loop, reply.facts.brief.engine) == (7, True, "composer")
    assert "loop" not in [button.action for button in reply.buttons]


async def test_stems_play_the_score_again(service: Service, fleet: SmallFleet, letterbox: Letterbox, made) -> None:
    reply = await follow(letterbox, await service.stems(KARI, channel(), await made()))
    assert (fleet.given[-1].score, fleet.given[-1].order.stems) == (b"{}audio of seed 7 ()", True)
    assert "stems" in [file.kind for file in reply.files]


async def test_remixes_add_up(service: Service, fleet: SmallFleet, letterbox: Letterbox, made) -> None:
    first = await follow(letterbox, await service.remix(KARI, channel(), await made(), "Remove drums"))
    assert fleet.given[-1].edits == ("Remove drums",)
    assert fleet.given[-1].score is not None
    second = await follow(letterbox, await service.remix(KARI, channel(), first.track, "Add **piano**"))
    assert second.notes == ("Changed: “Remove drums”, “Add piano”.",)
    assert fleet.given[-1].edits == ("Remove drums", "Add **piano**")
    assert fleet.given[-1].score is None


async def test_another_topic_reads_the_text_again_with_the_same_wish(service, fleet, letterbox, made) -> None:
    track = await made(text="A ship leaves.", wish="mood:dark")
    assert fleet.given[-1].brief.model_fields_set == {"moods", "engine", "seed"}
    again = await follow(letterbox, await service.again(KARI, channel(), track))
    await follow(letterbox, await service.press(KARI, channel(), "topic", again.track, "romance"))
    work = fleet.given[-1]
    assert (work.read.text, work.read.topic) == ("A ship leaves.", "romance")
    assert work.brief.model_fields_set == {"moods", "engine", "seed"}


async def test_a_text_that_is_no_longer_kept_cannot_be_read_again(service: Service, app: App, made) -> None:
    track = await made(text="A ship leaves.")
    await app.store.library.forget_texts(app.store.clock() + 1)
    with pytest.raises(PersonError, match="no longer kept"):
        await service.rescore(KARI, channel(), track, "romance")


async def test_a_piece_without_a_score_cannot_be_taken_apart(service: Service, app: App, made) -> None:
    track = await made()
    async with app.store.database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM track_files WHERE kind = 'score'")
    reply = await service.play(KARI, channel(), track)
    assert "stems" not in {button.action for button in reply.buttons}
    with pytest.raises(PersonError, match="note by note"):
        await service.press(KARI, channel(), "stems", track)


async def test_a_composed_piece_is_extended_by_composing_it_longer(service, fleet, letterbox, made) -> None:
    track = await made()
    before = (await service.track(track)).facts
    await follow(letterbox, await service.press(KARI, channel(), "extend", track))
    work = fleet.given[-1]
    assert (work.brief.seed, work.brief.duration) == (before.seed, before.seconds + 30)
    assert (work.brief.engine, work.recordings) == (before.engine, ())


async def test_another_piece_is_extended_from_its_sound_on(service, app, fleet, letterbox, made) -> None:
    fleet.statuses = (COMPOSER, replace(WEIGHTS, features=frozenset({"extend"})))
    await app.engines.refresh()
    track = await made(wish="calm jazz loop:yes engine:musicgen")
    async with app.store.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE tracks SET facts = replace(facts, '\"composer\"', '\"musicgen\"')")
        await connection.exec_driver_sql("DELETE FROM track_files WHERE kind = 'score'")
    parent = await service.track(track)
    await follow(letterbox, await service.press(KARI, channel(), "extend", track))
    work = fleet.given[-1]
    (recording,) = work.recordings
    assert recording.use == "extend"
    assert recording.data == (await service.file(track, "audio")).data
    assert (work.brief.duration, work.brief.loop) == (parent.facts.seconds + 30, False)


async def test_a_piece_of_five_minutes_is_not_extended(service, app, made) -> None:
    track = await made()
    async with app.store.database.writing() as connection:
        await connection.exec_driver_sql(
            "UPDATE tracks SET facts = replace(facts, '\"seconds\":30.0', '\"seconds\":300.0')"
        )
    reply = await service.play(KARI, channel(), track)
    assert "extend" not in {button.action for button in reply.buttons}
    with pytest.raises(PersonError, match="five minutes"):
        await service.press(KARI, channel(), "extend", track)


# Who may do what


async def test_others_in_the_community_may_hear_and_build_upon_a_track(service, letterbox, made) -> None:
    track = await made(KARI)
    await service.play(OLE, channel(), track)
    reply = await follow(letterbox, await service.again(OLE, channel(), track))
    assert (await service.track(reply.track)).person == "ole"


async def test_strangers_may_not_unless_it_is_shared(service: Service, made) -> None:
    track = await made(KARI)
    for action in ("again", "play", "like", "why", "delete"):
        with pytest.raises(NotAllowed):
            await service.press(MINA, channel(), action, track)
    await service.share(KARI, track)
    await service.play(MINA, channel(), track)
    with pytest.raises(NotAllowed):
        await service.delete(MINA, track)


@pytest.mark.parametrize("action", ["share", "unshare", "delete"])
async def test_only_the_owner_or_an_admin_there_may_change_a_track(service: Service, made, action: str) -> None:
    track = await made(KARI)
    for other in (OLE, STRANGE_ADMIN):
        with pytest.raises(NotAllowed) as caught:
            await service.press(other, channel(), action, track)
        assert caught.value.words.ko
    assert isinstance(await service.press(ADMIN, channel(), action, track), TextReply)


async def test_only_the_asker_or_an_admin_there_may_cancel(idle: Service) -> None:
    receipts = [await idle.bgm(KARI, channel(), "jazz") for _ in range(2)]
    for other in (OLE, STRANGE_ADMIN):
        with pytest.raises(NotAllowed):
            await idle.cancel(other, receipts[0].job)
    assert (await idle.cancel(KARI, receipts[0].job)).text == "Cancelled."
    await idle.cancel(ADMIN, receipts[1].job)
    assert (await idle.queue(KARI)).entries == ()


# Waiting, cancelling, listing


async def test_the_queue_tells_places_and_how_to_cancel(idle: Service) -> None:
    await idle.bgm(OLE, channel(), "blues")
    first, second = [await idle.bgm(KARI, channel(), wish) for wish in ("jazz", "rock")]
    listed = await idle.queue(KARI)
    assert [entry.id for entry in listed.entries] == [first.job, second.job]
    assert [entry.detail for entry in listed.entries] == ["Number 2 in the queue.", "Number 3 in the queue."]
    assert "Jazz" in listed.entries[0].title
    assert listed.entries[0].buttons[0].action == "cancel"
    assert (await idle.queue(MINA)).title == "기다리는 작업이 없습니다."


async def test_all_that_one_waits_for_can_be_cancelled_at_once(idle: Service) -> None:
    for _ in range(3):
        await idle.bgm(KARI, channel(), "jazz")
    await idle.bgm(OLE, channel(), "jazz")
    assert (await idle.command(KARI, channel(), "cancel", "")).text == "Cancelled: 3."
    assert len((await idle.queue(OLE)).entries) == 1
    assert "not waiting" in (await idle.cancel(KARI)).text


async def test_a_cancelled_job_tells_the_place_where_it_was_shown(idle: Service, app: App, letterbox) -> None:
    receipt = await idle.bgm(MINA, channel(), "jazz")
    await idle.cancel(MINA, receipt.job)
    app.delivery.wake()
    await until(lambda: letterbox.of(receipt.job))
    assert letterbox.of(receipt.job)[0].reply == TextReply("취소했습니다.", "ko", private=False)


async def test_what_has_ended_cannot_be_cancelled(service: Service, made) -> None:
    track = await made()
    for job in (track, "nothing"):
        with pytest.raises(PersonError, match="already finished"):
            await service.cancel(KARI, job)


async def test_the_library_is_paged(service: Service, made) -> None:
    tracks = [await made(wish=f"jazz seed:{seed}") for seed in range(12)]
    first = await service.library(KARI)
    assert (first.page, first.pages, len(first.entries)) == (1, 2, 10)
    assert first.entries[0].id == tracks[-1]
    [older] = first.buttons
    second = await service.press(KARI, channel(), older.action, older.target)
    assert isinstance(second, ListReply)
    assert [entry.id for entry in second.entries] == [tracks[1], tracks[0]]
    assert (await service.command(KARI, channel(), "library", "99")).page == 2
    assert (await service.library(OLE)).entries == ()
    assert [track.id for track in await service.tracks(KARI, 2)] == [tracks[1], tracks[0]]


# Tracks


async def test_a_shared_track_has_a_secret_address_until_it_is_closed(service: Service, made) -> None:
    track = await made()
    shared = await service.share(KARI, track)
    token = shared.text.rpartition("/s/")[2]
    assert (await service.shared(token)).id == track
    assert shared.buttons[0].action == "unshare"
    reply = await service.play(KARI, channel(), track)
    assert "unshare" in [button.action for button in reply.buttons]
    await service.unshare(KARI, track)
    assert await service.shared(token) is None


async def test_liking_twice_takes_it_back(service: Service, made) -> None:
    track = await made()
    assert "You like" in (await service.like(OLE, track)).text
    assert (await service.track(track)).likes == 1
    assert "no longer" in (await service.press(OLE, channel(), "like", track)).text
    assert (await service.track(track)).likes == 0


async def test_a_press_that_is_sent_twice_counts_once(service: Service, made) -> None:
    track = await made()
    await service.press(OLE, channel(), "like", track, event="Ev9")
    with pytest.raises(AlreadyHandled):
        await service.press(OLE, channel(), "like", track, event="Ev9")
    assert (await service.track(track)).likes == 1


async def test_a_deleted_track_is_gone(service: Service, made) -> None:
    track = await made()
    await service.delete(KARI, track)
    assert await service.track(track) is None
    assert await service.file(track, "audio") is None
    with pytest.raises(PersonError, match="no longer here"):
        await service.play(KARI, channel(), track)


async def test_why_shows_the_evidence(service: Service, made) -> None:
    track = await made(text="The ship left the harbour.")
    assert (await service.why(KARI, track)).text == "• It is about travel. (“The ship left the harbour”)"
    assert "여행" in (await service.why(replace(KARI, language="ko"), track)).text
    assert "from a wish" in (await service.why(KARI, await made())).text


async def test_a_scored_track_offers_its_topics(service: Service, made) -> None:
    reply = await service.play(KARI, channel(), await made(text="A ship"))
    [select] = reply.selects
    assert [(choice.value, choice.chosen) for choice in select.choices[:3]] == [
        ("travel", True),
        ("history", False),
        ("romance", False),
    ]
    assert "cookbooks_food_wine" in [choice.value for choice in select.choices]
    assert len({choice.value for choice in select.choices}) == len(select.choices) == 25
    assert "why" in [button.action for button in reply.buttons]


async def test_files_come_with_their_content(service: Service, made) -> None:
    track = await made()
    file = await service.file(track, "audio")
    assert (file.name, file.data) == ("jazz.mp3", b"audio of seed 7 ()")
    assert await service.file(track, "midi") is None


async def test_every_button_does_something(service: Service, made) -> None:
    track = await made(text="A ship")
    reply = await service.play(KARI, channel(), track)
    for button in reply.buttons:
        assert await service.press(KARI, channel(), button.action, button.target, "Remove drums")


async def test_a_remix_without_words_asks_for_them(service: Service, made) -> None:
    form = await service.press(MINA, channel(), "remix", await made(MINA))
    assert isinstance(form, FormReply)
    assert (form.action, form.label) == ("remix", "무엇을 바꿀까요?")
    assert len(form.title) <= 45


async def test_a_remix_that_is_too_long_is_refused(service: Service, made) -> None:
    with pytest.raises(PersonError, match="300"):
        await service.remix(KARI, channel(), await made(), "x" * 301)


@pytest.mark.parametrize(("action", "value"), [("topic", None), ("topic", "@everyone"), ("nonsense", None)])
async def test_a_press_that_means_nothing_is_refused_in_words(service: Service, made, action: str, value) -> None:
    track = await made(text="A ship")
    with pytest.raises(PersonError) as caught:
        await service.press(KARI, channel(), action, track, value)
    assert "@everyone" not in caught.value.words.en
    assert not caught.value.words.en.endswith("mean ?")


# Help and completion


async def test_help_explains_all_commands_and_each_one(idle: Service) -> None:
    overview = (await idle.help(KARI)).text
    assert "`/bgm`" in overview
    assert "Score this message" in overview
    detail = (await idle.command(MINA, channel(), "help", {"about": "bgm"})).text
    assert "장르:재즈" in detail
    assert "`분위기`" in detail
    assert (await idle.help(KARI, "nothing")).text == overview


@pytest.mark.parametrize(
    ("option", "typed", "expected"),
    [
        ("genre", "ja", "Jazz"),
        ("genre", "blues, ja", "blues, Jazz"),
        ("mood", "cal", "Calm"),
        ("duration", "", "0:30"),
        ("key", "Am", "Am"),
        ("engine", "", "composer"),
        ("nothing", "", None),
    ],
)
async def test_options_are_completed(idle: Service, option: str, typed: str, expected: str | None) -> None:
    values = [choice.value for choice in await idle.complete(KARI, "bgm", option, typed)]
    assert len(values) <= 25
    assert expected in values if expected else values == []


async def test_topics_and_own_jobs_are_completed(idle: Service) -> None:
    receipt = await idle.bgm(KARI, channel(), "jazz")
    [job] = await idle.complete(KARI, "cancel", "job", "")
    assert job.value == receipt.job
    assert "Jazz" in job.label.en
    assert await idle.complete(OLE, "cancel", "job", "") == ()
    topics = await idle.complete(MINA, "score", "topic", "여행")
    assert [topic.value for topic in topics] == ["여행"]


async def test_the_answer_goes_where_the_platform_says(service: Service, idle: Service, letterbox: Letterbox) -> None:
    receipt = await idle.bgm(KARI, channel("first"), "jazz")
    assert await idle.move(receipt.job, channel("second"))
    await until(lambda: letterbox.of(receipt.job))
    assert letterbox.of(receipt.job)[0].place == channel("second")
    assert not await service.move(receipt.job, channel("third"))
