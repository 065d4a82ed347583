"""Recordings on their way from a person to the engine, and how long they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App, build_app
from bot.recordings import SentRecording, may_sound, uploaded
from bot.settings import EngineSettings, Settings
from bot.store.blobs import BlobMissing
from core.errors import AudioError, EngineUnavailable, PersonError, WishError
from tests.bot.pieces import COMPOSER, HEARING, Letterbox, SmallFleet, becomes_track, channel, person, until

KARI = person("kari")
SONG = uploaded("style", b"a song")


@pytest.fixture
def fleet() -> SmallFleet:
    return SmallFleet(statuses=(HEARING, COMPOSER))


async def never() -> bytes:
    raise AssertionError("nobody may fetch it")


async def test_a_recording_reaches_the_engine_with_the_wish(app: App, fleet: SmallFleet) -> None:
    receipt = await app.service.bgm(KARI, channel(), "jazz likeness:close text_weight:4", [SONG])
    await until(lambda: fleet.given)
    [work] = fleet.given
    assert [(given.use, given.data) for given in work.recordings] == [("style", b"a song")]
    assert (work.brief.likeness, work.brief.text_weight) == (6, 4.0)
    assert receipt.job == work.id.partition(".")[0]


async def test_a_track_says_what_it_was_made_with(app: App) -> None:
    letters = Letterbox()
    app.register_courier("discord", letters)
    await app.service.bgm(KARI, channel(), "jazz", [SONG])
    await until(lambda: letters.delivered)
    assert "In the style of the recording that was given." in letters.delivered[0].reply.notes


async def test_music_like_a_recording_needs_no_words(app: App, fleet: SmallFleet) -> None:
    await app.service.music_like(KARI, channel(), [SONG])
    await until(lambda: fleet.given)
    assert fleet.given[0].recordings[0].use == "style"


async def test_again_is_made_with_the_same_recording(app: App, fleet: SmallFleet) -> None:
    receipt = await app.service.bgm(KARI, channel(), "jazz", [SONG])
    await becomes_track(app, receipt.job)
    await app.service.again(KARI, channel(), receipt.job)
    await until(lambda: len(fleet.given) == 2)
    assert fleet.given[1].recordings == fleet.given[0].recordings


async def test_a_track_is_a_recording_too(app: App, fleet: SmallFleet) -> None:
    receipt = await app.service.bgm(KARI, channel(), "jazz")
    await becomes_track(app, receipt.job)
    await app.service.press(KARI, channel(), "more_like", receipt.job)
    await until(lambda: len(fleet.given) == 2)
    track = await app.service.track(receipt.job)
    assert track is not None
    audio = track.file("audio")
    assert audio is not None
    assert fleet.given[1].recordings[0].data == await app.store.blobs.get(audio.digest)
    assert fleet.given[1].brief.genres == ("jazz",)


async def test_more_of_the_same_is_offered_where_an_engine_can_hear(tmp_path: Path) -> None:
    for number, (statuses, offered) in enumerate([((HEARING, COMPOSER), True), ((COMPOSER,), False)]):
        async with build_app(Settings(data_dir=tmp_path / str(number)), SmallFleet(statuses=statuses)) as app:
            letters = Letterbox()
            app.register_courier("discord", letters)
            await app.service.bgm(KARI, channel(), "jazz")
            await until(lambda letters=letters: letters.delivered)
            actions = [button.action for button in letters.delivered[0].reply.buttons]
            assert ("more_like" in actions) is offered


async def test_what_is_deleted_lives_on_in_no_recording(tmp_path: Path, fleet: SmallFleet) -> None:
    async with build_app(Settings(data_dir=tmp_path), fleet) as app:
        receipt = await app.service.bgm(KARI, channel(), "jazz", [SONG])
        await becomes_track(app, receipt.job)
        [kept] = (await app.store.jobs.get(receipt.job)).request.recordings
        app.store.blobs._clock = lambda: app.store.clock() + 10_000
        assert await app.store.blobs.sweep([kept.digest]) == 0
        await app.service.delete(KARI, receipt.job)
        with pytest.raises(BlobMissing):
            await app.store.blobs.get(kept.digest)


async def test_a_recording_that_nobody_can_hear_is_not_fetched(tmp_path: Path) -> None:
    async with build_app(Settings(data_dir=tmp_path), SmallFleet(), works=False) as app:
        with pytest.raises(EngineUnavailable, match="not installed"):
            await app.service.bgm(KARI, channel(), "jazz", [SentRecording("style", never)])


async def test_an_engine_that_cannot_hear_says_so_when_it_is_asked_for(app: App) -> None:
    with pytest.raises(EngineUnavailable, match="cannot do this"):
        await app.service.bgm(KARI, channel(), "jazz engine:composer", [SentRecording("style", never)])


async def test_the_operators_usual_engine_gives_way_to_one_that_can_hear(tmp_path: Path, fleet: SmallFleet) -> None:
    settings = Settings(data_dir=tmp_path, engine=EngineSettings(default="composer"))
    async with build_app(settings, fleet) as app:
        await app.service.bgm(KARI, channel(), "jazz", [SONG])
        await until(lambda: fleet.given)
    assert fleet.given[0].brief.engine in ("auto", "musicgen")


async def test_likeness_without_anything_to_be_like_is_refused(app: App) -> None:
    with pytest.raises(WishError, match="recording"):
        await app.service.bgm(KARI, channel(), "jazz likeness:close")


async def test_a_message_without_sound_is_refused(app: App) -> None:
    with pytest.raises(AudioError, match="no audio file"):
        await app.service.music_like(KARI, channel(), [])


async def test_two_recordings_for_one_purpose_are_refused(app: App) -> None:
    with pytest.raises(PersonError, match="only one"):
        await app.service.bgm(KARI, channel(), "jazz", [SONG, SONG])


def test_sounds_are_known_by_their_type_or_their_ending() -> None:
    assert may_sound("song", "audio/mpeg")
    assert may_sound("Song.M4A", None)
    assert may_sound("clip.mp4", "video/mp4")
    assert not may_sound("cat.png", "image/png")
    assert not may_sound("mp3", "text/plain")
