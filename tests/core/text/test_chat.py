"""Marks of feeling beside words."""

import pytest

from core.text.chat import ChatMarks


@pytest.fixture(scope="module")
def marks():
    return ChatMarks.load()


@pytest.mark.parametrize(
    "text", ["great 😂", "ㅋㅋㅋㅋ 진짜", "lol what", "nice :)", "I <3 it", "yes :tada:", "hahaha ok", "^^ 좋아"]
)
def test_pleasant_marks(marks, text):
    _, found = marks.read(text)
    assert found
    assert all(mark.valence is not None and mark.valence > 0 for mark in found)


@pytest.mark.parametrize("text", ["no 😭", "너무해 ㅠㅠ", "oh :(", "T_T why", "ugh", "bad :rage:", "💔"])
def test_unpleasant_marks(marks, text):
    _, found = marks.read(text)
    assert found
    assert all(mark.valence is not None and mark.valence < 0 for mark in found)


def test_marks_are_taken_out_of_the_words(marks):
    words, found = marks.read("오늘 재밌었다 ㅋㅋㅋㅋ 😂👍🏽 :)")
    assert words == "오늘 재밌었다"
    assert [mark.quote for mark in found] == ["😂", "👍🏽", "ㅋㅋㅋㅋ", ":)"]


def test_unknown_emoji_go_without_a_mark(marks):
    assert marks.read("lunch 🥨 time") == ("lunch time", ())


def test_shouting_raises_arousal_only(marks):
    words, found = marks.read("THIS IS AMAZING NEWS!!!")
    assert words == "THIS IS AMAZING NEWS!!!"
    assert {mark.kind for mark in found} == {"capitals", "exclamation"}
    assert all(mark.valence is None and mark.arousal > 0 for mark in found)


@pytest.mark.parametrize(
    "text", ["I live in the USA.", "The NASA probe", "Hi! Fine.", "at 3:00 (see below)", "a ratio of 1:3"]
)
def test_ordinary_writing_has_no_marks(marks, text):
    assert marks.read(text)[1] == ()


def test_more_laughter_is_more_excited(marks):
    (short,), (long,) = marks.read("ㅋㅋ")[1], marks.read("ㅋㅋㅋㅋㅋㅋ")[1]
    assert long.arousal > short.arousal


def test_laughter_is_not_heard_inside_words():
    assert ChatMarks.load().read("다 같이 축하하자")[0] == "다 같이 축하하자"
    assert [mark.quote for mark in ChatMarks.load().read("하하 재밌다")[1]] == ["하하"]
