"""Instructions: everyday words to the literal forms that the editor was taught."""

import pytest

from core.catalog import Catalog
from core.engines.musicgen.editing.instructions import Instructions, literal
from core.engines.musicgen.editing.weights import INSTRUMENTS
from core.errors import PersonError


@pytest.fixture(scope="module")
def instructions():
    return Instructions(Catalog.load(), INSTRUMENTS)


def test_the_literal_forms_are_those_of_the_paper():
    assert literal("add", "Piano") == "Music piece. Instruct: Add Piano."
    assert literal("remove", "Drums") == "Music piece. Instruct: No Drums."
    assert literal("extract", "Bass") == "Music piece. Instruct: Only Bass."


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Remove drums", [("remove", "Drums")]),
        ("take the drums out, please", [("remove", "Drums")]),
        ("드럼 빼줘", [("remove", "Drums")]),
        ("타악기 좀 빼 주세요", [("remove", "Drums")]),
        ("only the piano", [("extract", "Piano")]),
        ("피아노만 남겨줘", [("extract", "Piano")]),
        ("add a bass", [("add", "Bass")]),
        ("어쿠스틱 기타 추가해 줘", [("add", "Guitar")]),
        ("no double bass", [("remove", "Bass")]),
        ("remove the drums and the electric guitar", [("remove", "Drums"), ("remove", "Guitar")]),
        ("Music piece. Instruct: Only Drums.", [("extract", "Drums")]),
        ("일렉트릭 피아노 빼고", [("remove", "Piano")]),
    ],
)
def test_everyday_words_are_understood(instructions, said, meant):
    assert list(instructions.read(said)) == meant


@pytest.mark.parametrize("said", ["remove the violin", "바이올린 빼 줘", "add a kazoo", "only the singer"])
def test_an_instrument_that_it_was_not_taught_is_answered_with_those_that_it_was(instructions, said):
    with pytest.raises(PersonError) as refused:
        instructions.read(said)
    assert "drums, bass, piano, guitar" in refused.value.words.en
    assert "드럼, 베이스, 피아노, 기타" in refused.value.words.ko


@pytest.mark.parametrize("said", ["", "make it nicer", "더 좋게 해 줘"])
def test_what_names_no_change_is_answered_with_examples(instructions, said):
    with pytest.raises(PersonError, match="Remove drums"):
        instructions.read(said)


def test_only_one_instrument_can_be_kept(instructions):
    with pytest.raises(PersonError, match="one instrument at a time"):
        instructions.read("only drums and bass")
