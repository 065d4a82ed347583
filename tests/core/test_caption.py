from __future__ import annotations

import pytest

from core.brief import Brief, Key, Section
from core.caption import caption, category_caption, section_caption
from core.catalog import Catalog

CATALOG = Catalog.load()


@pytest.mark.parametrize(
    ("brief", "expected"),
    [
        (
            Brief(genres=("jazz",), moods=("calm",), instruments=("piano", "bass"), tempo="slow"),
            "Calm, Jazz, with Piano and Bass, Slow bpm",
        ),
        (Brief(genres=("jazz",), instruments=("piano",)), "Jazz, Piano"),
        (
            Brief(
                genres=("rock", "pop"), moods=("happy", "party"), instruments=("piano", "bass", "drum"), tempo="fast"
            ),
            "Happy, Party, Rock, Pop, with Piano, Bass, and Drum, Fast bpm",
        ),
        (Brief(instruments=("piano",), moods=("calm",)), "Piano, Calm"),
        (Brief(instruments=("piano", "cello"), moods=("calm",)), "a Piano and Cello, Calm"),
        (Brief(instruments=("piano", "cello", "flute")), "a Piano, Cello, and Flute"),
        (Brief(genres=("jazz",), keywords=("rain",), tempo="medium"), "Jazz, rain, Medium bpm"),
        (Brief(moods=("sad",), tempo="auto"), "Sad"),
        (Brief(keywords=("rain", "window")), "rain, window"),
    ],
)
def test_a_category_caption_is_written_as_the_first_textunes_did(brief: Brief, expected: str):
    assert category_caption(brief, CATALOG) == expected


def test_a_caption_says_the_tempo_in_beats_per_minute():
    brief = Brief(genres=("jazz",), moods=("calm",), instruments=("piano", "bass"), tempo="slow", keywords=("rain",))
    assert caption(brief, CATALOG).text == "calm Jazz with piano and bass, slow tempo, 73 BPM, rain"


def test_a_bpm_that_was_asked_for_wins_over_the_tempo_in_words():
    brief = Brief(genres=("jazz",), tempo="slow", bpm=84.0, key=Key.parse("Am"))
    assert caption(brief, CATALOG).text == "Jazz, slow tempo, 84 BPM, A minor"


def test_instruments_to_leave_out_are_not_mentioned():
    assert "drum" not in caption(Brief(genres=("rock",), excluded_instruments=("drum",)), CATALOG).text.lower()


def test_korean_keywords_that_name_something_are_translated():
    made = caption(Brief(genres=("jazz",), keywords=("잔잔한 피아노", "로파이")), CATALOG)
    assert made.text == "Jazz, calm piano, lofi"
    assert made.note is None


def test_korean_keywords_that_cannot_be_translated_are_left_out_and_named():
    made = caption(Brief(genres=("jazz",), keywords=("첫눈 오는 밤", "café")), CATALOG)
    assert made.text == "Jazz, café"
    assert made.left_out == ("첫눈 오는 밤",)
    assert made.note is not None
    assert "첫눈 오는 밤" in made.note.ko


def test_a_place_on_the_circumplex_becomes_its_nearest_mood():
    assert caption(Brief(valence=0.4, arousal=-0.7), CATALOG).text.startswith("calm background music")


def test_a_section_speaks_of_its_own_mood_and_scene():
    section = Section(title="Storm", share=1.0, valence=-0.8, arousal=0.6, moods=("scary",), phrase="a storm at sea")
    brief = Brief(genres=("orchestral",), moods=("calm",), keywords=("harbour",), sections=(section,))
    assert section_caption(brief, section, CATALOG).text == "scary Orchestral, intense and driving, a storm at sea"


def test_an_empty_brief_still_asks_for_music():
    assert caption(Brief(), CATALOG).text == "background music"


def test_concepts_stand_by_name_in_angle_brackets():
    one, two = Brief(concepts=("kayagum",)), Brief(concepts=("kayagum", "우리-밴드"))
    assert caption(one, CATALOG).text == "background music, in the style of <kayagum>"
    assert caption(two, CATALOG).text.endswith("in the style of <kayagum> and <우리-밴드>")
