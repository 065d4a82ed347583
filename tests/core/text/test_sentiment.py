"""Korean sentiment by the model that ships."""

import numpy as np
import pytest

from core.text.sentiment import KoreanSentiment, is_plain, pack, unpack


@pytest.fixture(scope="module")
def sentiment():
    return KoreanSentiment.load()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("정말 재미있고 감동적인 영화", "지루하고 최악이다"),
        ("재미있다", "재미없다"),
        ("나쁘지 않았다", "나쁘다"),
        ("너무너무 좋았어요", "좋지 않았어요"),
        ("배우들 연기 최고 ㅋㅋ", "연기 못 봐주겠네 ㅡㅡ"),
        ("완전 꿀잼", "완전 노잼"),
    ],
)
def test_the_better_opinion_has_the_higher_margin(sentiment, better, worse):
    assert sentiment.margin(better) > sentiment.margin(worse)


def test_an_opinion_is_read_by_the_head_and_a_story_by_its_words(sentiment):
    assert sentiment.valence("지루하고 최악이다 ㅡㅡ", meant=0.5) < 0
    assert is_plain("오늘 아침에 할머니가 돌아가셨다.")
    assert sentiment.valence("오늘 아침에 할머니가 돌아가셨다.", meant=-0.75) < -0.3


@pytest.mark.parametrize(
    ("text", "meant"), [("안 좋아", -0.9), ("하나도 행복하지 않아", -1.0), ("너무 힘들었어 ㅠㅠ", -0.54)]
)
def test_words_that_are_clear_count_where_nothing_is_judged(sentiment, text, meant):
    assert sentiment.valence(text, meant) < -0.2


def test_a_statement_without_feeling_stays_near_the_middle(sentiment):
    assert abs(sentiment.valence("내일 회의 있어요", meant=0.13)) < 0.35


@pytest.mark.parametrize("text", ["정말 최고의 영화였다.", "ㅋㅋㅋ 웃기다", "여기 어디야"])
def test_judging_and_chatting_are_not_plain(text):
    assert not is_plain(text)


def test_what_is_packed_comes_out_the_same():
    buckets = np.array([3, 4, 258, 259, 1000, 1_000_000], np.int64)
    weights = np.array([1, -1, 127, -127, 5, 6], np.int8)
    gaps, packed = pack(buckets, weights)
    assert gaps.dtype == np.uint8
    found, values = unpack(gaps, packed)
    assert found.tolist() == buckets.tolist()
    assert values.tolist() == weights.tolist()
