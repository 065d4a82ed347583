from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.brief import Key
from core.wish.values import (
    read_bpm,
    read_duration,
    read_key,
    read_likeness,
    read_seed,
    read_text_weight,
    read_yes_no,
    says_bpm,
    says_duration,
    says_key,
    write_duration,
    write_key,
    write_number,
)

KEYS = [Key(tonic=tonic, mode=mode) for tonic in range(12) for mode in ("major", "minor")]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0:30", 30),
        ("00:30", 30),
        ("1:05", 65),
        ("5:00", 300),
        ("30", 30),
        ("30s", 30),
        ("30 sec", 30),
        ("90 seconds", 90),
        ("1m30s", 90),
        ("1m30", 90),
        ("1m 30s", 90),
        ("2 minutes", 120),
        ("1.5 min", 90),
        ("12.5", 12.5),
        ("0:12.5", 12.5),
        ("30초", 30),
        ("1분", 60),
        ("1분 30초", 90),
        ("1분30초", 90),
        ("30초 동안", 30),
        ("３０", 30),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, seconds: float):
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "0:04", "4.9s", "5:01", "301", "6 min", "1:60", "1:00:00", "-30", "30x", "s", "분", "1e2", "nan", "9" * 50],
)
def test_other_text_is_no_duration(text: str):
    assert read_duration(text) is None


@given(st.floats(min_value=5.0, max_value=300.0))
def test_a_written_duration_reads_back_exactly(seconds: float):
    assert read_duration(write_duration(seconds)) == seconds


def test_durations_are_written_like_clocks():
    assert write_duration(30) == "0:30"
    assert write_duration(300) == "5:00"
    assert write_duration(12.5) == "0:12.5"


def test_only_a_clock_time_or_a_unit_says_that_a_number_is_a_duration():
    assert says_duration("0:30")
    assert says_duration("30초")
    assert not says_duration("30")
    assert not says_duration("")


@pytest.mark.parametrize(
    ("text", "bpm"), [("84", 84), ("84.5", 84.5), ("84bpm", 84), ("120 BPM", 120), ("90비피엠", 90)]
)
def test_beats_per_minute_are_read(text: str, bpm: float):
    assert read_bpm(text) == bpm


@pytest.mark.parametrize("text", ["", "29", "301", "-84", "fast", "84 85", "bpm", "1e2", "inf"])
def test_other_text_is_no_tempo(text: str):
    assert read_bpm(text) is None


@given(st.floats(min_value=30.0, max_value=300.0))
def test_a_written_bpm_reads_back_exactly(bpm: float):
    assert read_bpm(write_number(bpm)) == bpm


def test_a_bare_number_does_not_say_that_it_is_a_tempo():
    assert says_bpm("84bpm")
    assert not says_bpm("84")
    assert not says_bpm("")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Am", "A minor"),
        ("am", "A minor"),
        ("A", "A major"),
        ("AM", "A major"),
        ("a minor", "A minor"),
        ("F#m", "F# minor"),
        ("F# minor", "F# minor"),
        ("Gbm", "F# minor"),
        ("Bb", "Bb major"),
        ("b", "B major"),
        ("bb minor", "Bb minor"),
        ("B flat major", "Bb major"),
        ("E-flat", "Eb major"),
        ("c sharp minor", "C# minor"),
        ("Cb", "B major"),
        ("가단조", "A minor"),
        ("가 단조", "A minor"),
        ("다장조", "C major"),
        ("올림바단조", "F# minor"),
        ("내림나장조", "Bb major"),
        ("A단조", "A minor"),
        ("C 메이저", "C major"),
    ],
)
def test_keys_are_read_in_both_languages(text: str, expected: str):
    assert str(read_key(text)) == expected


@pytest.mark.parametrize("text", ["", "H", "minor", "A dorian", "가", "장조", "Amm", "하장조", "calm"])
def test_other_text_is_no_key(text: str):
    assert read_key(text) is None


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_written_key_reads_back(key: Key):
    assert read_key(write_key(key, "en")) == read_key(write_key(key, "ko")) == read_key(str(key)) == key


def test_a_letter_alone_does_not_say_that_it_is_a_key():
    assert says_key("A minor")
    assert says_key("가단조")
    assert not says_key("Am")
    assert not says_key("minor")


def test_seeds_are_whole_numbers_of_32_bits():
    assert read_seed("0") == 0
    assert read_seed("4294967295") == 4294967295
    assert [read_seed(text) for text in ("4294967296", "-1", "1.5", "", "x")] == [None] * 5


def test_yes_and_no_are_understood_in_both_languages():
    assert [read_yes_no(text) for text in ("yes", "Y", "TRUE", "on", "예", "네")] == [True] * 6
    assert [read_yes_no(text) for text in ("no", "off", "아니오", "아니요")] == [False] * 4
    assert read_yes_no("perhaps") is None


@pytest.mark.parametrize(
    ("text", "level"), [("loose", 1), ("Close", 6), ("보통", 3), ("똑같이", 6), ("4", 4), ("7", None), ("very", None)]
)
def test_likeness_is_a_word_or_a_number(text: str, level: int | None):
    assert read_likeness(text) == level


@pytest.mark.parametrize(("text", "weight"), [("1", 1.0), ("4.5", 4.5), ("9", 9.0), ("0", None), ("10", None)])
def test_the_weight_of_a_text_lies_between_one_and_nine(text: str, weight: float | None):
    assert read_text_weight(text) == weight
