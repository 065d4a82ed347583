from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.names import normalise, variants, without_particle


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lo-Fi", "lofi"),
        ("HIP hop", "hiphop"),
        ("R & B", "randb"),
        ("hip_hop", "hiphop"),
        ("ＪＡＺＺ", "jazz"),
        ("Cajón", "cajon"),
        ("Children’s", "childrens"),
        ("힙 합", "힙합"),
        ("\u1112\u1175\u11b8합", "힙합"),
        ("ㅈㅈ", "ㅈㅈ"),
        ("🎵", ""),
    ],
)
def test_names_are_compared_without_case_spaces_punctuation_and_accents(text: str, expected: str):
    assert normalise(text) == expected


@given(st.text())
def test_a_normalised_name_stays_as_it_is(text: str):
    name = normalise(text)
    assert normalise(name) == name


def test_everyday_forms_come_after_the_name_itself():
    assert list(variants("pianos"))[:2] == ["pianos", "piano"]
    assert "jazz" in variants("jazzmusic")
    assert "재즈" in variants("재즈풍")


def test_particles_are_taken_off_korean_words_only():
    assert "피아노" in without_particle("피아노로")
    assert "드럼" in without_particle("드럼과")
    assert list(without_particle("piano")) == []
    assert list(without_particle("")) == []
