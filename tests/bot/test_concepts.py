"""Concepts: learned with consent, used by name, private until shared, deleted with what they came from."""

from __future__ import annotations

import datetime
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from bot.app import App, build_app
from bot.concept_folder import UnknownConcept
from bot.concepts import TEACHER
from bot.given import concept_order
from bot.people import Asker
from bot.recordings import uploaded
from bot.replies import ListReply, ProgressReply, TextReply, TrackReply
from bot.settings import Settings
from bot.store.blobs import GRACE_SECONDS, BlobMissing
from core.engines.engine import Progress
from core.engines.musicgen.concepts.card import CARD_KEY, Card
from core.errors import ConceptError, EngineUnavailable
from core.fleet.fleet import EngineStatus, FleetEvent, Work
from core.piece import PieceFile
from tests.bot.pieces import COMPOSER, READY, Letterbox, SmallFleet, channel, finished, person, until

KARI, OLE, MINA = person("kari"), person("ole"), person("mina", "seoul")
SOUND = uploaded("learn", b"two minutes of zither")
LICENCE = "CC-BY-NC-4.0"
MUSICGEN = EngineStatus("musicgen", True, READY, None, LICENCE, commercial=False, features=frozenset({"concepts"}))
LEARNER = EngineStatus(TEACHER, True, READY, None, LICENCE, commercial=False, features=frozenset({"learn"}))


def concept_file(name: str) -> bytes:
    card = Card(
        name=name,
        kind="tokens",
        base="0" * 64,
        model="small",
        source="a recording given in chat",
        licence="",
        consent=True,
        class_word="music",
        steps=12,
        date=datetime.date(2026, 11, 21),
    )
    return save({"tokens": np.zeros((2, 4), np.float32)}, metadata={CARD_KEY: card.model_dump_json()})


async def teach(work: Work) -> AsyncGenerator[FleetEvent]:
    """What the teacher does: a sample with the concept beside it. Other work is done as usual."""
    done = finished(work)
    if work.recordings and work.recordings[0].use == "learn":
        yield Progress(work.id, 0.4, "train")
        data = concept_file(work.brief.concepts[0])
        file = PieceFile(kind="concept", name="x.safetensors", media_type="application/octet-stream", data=data)
        done = replace(done, piece=done.piece.model_copy(update={"files": (*done.piece.files, file)}))
    yield done


@pytest.fixture
def fleet() -> SmallFleet:
    return SmallFleet(behave=teach, statuses=(MUSICGEN, COMPOSER, LEARNER))


@pytest.fixture
def ask(app: App):
    """`await ask(KARI, "list")` is `/concept list`."""

    async def command(asker: Asker, line: str, *recordings):
        return await app.service.command(asker, channel(), "concept", line, recordings)

    return command


@pytest.fixture
def learn(ask, letterbox: Letterbox):
    async def lesson(asker: Asker, name: str) -> str:
        receipt = await ask(asker, f"learn name:{name} consent:yes", SOUND)
        assert isinstance(receipt, ProgressReply)
        await until(lambda: letterbox.of(receipt.job))
        return receipt.job

    return lesson


async def test_a_lesson_ends_with_a_sample_and_the_concept_is_used_by_name(
    app: App, learn, fleet: SmallFleet, letterbox: Letterbox
) -> None:
    job = await learn(KARI, "Our-Band")
    reply = letterbox.of(job)[0].reply
    assert isinstance(reply, TrackReply)
    assert "concept" not in {file.kind for file in reply.files}
    assert [given.use for given in fleet.given[0].recordings] == ["learn"]
    assert fleet.given[0].brief.engine == TEACHER
    receipt = await app.service.bgm(KARI, channel(), "calm concept:our-band")
    await until(lambda: letterbox.of(receipt.job))
    work = fleet.given[-1]
    assert [(concept.name, concept.data) for concept in work.concepts] == [("our-band", concept_file("our-band"))]
    assert work.needs == {"concepts"}


async def test_again_on_the_sample_makes_music_and_learns_nothing(app: App, learn, fleet: SmallFleet) -> None:
    job = await learn(KARI, "our-band")
    await app.service.again(KARI, channel(), job)
    await until(lambda: len(fleet.given) == 2)
    assert not fleet.given[-1].recordings
    assert fleet.given[-1].concepts[0].name == "our-band"


