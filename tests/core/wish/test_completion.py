from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog import Catalog
from core.wish import FIELDS, FieldName, complete_option, parse_wish
from core.wish.completion import LONGEST_VALUE

CATALOG = Catalog.load()


def test_a_name_is_completed_in_the_language_of_the_person():
    assert complete_option("genre", "ja", CATALOG, "en")[0] == "Jazz"
    assert complete_option("genre", "ja", CATALOG, "ko")[0] == "재즈"


def test_the_last_value_of_a_list_is_completed_and_none_repeated():
    offered = complete_option("genre", "Jazz, bl", CATALOG, "en")
    assert offered[0] == "Jazz, Blues"
    assert "Jazz, Jazz" not in complete_option("genre", "Jazz, ", CATALOG, "en")


def test_nothing_typed_offers_popular_names():
    assert len(complete_option("mood", "", CATALOG, "en")) == 25
    assert CATALOG.moods["calm"].en in complete_option("mood", "", CATALOG, "en")[:15]


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("duration", "", ["0:15", "0:30", "1:00"]),
        ("duration", "0", ["0:15", "0:30"]),
        ("duration", "90", ["1:30"]),
        ("duration", "1분 30초", ["1:30"]),
        ("loop", "", ["yes", "no"]),
        ("key", "f#", ["F#m", "F#"]),
        ("tempo", "f", ["Fast"]),
        ("seed", "", []),
    ],
)
def test_other_options_are_completed_too(name: FieldName, typed: str, expected: list[str]):
    assert complete_option(name, typed, CATALOG, "en") == expected


@given(st.sampled_from(list(FIELDS)), st.text(max_size=30), st.sampled_from(["en", "ko"]))
def test_suggestions_fit_where_they_are_shown(name: FieldName, typed: str, language):
    offered = complete_option(name, typed, CATALOG, language)
    assert len(offered) <= 25
    assert len(set(offered)) == len(offered)
    assert all(0 < len(value) <= LONGEST_VALUE for value in offered)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", ["genre", "mood", "instrument", "no", "tempo", "duration", "key", "loop"])
def test_whatever_is_suggested_can_be_taken(name: FieldName, language):
    for value in complete_option(name, "", CATALOG, language, limit=1000):
        assert parse_wish(f'{name}:"{value}"', CATALOG).model_fields_set == {FIELDS[name].attribute}
