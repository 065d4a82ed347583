"""Korean spelt out in letters and cut into hashed pieces."""

import numpy as np
import pytest

from core.text.jamo import BUCKETS, spell, weigh


@pytest.mark.parametrize(
    ("text", "letters"),
    [("값", "ㄱㅏㅄ"), ("가 나", "ㄱㅏ ㄴㅏ"), ("ㅋㅋㅋㅋㅋ", "ㅋㅋ"), ("GOOD", "good"), ("  좋다\n", "ㅈㅗㅎㄷㅏ")],
)
def test_syllables_are_spelt_out(text, letters):
    assert spell(text) == letters


def test_a_decomposed_text_reads_like_a_composed_one():
    assert spell("\u1112\u1161\u11ab") == spell("한")


def test_weights_are_of_length_one_and_buckets_ascend():
    buckets, weights = weigh("정말 재미있는 영화였다")
    assert np.isclose(np.linalg.norm(weights), 1.0, atol=1e-6)
    assert (np.diff(buckets) > 0).all()
    assert buckets[0] >= 0
    assert buckets[-1] < BUCKETS


def test_words_without_spaces_share_most_of_their_pieces():
    apart, together = set(weigh("정말 좋다")[0]), set(weigh("정말좋다")[0])
    assert len(apart & together) > len(together) / 2


def test_a_text_without_letters_still_has_pieces():
    assert len(weigh("")[0]) > 0