@pytest.mark.parametrize(
    ("line", "recordings", "said"),
    [
        ("learn name:our-band", (SOUND,), "consent"),
        ("learn name:our-band consent:no", (SOUND,), "consent"),
        ("learn name:our-band consent:yes", (), "Attach a recording"),
        ("learn consent:yes", (SOUND,), "How shall"),
        ("learn name:../etc consent:yes", (SOUND,), "cannot name"),
        ("learn name:a consent:yes", (SOUND,), "cannot name"),
    ],
)
async def test_a_lesson_that_cannot_be_held_is_refused_and_nothing_is_kept(
    ask, app: App, line: str, recordings, said: str
) -> None:
    with pytest.raises(ConceptError, match=said):
        await ask(KARI, line, *recordings)
    assert not (await app.service.queue(KARI)).entries


async def test_a_name_is_taken_for_its_person_only(ask, learn) -> None:
    await learn(KARI, "our-band")
    with pytest.raises(ConceptError, match="already"):
        await ask(KARI, "learn name:our-band consent:yes", SOUND)
    await learn(OLE, "our-band")


async def test_a_concept_is_private_until_it_is_shared_in_its_community(app: App, ask, learn) -> None:
    await learn(KARI, "our-band")
    with pytest.raises(UnknownConcept):
        await app.service.bgm(OLE, channel(), "concept:our-band")
    with pytest.raises(UnknownConcept):
        await ask(OLE, "show our-band")
    await ask(KARI, "share our-band")
    await app.service.bgm(OLE, channel(), "concept:our-band")
    with pytest.raises(UnknownConcept):
        await app.service.bgm(MINA, channel(), "concept:our-band")
    with pytest.raises(ConceptError, match="Only who learned"):
        await ask(OLE, "delete our-band")
    await ask(KARI, "unshare our-band")
    with pytest.raises(UnknownConcept):
        await app.service.bgm(OLE, channel(), "concept:our-band")


async def test_deleting_takes_the_weights_and_the_recording(app: App, ask, learn, monkeypatch) -> None:
    job = await learn(KARI, "our-band")
    kept = await app.store.concepts.get(job)
    assert await app.store.blobs.get(kept.recording) == b"two minutes of zither"
    later = app.store.clock() + GRACE_SECONDS + 1
    monkeypatch.setattr(app.store.blobs, "_clock", lambda: later)
    await app.store.blobs.sweep()
    assert await app.store.blobs.get(kept.digest)
    await ask(KARI, "delete our-band")
    for digest in (kept.digest, kept.recording):
        with pytest.raises(BlobMissing):
            await app.store.blobs.get(digest)
    assert (await ask(KARI, "list")).entries == ()


async def test_concepts_are_listed_and_shown_with_their_cards(app: App, ask, learn) -> None:
    await learn(KARI, "우리-밴드")
    listed = await ask(KARI, "")
    assert isinstance(listed, ListReply)
    assert [entry.title for entry in listed.entries] == ["우리-밴드"]
    assert [button.action for button in listed.entries[0].buttons] == ["concept_share", "concept_delete"]
    card = await ask(KARI, "show 우리-밴드")
    assert isinstance(card, TextReply)
    assert "small" in card.text
    button = listed.entries[0].buttons[0]
    await app.service.press(KARI, channel(), button.action, button.target)
    assert (await ask(OLE, "list")).entries[0].title == "우리-밴드"
    assert [choice.value for choice in await app.service.complete(OLE, "bgm", "concept", "우")] == ["우리-밴드"]


async def test_concepts_in_the_folder_are_for_everybody(app: App, ask, fleet: SmallFleet, tmp_path: Path) -> None:
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "kayagum.safetensors").write_bytes(concept_file("kayagum"))
    await app.service.bgm(MINA, channel(), "concept:kayagum")
    await until(lambda: fleet.given)
    assert fleet.given[0].concepts[0].data == concept_file("kayagum")
    with pytest.raises(ConceptError, match="already"):
        await ask(KARI, "learn name:kayagum consent:yes", SOUND)


async def test_where_nothing_can_learn_that_is_said(tmp_path: Path) -> None:
    async with build_app(Settings(data_dir=tmp_path), SmallFleet()) as app:
        with pytest.raises(EngineUnavailable, match="needs a MusicGen model"):
            await app.service.command(KARI, channel(), "concept", "learn name:our-band consent:yes", [SOUND])


async def test_the_teacher_is_no_engine_to_make_music_with(app: App) -> None:
    assert TEACHER not in app.engines.offered(KARI)


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ("", ("list", "", False)),
        ("학습 이름:우리-밴드 동의:예", ("learn", "우리-밴드", True)),
        ("delete our-band", ("delete", "our-band", False)),
        ({"action": "learn", "name": "our-band", "consent": "yes"}, ("learn", "our-band", True)),
        ({}, ("list", "", False)),
    ],
)
def test_orders_are_read_from_lines_and_from_options(given, order) -> None:
    found = concept_order(given)
    assert (found.action, found.name, found.consent) == order
