"""Korean into English, word by word."""

import pytest

from core.text.gloss import Glosser


@pytest.fixture(scope="module")
def glosser():
    return Glosser.load()


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("바다", "sea"),
        ("바다가", "sea"),
        ("바다에서는", "sea"),
        ("슬퍼요", "sad"),
        ("슬펐다", "sad"),
        ("슬픈 노래", "sad song"),
        ("친구를 만났어", "friend meet"),
        ("비가 온다", "rain come"),
    ],
)
def test_words_are_known_in_their_forms(glosser, korean, english):
    assert glosser.gloss(korean) == (english, 1.0)


@pytest.mark.parametrize("korean", ["행복하지 않아", "슬프지 않았다", "좋지 못했다"])
def test_a_negation_stands_before_what_it_negates(glosser, korean):
    assert glosser.gloss(korean)[0].startswith("not ")


def test_coverage_is_the_share_of_known_words(glosser):
    assert glosser.gloss("바다 쀍뛟흉")[1] == pytest.approx(0.5)
    assert glosser.gloss("쀍뛟흉") == ("", 0.0)
    assert glosser.gloss("")[1] == 0.0


def test_english_words_and_numbers_stay(glosser):
    assert glosser.gloss("meeting 3 바다")[0] == "meeting 3 sea"


def test_other_languages_are_left_alone(glosser):
    english = glosser.to_english(["the sea", "바다", "mare"], ["en", "ko", "it"])
    assert english.texts == ("the sea", "sea", "mare")
    assert english.coverage == (1.0, 1.0, 0.0)


def test_a_short_word_is_not_found_inside_longer_ones(glosser):
    assert "rain" not in glosser.gloss("비밀을 지켰다")[0].split()
    assert "snow" not in glosser.gloss("눈물이 난다")[0].split()


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("그립다", "miss"),
        ("할머니가 돌아가신", "grandmother die"),
        ("집으로 돌아갔다", "house go back"),
        ("그 사람이 보고 싶다", "he person miss"),
        ("영화를 보고 싶다", "movie see"),
        ("눈물이 난다", "tears come out"),
    ],
)
def test_words_that_look_alike_are_told_apart(glosser, korean, english):
    assert glosser.gloss(korean)[0].split()[: len(english.split())] == english.split()
