"""Replies as Discord shows them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import LONGEST_CONTENT, Rendered, clipped, fitting, render, safe
from bot.replies import Button, Choice, Entry, FormReply, ListReply, ProgressReply, Select, TextReply, TrackReply
from core.brief import Brief
from core.piece import Facts, FileKind, PieceFile
from core.words import Words
from tests.platforms.discord.limits import check_message

MIB = 1024 * 1024
FACTS = Facts(
    seconds=30.0,
    sample_rate=44_100,
    channels=2,
    bpm=84.0,
    key="A minor",
    lufs=-14.0,
    true_peak_dbtp=-1.2,
    seed=7,
    engine="composer",
    model="composer 1",
    licence="MIT",
    commercial=True,
    brief=Brief(),
    caption="",
    render_seconds=1.0,
)


def file(kind: FileKind, name: str, size: int = 10) -> PieceFile:
    return PieceFile(kind=kind, name=name, media_type="application/octet-stream", data=b"x" * size)


def track(*files: PieceFile, line: str = "jazz", notes: tuple[str, ...] = ()) -> TrackReply:
    buttons = tuple(Button("again", f"t{n}", Words("Again", "다시")) for n in range(10))
    topics = Select("topic", "t", Words("About", "주제"), (Choice("sport", Words("Sport", "운동"), chosen=True),))
    return TrackReply("t", "en", line, notes, FACTS, files, b"", buttons, (topics,))


def payload(rendered: Rendered) -> dict[str, object]:
    return {"content": rendered.content, "components": rendered.view.to_components()}


async def test_a_track_shows_its_line_its_files_and_its_buttons() -> None:
    shown = render(track(file("audio", "a.mp3"), file("waveform", "a.png"), line="jazz · 84 BPM"), MIB)

    assert shown.content == "🎶 jazz · 84 BPM"
    assert [attachment.filename for attachment in shown.attachments] == ["a.mp3", "a.png"]
    assert shown.attachments[1].description == "Waveform of the music"
    check_message(payload(shown), kept_files=0, new_files=2)


async def test_files_that_are_too_large_for_the_place_are_named_instead() -> None:
    shown = render(track(file("audio", "a.mp3", 100), file("stems", "stems.zip", 2 * MIB)), MIB)

    assert [attachment.filename for attachment in shown.attachments] == ["a.mp3"]
    assert "stems.zip is left out: it has 2.0 MB, and files here may have 1.0 MB." in shown.content


def test_files_together_keep_within_one_request() -> None:
    files = [file("audio", "a", 6), file("stems", "b", 6), file("midi", "c", 4)]

    taken, left = fitting(files, room=100, total=10)

    assert [f.name for f in taken] == ["a", "c"]
    assert [f.name for f in left] == ["b"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold* _it_ ~~no~~ ||secret||", r"\*bold\* \_it\_ \~\~no\~\~ \|\|secret\|\|"),
        ("[free music](https://evil.example)", r"\[free music](https://evil.example)"),
        ("# loud", r"\# loud"),
        ("> quoted", r"\> quoted"),
        ("type `/bgm genre:lo_fi`", "type `/bgm genre:lo_fi`"),
        ("```\nblock", r"\`\`\`" + "\nblock"),
        ("재즈 · 84 BPM", "재즈 · 84 BPM"),
    ],
)
def test_nothing_in_a_text_is_formatted_but_code(written: str, shown: str) -> None:
    assert safe(written) == shown


def test_long_texts_are_cut_at_a_word() -> None:
    cut = clipped("word " * 1000)

    assert len(cut) <= LONGEST_CONTENT
    assert cut.endswith("word …")


@given(st.text(max_size=3000) | st.text(alphabet="[](x)*_`#>\\ \n@", max_size=60))
def test_whatever_is_written_fits_and_links_nowhere(written: str) -> None:
    shown = clipped(safe(written))

    assert len(shown) <= LONGEST_CONTENT
    outside_code = re.sub(r"`[^`\n]+`", "", shown)
    assert re.search(r"(?<!\\)\[[^\]\n]+\]\(", outside_code) is None


async def test_progress_shows_a_bar_once_the_work_has_begun() -> None:
    cancel = (Button("cancel", "j", Words("Cancel", "취소")),)
    waiting = render(ProgressReply("j", "en", 3, 0.0, "queued", "Number 3 in the queue.", cancel), MIB)
    playing = render(ProgressReply("j", "en", None, 0.5, "render", "Playing… 50 %", cancel), MIB)

    assert waiting.content == "Number 3 in the queue."
    assert playing.content == "Playing… 50 %\n`██████░░░░░░`"
    assert playing.custom_ids == {"do:cancel:j"}


async def test_a_list_offers_what_can_be_done_with_its_entries_in_one_select() -> None:
    play, delete = Button("play", "t1", Words("Play", "듣기")), Button("delete", "t1", Words("Delete", "삭제"))
    entries = tuple(Entry(f"t{n}", f"jazz *{n}*", "0:30", (play, delete) if n == 1 else ()) for n in range(1, 4))
    shown = render(ListReply("Your tracks", "ko", entries, 1, 2, (Button("library", "2", Words("Next", "다음")),)), MIB)

    rows = shown.view.to_components()
    assert shown.content.splitlines()[:3] == ["Your tracks", r"**1.** jazz \*1\*", "-# 0:30"]
    assert [option["label"] for option in rows[0]["components"][0]["options"]] == [
        "1. 듣기 · jazz *1*",
        "1. 삭제 · jazz *1*",
    ]
    assert rows[1]["components"][0]["custom_id"] == "do:library:2"


async def test_the_largest_list_keeps_within_discords_limits() -> None:
    buttons = tuple(Button("play", "x" * 36 + str(n), Words("Play " * 40, "듣기 " * 40)) for n in range(5))
    entries = tuple(Entry(str(n), "title " * 100, "detail " * 100, tuple(
        Button(b.action, f"{n}{b.target}", b.label) for b in buttons)) for n in range(10))  # fmt: skip
    shown = render(ListReply("Title", "en", entries, buttons=buttons), MIB)

    check_message(payload(shown), kept_files=0, new_files=0)


async def test_a_danger_is_red_and_a_private_reply_stays_private() -> None:
    shown = render(TextReply("gone?", "en", (Button("delete", "t", Words("Delete", "삭제"), danger=True),)), MIB)

    assert shown.private
    assert shown.view.to_components()[0]["components"][0]["style"] == 4


def test_a_form_is_not_shown_as_a_message() -> None:
    with pytest.raises(TypeError):
        render(FormReply("Remix", "en", "remix", "t", "What", "", 300), MIB)
