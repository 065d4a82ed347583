"""What people are told, in their language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.job import Job, Request
from bot.presentation import Presentation, progress_words
from bot.track import Track, TrackFile
from core.brief import Brief
from core.catalog import Catalog
from core.piece import Order, PieceFile
from core.words import Words
from tests.bot.pieces import channel, facts, person, reading, track_of

BRIEF = Brief(genres=("jazz",), moods=("calm",), seed=7)
SCORE = TrackFile("score", "s.json", "application/json", "0" * 64, 2)


@pytest.fixture(scope="module")
def presentation() -> Presentation:
    return Presentation(Catalog.load())


def job(**details) -> Job:
    request = Request(kind="bgm", asker=person("kari"), place=channel(), brief=BRIEF, order=Order())
    made = Job("job", request, 0, "running", 1, 0, 0.0, "compose", None, 0.0)
    return replace(made, **details)


def track(**details) -> Track:
    return track_of(job(), **details)


def test_one_line_says_what_was_made(presentation: Presentation) -> None:
    line = presentation.line(track(), "en")
    for said in ("Jazz", "Calm", "84 BPM", "A minor", "0:30", "composer", "seed 7"):
        assert said in line
    korean = presentation.line(track(), "ko")
    for said in ("재즈", "차분한", "84 BPM", "시드 7"):
        assert said in korean


@pytest.mark.parametrize(
    ("details", "position", "en", "ko"),
    [
        ({"state": "queued"}, 1, "Next in the queue.", "다음 차례입니다."),
        ({"state": "queued"}, 12, "Number 12 in the queue.", "대기 순서 12번째입니다."),
        ({"fraction": 0.254, "stage": "compose"}, None, "Composing… 25 %", "작곡하는 중… 25%"),
        ({"fraction": 1.0, "stage": "something new"}, None, "Making music… 100 %", "음악을 만드는 중… 100%"),
    ],
)
def test_progress_is_a_sentence(details: dict[str, object], position: int | None, en: str, ko: str) -> None:
    assert progress_words(job(**details), position) == Words(en, ko)


def test_progress_can_be_cancelled(presentation: Presentation) -> None:
    [button] = presentation.progress(job()).buttons
    assert (button.action, button.target) == ("cancel", "job")


def test_buttons_are_those_that_work(presentation: Presentation) -> None:
    def actions(**details) -> set[str]:
        return {button.action for button in presentation.track(track(**details), (), "en").buttons}

    plain = actions()
    assert {"again", "vary_small", "vary_large", "loop", "like", "share", "delete"} <= plain
    assert not {"stems", "why"} & plain
    assert "remix" in plain
    assert {"remix", "stems"} <= actions(files=(SCORE,))
    assert "why" in actions(reading=reading(BRIEF))
    assert "loop" not in actions(facts=facts(BRIEF.model_copy(update={"loop": True})))
    assert "unshare" in actions(share="secret")
    assert "stems" not in actions(files=(SCORE, TrackFile("stems", "s.zip", "application/zip", "1" * 64, 2)))


def test_no_reply_has_more_buttons_than_slack_takes(presentation: Presentation) -> None:
    reply = presentation.track(track(files=(SCORE,), reading=reading(BRIEF)), (), "en")
    assert len(reply.buttons) <= 25
    assert all(len(button.label.en) <= 75 and len(button.label.ko) <= 75 for button in reply.buttons)


def test_music_without_commercial_rights_says_so(presentation: Presentation) -> None:
    made = track(facts=facts(BRIEF, commercial=False))
    assert any("CC-BY-NC-4.0" in note and "commercial" in note for note in presentation.track(made, (), "en").notes)
    assert any("상업적" in note for note in presentation.track(made, (), "ko").notes)
    assert presentation.track(track(), (), "en").notes == ()


def test_notes_of_the_engine_and_of_the_reading_are_passed_on(presentation: Presentation) -> None:
    read = reading(BRIEF).model_copy(update={"notes": (Words("No words found.", "읽을 말이 없습니다."),)})
    notes = presentation.track(track(note=Words("Whole bars.", "온전한 마디"), reading=read), (), "ko").notes
    assert notes == ("온전한 마디", "읽을 말이 없습니다.")


def test_the_score_stays_and_paper_comes_when_asked_for(presentation: Presentation) -> None:
    def attached(*kinds: str) -> list[str]:
        files = tuple(TrackFile(kind, kind, "x/y", "0" * 64, 1) for kind in kinds)
        return [file.kind for file in presentation.attached(track(files=files))]

    assert attached("score", "chart", "waveform", "audio") == ["audio", "waveform"]
    everything = ("chart", "midi", "score", "stems", "waveform", "curve", "audio")
    assert attached(*everything) == ["audio", "waveform", "curve", "stems", "midi", "chart"]


def test_files_that_do_not_fit_are_named(presentation: Presentation) -> None:
    files = [
        PieceFile(kind="audio", name="a.mp3", media_type="audio/mpeg", data=b"1234"),
        PieceFile(kind="stems", name="stems.zip", media_type="application/zip", data=b"1" * 3_000_000),
    ]
    reply = presentation.track(track(), files, "en", 1000)
    assert [file.name for file in reply.files] == ["a.mp3"]
    assert "stems.zip (3 MB)" in reply.notes[0]


def test_topics_are_offered_while_the_text_is_kept(presentation: Presentation) -> None:
    kept = track(reading=reading(BRIEF), text="A ship")
    assert len(presentation.track(kept, (), "en").selects) == 1
    assert presentation.track(replace(kept, text=None), (), "en").selects == ()


def test_long_quotes_are_cut(presentation: Presentation) -> None:
    read = reading(BRIEF)
    [finding] = read.findings
    long = finding.model_copy(update={"evidence": (finding.evidence[0].model_copy(update={"quote": "sea " * 100}),)})
    text = presentation.why(track(reading=read.model_copy(update={"findings": (long,)})), "en")
    assert len(text) < 150
    assert text.endswith("…”)")
