"""Texts cut into sentences."""

import pytest

from core.text.sentences import LONGEST, Splitter


@pytest.fixture(scope="module")
def splitter():
    return Splitter.load()


def words(sentences):
    return [sentence.words for sentence in sentences]


def test_abbreviations_do_not_end_sentences(splitter):
    found = splitter.split("Dr. Smith met Mr. Jones at the old mill near St. Mary's. They talked for an hour.")
    assert words(found) == ["Dr. Smith met Mr. Jones at the old mill near St. Mary's.", "They talked for an hour."]


def test_korean_sentences_end_at_full_stops_and_at_laughter(splitter):
    found = splitter.split("오늘 시험을 봤다. 망했어 ㅠㅠ 그래도 괜찮아! 내일은 쉰다")
    assert words(found) == ["오늘 시험을 봤다.", "망했어", "그래도 괜찮아!", "내일은 쉰다"]


def test_each_sentence_has_its_own_language(splitter):
    found = splitter.split("I love this place. 정말 아름다운 바다다.")
    assert [sentence.language for sentence in found] == ["en", "ko"]


def test_blank_lines_part_paragraphs_and_lines_end_sentences(splitter):
    found = splitter.split("one line here\nanother line\n\nnext paragraph")
    assert [sentence.paragraph for sentence in found] == [0, 0, 1]


def test_lines_broken_at_a_page_width_are_joined(splitter):
    page = (
        "It was the best of days for everybody who had come down\n"
        "to the harbour that morning, since the fog had lifted and\n"
        "the boats were coming in with more fish than ever before\n"
        "in living memory."
    )
    assert len(splitter.split(page)) == 1


def test_what_never_ends_is_cut(splitter):
    found = splitter.split("word " * 500)
    assert all(len(sentence.text) <= LONGEST for sentence in found)
    assert sum(sentence.letters for sentence in found) == 2000


def test_a_word_without_spaces_is_cut_too(splitter):
    found = splitter.split("a" * 2000)
    assert len(found) == 5


def test_nothing_has_no_sentences(splitter):
    assert splitter.split("") == ()
    assert splitter.split(" \n ") == ()
