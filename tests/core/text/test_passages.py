"""Which sentences of a long text are read closely."""

import pytest

from core.text.passages import closely_read, starts, windows
from core.text.sentences import Sentence


def sentences(*lengths):
    return [Sentence("x" * length, "x" * length, "en", 0, length, ()) for length in lengths]


def test_all_of_a_short_text_is_read():
    chosen, weights = closely_read(sentences(10, 30, 60))
    assert len(chosen) == 3
    assert weights.tolist() == pytest.approx([0.1, 0.3, 0.6])


def test_of_a_long_text_the_longest_sentence_of_every_group_stands_for_it():
    chosen, weights = closely_read(sentences(10, 30, 20, 40), most=50)
    assert [sentence.letters for sentence in chosen] == [30, 40]
    assert weights.tolist() == pytest.approx([0.4, 0.6])


def test_what_is_read_closely_stays_bounded_however_long_the_text_is():
    for count in (1_000, 10_000):
        chosen, weights = closely_read(sentences(*[20] * count))
        assert sum(sentence.letters for sentence in chosen) <= 40_000
        assert weights.sum() == pytest.approx(1, abs=1e-4)


def test_each_sentence_starts_where_those_before_it_end():
    assert starts(closely_read(sentences(10, 30, 60))[1]) == pytest.approx([0, 0.1, 0.4])


def test_windows_end_at_the_ends_of_the_text():
    assert windows(3, 1) == [slice(0, 2), slice(0, 3), slice(1, 4)]
