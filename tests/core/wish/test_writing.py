from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.brief import Brief, Key
from core.catalog import Catalog
from core.piece import Facts
from core.wish import describe, describe_track, parse_wish, render_wish
from core.wish.cleaning import keyword
from core.words import Language

CATALOG = Catalog.load()


def some(names: list[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=most, unique=True).map(tuple)


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    """Briefs that a wish can say."""
    shuffled = draw(st.lists(st.sampled_from(list(CATALOG.instruments)), max_size=8, unique=True))
    cut = draw(st.integers(0, 8))
    return Brief(
        genres=draw(some(list(CATALOG.genres), 4)),
        moods=draw(some(list(CATALOG.moods), 6)),
        instruments=tuple(shuffled[:cut]),
        excluded_instruments=tuple(shuffled[cut:]),
        tempo=draw(st.sampled_from(["auto", "slow", "medium", "fast"])),
        bpm=draw(st.none() | st.floats(30.0, 300.0)),
        key=draw(st.none() | st.builds(Key, tonic=st.integers(0, 11), mode=st.sampled_from(["major", "minor"]))),
        duration=draw(st.floats(5.0, 300.0)),
        keywords=draw(st.lists(st.text().map(keyword).filter(bool), max_size=5, unique=True).map(tuple)),
        avoid=draw(st.lists(st.text().map(keyword).filter(bool), max_size=5, unique=True).map(tuple)),
        concepts=draw(
            st.lists(st.sampled_from(["kayagum", "우리-밴드", "x_1", "2nd"]), max_size=4, unique=True).map(tuple)
        ),
        likeness=draw(st.none() | st.integers(1, 6)),
        text_weight=draw(st.none() | st.floats(1.0, 9.0)),
        seed=draw(st.none() | st.integers(0, 2**32 - 1)),
        loop=draw(st.booleans()),
        engine=draw(st.sampled_from(["auto", "composer", "musicgen-style"])),
    )


@given(briefs(), st.sampled_from(["en", "ko"]))
def test_a_written_wish_reads_back_as_the_same_brief(brief: Brief, language: Language):
    assert parse_wish(render_wish(brief, CATALOG, language), CATALOG) == brief


def test_a_wish_is_written_in_either_language():
    brief = parse_wish('jazz, hip hop, calm, piano -drums bpm:84 key:Am loop "rainy window"', CATALOG)
    assert render_wish(brief, CATALOG) == (
        'genre:Jazz,"Hip hop" mood:Calm instrument:Piano no:Drum bpm:84 duration:0:30 key:Am loop:yes "rainy window"'
    )
    assert render_wish(brief, CATALOG, "ko") == (
        '장르:재즈,힙합 분위기:차분한 악기:피아노 제외:드럼 bpm:84 길이:0:30 조:가단조 반복:예 "rainy window"'
    )


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        (
            "calm jazz piano 84bpm key:Am",
            "Calm Jazz, Piano, 84 BPM, A minor, 0:30",
            "차분한 재즈, 피아노, 84 BPM, 가단조, 0:30",
        ),
        ("slow rock no drums", "Rock, no Drum, slow tempo, 0:30", "록, 드럼 제외, 느리게, 0:30"),
        ('sad loop "rain" 1m', "Sad, “rain”, loop, 1:00", "슬픈, “rain”, 반복, 1:00"),
        ("seed:7", "0:30", "0:30"),
    ],
)
def test_a_brief_is_described_in_one_line(text: str, english: str, korean: str):
    brief = parse_wish(text, CATALOG)
    assert describe(brief, CATALOG) == english
    assert describe(brief, CATALOG, "ko") == korean


def test_a_track_is_described_by_what_came_out():
    facts = Facts(
        seconds=30.0,
        sample_rate=48000,
        channels=2,
        bpm=84.0,
        key="A minor",
        lufs=-14.0,
        true_peak_dbtp=-1.2,
        seed=7,
        engine="composer",
        model="composer 1",
        licence="CC0",
        commercial=True,
        brief=parse_wish("calm jazz with piano", CATALOG),
        caption="",
        render_seconds=0.5,
    )
    assert describe_track(facts, CATALOG) == "Calm Jazz, Piano, 84 BPM, A minor, 0:30, composer, seed 7"
    assert describe_track(facts, CATALOG, "ko") == "차분한 재즈, 피아노, 84 BPM, 가단조, 0:30, composer, 시드 7"
    unknown = facts.model_copy(update={"bpm": None, "key": None})
    assert describe_track(unknown, CATALOG) == "Calm Jazz, Piano, 0:30, composer, seed 7"
    odd = facts.model_copy(update={"key": "D dorian"})
    assert "D dorian" in describe_track(odd, CATALOG, "ko")
