"""Editing music: recordings that people send, and tracks, by their score or by ear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App, build_app
from bot.recordings import uploaded
from bot.replies import FormReply
from bot.settings import Settings
from core.errors import AudioError, EngineUnavailable, PersonError
from tests.bot.pieces import COMPOSER, HEARING, SmallFleet, becomes_track, channel, person, until

KARI, OLA = person("kari"), person("ola")
SONG = uploaded("edit", b"a song")
EDITING = replace(HEARING, features=frozenset({"edit_recording"}))


@pytest.fixture
def fleet() -> SmallFleet:
    return SmallFleet(statuses=(EDITING, COMPOSER))


async def test_a_recording_goes_to_the_engine_with_the_instruction(app: App, fleet: SmallFleet) -> None:
    await app.service.edit(KARI, channel(), [SONG], "드럼 빼줘")
    await until(lambda: fleet.given)
    [work] = fleet.given
    assert [(given.use, given.data) for given in work.recordings] == [("edit", b"a song")]
    assert work.edits == ("드럼 빼줘",)
    assert work.score is None


async def test_a_form_asks_what_to_change_and_its_answer_finds_the_recording(app: App, fleet: SmallFleet) -> None:
    form = await app.service.ask_for_edit(KARI, [SONG])
    assert (form.action, form.title) == ("edit", "Edit this music")
    await app.service.press(KARI, channel(), form.action, form.target, "Only piano")
    await until(lambda: fleet.given)
    assert fleet.given[0].recordings[0].data == b"a song"


async def test_a_form_is_answered_by_nobody_else(app: App) -> None:
    form = await app.service.ask_for_edit(KARI, [SONG])
    with pytest.raises(PersonError, match="no longer know"):
        await app.service.press(OLA, channel(), "edit", form.target, "Only piano")
    with pytest.raises(PersonError, match="no longer know"):
        await app.service.press(KARI, channel(), "edit", "elsewhere", "Only piano")


async def test_a_message_without_sound_and_an_answer_without_words_are_refused(app: App) -> None:
    with pytest.raises(AudioError, match="no audio file"):
        await app.service.ask_for_edit(KARI, [])
    with pytest.raises(AudioError, match="no audio file"):
        await app.service.edit(KARI, channel(), [], "Remove drums")
    with pytest.raises(PersonError, match="what to change"):
        await app.service.edit(KARI, channel(), [SONG], "  ")
    with pytest.raises(PersonError, match="300 characters"):
        await app.service.edit(KARI, channel(), [SONG], "drums " * 60)


async def test_a_track_with_a_score_is_recognised_and_edited_in_it(app: App, fleet: SmallFleet) -> None:
    made = await app.service.bgm(KARI, channel(), "jazz")
    await becomes_track(app, made.job)
    track = await app.service.track(made.job)
    assert track is not None
    audio = await app.service.file(made.job, "audio")
    assert audio is not None
    edited = await app.service.edit(KARI, channel(), [uploaded("edit", audio.data)], "Remove drums")
    await becomes_track(app, edited.job)
    child = await app.service.track(edited.job)
    assert child is not None
    assert child.parent == track.id
    work = fleet.given[1]
    assert (work.recordings, work.edits) == ((), ("Remove drums",))
    assert work.score is not None


async def test_a_track_without_a_score_is_edited_by_ear_and_keeps_its_parent(app: App, fleet: SmallFleet) -> None:
    first = await app.service.edit(KARI, channel(), [SONG], "Remove drums")
    await becomes_track(app, first.job)
    await without_score(app, first.job)
    asked = await app.service.press(KARI, channel(), "remix", first.job)
    assert isinstance(asked, FormReply)
    second = await app.service.remix(KARI, channel(), first.job, "Add bass")
    await becomes_track(app, second.job)
    work = fleet.given[1]
    audio = await app.service.file(first.job, "audio")
    assert audio is not None
    assert [(given.use, given.data) for given in work.recordings] == [("edit", audio.data)]
    assert work.edits == ("Add bass",)
    child = await app.service.track(second.job)
    assert child is not None
    assert child.parent == first.job


async def without_score(app: App, track: str) -> None:
    """Take the score away that the small fleet gives to everything."""
    from bot.store.schema import track_files  # noqa: PLC0415

    async with app.store.database.writing() as connection:
        await connection.execute(
            track_files.delete().where(track_files.c.track == track, track_files.c.kind == "score")
        )


async def test_an_edited_recording_is_made_again_and_not_varied(app: App, fleet: SmallFleet) -> None:
    first = await app.service.edit(KARI, channel(), [SONG], "Remove drums")
    await becomes_track(app, first.job)
    await app.service.again(KARI, channel(), first.job)
    await until(lambda: len(fleet.given) == 2)
    assert fleet.given[1].recordings == fleet.given[0].recordings
    assert fleet.given[1].edits == ("Remove drums",)
    for action in ("vary_small", "loop"):
        with pytest.raises(PersonError, match="editing a recording"):
            await app.service.press(KARI, channel(), action, first.job)
    shown = await app.service.play(KARI, channel(), first.job)
    assert [button.action for button in shown.buttons] == ["again", "remix", "like", "share", "delete"]


async def test_without_an_editor_it_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    async with build_app(Settings(data_dir=tmp_path), SmallFleet(), works=False) as app:
        with pytest.raises(EngineUnavailable, match="editing engine") as refused:
            await app.service.edit(KARI, channel(), [SONG], "Remove drums")
        assert "편집 엔진" in refused.value.words.ko
        assert (await app.service.queue(KARI)).entries == ()
