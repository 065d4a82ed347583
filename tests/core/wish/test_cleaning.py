from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from core.wish.cleaning import LONGEST_KEYWORD, clean, keyword, shown


def test_invisible_characters_are_removed():
    assert clean("ja\u200bzz\u202e\x00 \x1b[31m\ufeff") == "jazz [31m"


def test_line_breaks_become_spaces():
    assert clean("calm\njazz\tnow") == "calm jazz now"


def test_wide_and_curly_punctuation_becomes_straight():
    assert clean("장르：“재즈”，『록』 it’s") == '장르:"재즈","록" it\'s'


def test_letters_in_pieces_are_put_together():
    assert clean(unicodedata.normalize("NFD", "재즈 café")) == "재즈 café"


def test_keywords_hold_no_markup():
    assert keyword("**@everyone** <script>`x`</script> rain!") == "everyone script x script rain"
    assert keyword("비 오는 창가") == "비 오는 창가"
    assert keyword("🎵🎵") == ""


@given(st.text())
def test_a_keyword_stays_as_it_is(text: str):
    bare = keyword(text)
    assert keyword(bare) == bare
    assert len(bare) <= LONGEST_KEYWORD


@given(st.text())
def test_what_is_shown_back_is_short_and_holds_no_mention_or_markup(text: str):
    echo = shown(text)
    assert len(echo) <= 40
    assert not set(echo) & set('*_~`|<>@#\\[](){}"\n\r\u202e')


def test_clock_times_are_shown_as_they_are():
    assert shown("9:99") == "9:99"
