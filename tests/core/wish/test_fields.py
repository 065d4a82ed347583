from __future__ import annotations

from collections import Counter

import pytest

from core.brief import Brief
from core.catalog.names import normalise
from core.wish.fields import FIELDS, find_field


def test_no_two_options_share_a_spelling():
    spellings = Counter(
        name
        for field in FIELDS.values()
        for name in {normalise(name) for name in (field.name, field.label.en, field.label.ko, *field.aliases)}
    )
    assert [name for name, owners in spellings.items() if owners > 1] == []


def test_every_option_fills_a_field_of_the_brief():
    assert {field.attribute for field in FIELDS.values()} <= set(Brief.model_fields)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("genre", "genre"),
        ("Genres", "genre"),
        ("장르", "genre"),
        ("악기", "instrument"),
        ("길이", "duration"),
        ("BPM", "bpm"),
    ],
)
def test_options_are_found_by_their_spellings(text: str, name: str):
    field = find_field(text)
    assert field is not None
    assert field.name == name


def test_other_words_are_no_options():
    assert find_field("colour") is None
    assert find_field("") is None
