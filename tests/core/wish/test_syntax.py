from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wish.problems import OpenQuote
from core.wish.syntax import Token, tokens


def test_options_values_and_words_are_told_apart():
    assert list(tokens("genre:jazz, blues calm")) == [
        Token("genre", option=True),
        Token("jazz"),
        Token("blues", joined=True),
        Token("calm"),
    ]


@pytest.mark.parametrize("text", ["genre:jazz", "genre: jazz", "genre : jazz", "genre=jazz"])
def test_an_option_may_stand_apart_from_its_value(text: str):
    assert list(tokens(text)) == [Token("genre", option=True), Token("jazz")]


def test_quotations_are_kept_whole():
    assert list(tokens("genre:\"hip hop\" 'old cinema'")) == [
        Token("genre", option=True),
        Token("hip hop", quoted=True),
        Token("old cinema", quoted=True),
    ]


def test_an_apostrophe_is_no_quotation_mark():
    assert list(tokens("children's day")) == [Token("children's"), Token("day")]


def test_a_hyphen_before_a_word_leaves_it_out():
    assert list(tokens("lo-fi -drums")) == [Token("lo-fi"), Token("no", option=True), Token("drums")]


def test_codes_of_chat_programs_are_skipped():
    assert list(tokens(":smile: <@123> <:party:99> calm")) == [Token("calm")]


def test_times_and_links_are_words():
    assert list(tokens("0:30 https://example.org")) == [Token("0:30"), Token("https://example.org")]


def test_a_quotation_must_be_closed():
    with pytest.raises(OpenQuote):
        list(tokens('calm "rain'))


@given(st.text(alphabet="ab :=,\"'-<>@0가"))
def test_every_text_comes_apart_or_has_an_open_quotation(text: str):
    try:
        found = list(tokens(text))
    except OpenQuote:
        return
    assert all(token.text.strip() or token.quoted for token in found)
