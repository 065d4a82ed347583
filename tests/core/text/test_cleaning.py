"""What is left of a message when the markup is gone."""

import pytest

from core.text.cleaning import clean


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ("**Hello** __there__ *you* ~~old~~ ||secret||", "Hello there you old secret"),
        ("# A title\ntext", "A title\n\ntext"),
        ("- one\n- two\n1. three", "one\ntwo\nthree"),
        ("look at [the map](https://example.com/a_b) now", "look at the map now"),
        ("see https://example.com/x?y=z_1 and www.example.org!", "see and"),
        ("write to me@example.com please", "write to please"),
        ("hi <@123> and <@!456> in <#789> <t:1700000000:R>", "hi and in"),
        ("hello @everyone and @some.body", "hello and"),
        ("nice <:pog:123456> <a:wave:987>", "nice :pog: :wave:"),
        ("<https://example.com|the report> by <@U12AB|ann>, <!here>", "the report by ,"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("run `make` now\n```py\nprint('x')\n```\ndone", "run make now\n\ndone"),
        ("one\u200b two\u202e three\x07", "one two three"),
        ("<p>One <b>bold</b> word</p>", "One bold word"),
    ],
)
def test_markup_goes_and_words_stay(raw, left):
    assert clean(raw).text == left


def test_snake_case_words_and_arithmetic_are_not_emphasis():
    assert clean("keep some_variable_name and 2 * 3 * 4").text == "keep some_variable_name and 2 * 3 * 4"


def test_quotes_of_others_are_left_out():
    cleaned = clean("> I hate this song\nI love it\n&gt; no you don't")
    assert cleaned.text == "I love it"
    assert not cleaned.quoted


def test_everything_after_three_quote_marks_is_quoted():
    assert clean("mine\n>>> theirs\nstill theirs").text == "mine"


def test_a_message_that_is_only_a_quote_is_read_and_marked():
    cleaned = clean("> the whole\n> message")
    assert cleaned.text == "the whole\nmessage"
    assert cleaned.quoted


def test_an_unhappy_face_is_no_quote():
    assert clean(">:( not again").text == ">:( not again"


def test_chat_logs_lose_times_and_names():
    log = "[12:01] Ann: the gate opens\n[12:02] Bob: I draw my sword\n[12:02] Ann: it roars\n[12:03] Bob: we run"
    assert clean(log).text == "the gate opens\nI draw my sword\nit roars\nwe run"


def test_a_story_with_a_colon_keeps_it():
    story = "She said: come in. The room was cold.\nNobody answered.\nThe end: silence.\nGoodbye."
    assert clean(story).text == story


def test_paragraphs_stay_apart():
    assert clean("one\r\n\r\n\r\ntwo\rthree").text == "one\n\ntwo\nthree"


@pytest.mark.parametrize("raw", ["", "   ", "\n\n", "```\ncode only\n```", "https://example.com", "<@1>"])
def test_nothing_but_markup_leaves_nothing(raw):
    assert clean(raw).text == ""


def test_unclosed_markup_of_great_length_is_bounded():
    assert len(clean("[" * 50_000 + "*_~|`<" * 10_000).text) <= 110_000


def test_a_long_pause_in_a_log_begins_a_new_paragraph():
    log = "[18:02] ann: one\n[18:03] bob: two\n[18:04] ann: three\n[19:30] bob: four\n[19:31] ann: five"
    assert clean(log).text == "one\ntwo\nthree\n\nfour\nfive"


def test_a_log_that_goes_on_after_midnight_has_no_pause_there():
    log = "11:58 PM ann: one\n11:59 PM bob: two\n12:01 AM ann: three\n12:02 AM bob: four"
    assert "\n\n" not in clean(log).text


def test_tildes_within_a_line_drag_a_word_out_and_fence_nothing():
    assert clean("정말~~~~ 잼없음").text.endswith("잼없음")


def test_tildes_on_a_line_of_their_own_fence_code():
    assert clean("before\n~~~\ncode\n~~~\nafter").text.split() == ["before", "after"]
