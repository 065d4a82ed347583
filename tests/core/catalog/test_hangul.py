from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.hangul import adjective_forms, has_hangul, initials, letters

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))


def test_syllables_are_spelt_out_as_they_are_typed():
    assert letters("과자") == "ㄱㅗㅏㅈㅏ"
    assert letters("닭") == "ㄷㅏㄹㄱ"
    assert letters("EDM 팝") == "EDM ㅍㅏㅂ"


@given(HANGUL, HANGUL)
def test_a_word_begins_with_the_letters_of_its_beginning(beginning: str, rest: str):
    assert letters(beginning + rest).startswith(letters(beginning))


def test_a_syllable_that_is_still_being_typed_is_a_beginning():
    assert letters("재즈").startswith(letters("쟂"))
    assert letters("피아노").startswith(letters("피ㅇ"))


def test_initials_are_the_first_consonants():
    assert initials("바이올린") == "ㅂㅇㅇㄹ"


def test_latin_text_has_no_hangul():
    assert not has_hangul("jazz 8-bit é")
    assert has_hangul("K팝")
    assert has_hangul("ㅋㅋ")


@pytest.mark.parametrize(
    ("adjective", "expected"),
    [
        ("차분한", "차분함 차분하게 차분하다 차분하고 차분하지만 차분하면서 차분하며"),
        ("무서운", "무서움 무섭게 무섭다 무섭고 무섭지만 무서우면서 무서우며"),
        ("슬픈", "슬픔 슬프게 슬프다 슬프고 슬프지만 슬프면서 슬프며"),
        ("밝은", "밝음 밝게 밝다 밝고 밝지만 밝으면서 밝으며"),
        ("신나는", "신남 신나게 신나다 신나고 신나지만 신나면서 신나며"),
        ("재미있는", "재미있음 재미있게 재미있다 재미있고 재미있지만 재미있으면서 재미있으며"),
        ("낭만적인", "낭만적 낭만적임 낭만적으로 낭만적이게 낭만적이고 낭만적이지만 낭만적이면서 낭만적이며"),
    ],
)
def test_adjectives_take_their_other_forms(adjective: str, expected: str):
    assert adjective_forms(adjective) == tuple(expected.split())


@pytest.mark.parametrize("word", ["파티", "calm", "한", "", "인", "꿈같은 dream한"])
def test_other_words_have_no_forms(word: str):
    assert adjective_forms(word) == ()
