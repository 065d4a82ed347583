from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.brief import Brief, Key, Section
from core.catalog import Catalog
from core.errors import WishError
from core.wish import FIELDS, brief_from_fields, merge, parse_wish
from core.wish.problems import (
    BadValue,
    Contradiction,
    EmptyWish,
    MissingValue,
    OpenQuote,
    RepeatedOption,
    TooManyValues,
    UnknownName,
    UnknownOption,
    WishTooLong,
)

CATALOG = Catalog.load()


def given_for(text: str) -> dict[str, Any]:
    """What a wish says, without what it leaves open."""
    brief = parse_wish(text, CATALOG)
    return {name: getattr(brief, name) for name in brief.model_fields_set}


def test_every_option_can_be_written():
    text = (
        "genre:jazz,blues mood:calm instrument:piano no:drums tempo:slow bpm:84 duration:0:30 key:Am seed:7 loop:yes "
        "engine:composer rainy night"
    )
    assert given_for(text) == {
        "genres": ("jazz", "blues"),
        "moods": ("calm",),
        "instruments": ("piano",),
        "excluded_instruments": ("drum",),
        "tempo": "slow",
        "bpm": 84.0,
        "duration": 30.0,
        "key": Key(tonic=9, mode="minor"),
        "seed": 7,
        "loop": True,
        "engine": "composer",
        "keywords": ("rainy night",),
    }


def test_the_same_can_be_written_in_korean():
    korean = (
        "장르:재즈,블루스 분위기:차분한 악기:피아노 제외:드럼 빠르기:느리게 길이:30초 조:가단조 "
        "시드:7 반복:예 엔진:자동"
    )
    english = "genre:jazz,blues mood:calm instrument:piano no:drum tempo:slow duration:30 key:Am seed:7 loop:yes"
    assert parse_wish(korean, CATALOG) == parse_wish(english, CATALOG)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("genre:hip hop mood:calm", {"genres": ("hip_hop",), "moods": ("calm",)}),
        ('genre:"hip hop",rock', {"genres": ("hip_hop", "rock")}),
        ("genre:“hip hop”", {"genres": ("hip_hop",)}),
        ("genre:'hip hop'", {"genres": ("hip_hop",)}),
        ("genre:jazz, blues mood:calm", {"genres": ("jazz", "blues"), "moods": ("calm",)}),
        ("genre:jazz+blues", {"genres": ("jazz", "blues")}),
        ("장르：재즈，블루스", {"genres": ("jazz", "blues")}),
        ("GENRE:JAZZ", {"genres": ("jazz",)}),
        ("genres:jazz instruments:pianos", {"genres": ("jazz",), "instruments": ("piano",)}),
        ("genre = jazz", {"genres": ("jazz",)}),
        ("genre:jazz genre:blues", {"genres": ("jazz", "blues")}),
        ("genre:jazz,jazz", {"genres": ("jazz",)}),
        ("genre:jazz piano", {"genres": ("jazz",), "instruments": ("piano",)}),
        ("길이:1분 30초 재즈", {"duration": 90.0, "genres": ("jazz",)}),
        ("key:B flat minor", {"key": Key(tonic=10, mode="minor")}),
        ("tempo:84 bpm", {"bpm": 84.0}),
        ("bpm:auto key:auto seed:random", {"bpm": None, "key": None, "seed": None}),
        ("tempo:slow, calm", {"tempo": "slow", "moods": ("calm",)}),
        ("-drums -bass genre:rock", {"genres": ("rock",), "excluded_instruments": ("drum", "bass")}),
        ("keywords:rain,night", {"keywords": ("rain", "night")}),
        ("loop:아니요", {"loop": False}),
    ],
)
def test_options_are_read_as_people_write_them(text: str, expected: dict[str, object]):
    assert given_for(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("calm jazz with piano", {"moods": ("calm",), "genres": ("jazz",), "instruments": ("piano",)}),
        ("차분한 재즈", {"moods": ("calm",), "genres": ("jazz",)}),
        ("피아노로 연주한 잔잔한 재즈 음악", {"moods": ("calm",), "genres": ("jazz",), "instruments": ("piano",)}),
        ("drum and bass", {"genres": ("drum_and_bass",)}),
        ("acoustic guitar, hip hop", {"instruments": ("acoustic_guitar",), "genres": ("hip_hop",)}),
        ("no drums please", {"excluded_instruments": ("drum",)}),
        ("rock without electric guitar", {"genres": ("rock",), "excluded_instruments": ("electric_guitar",)}),
        ("드럼 없이 조용한 재즈", {"genres": ("jazz",), "moods": ("serene",), "excluded_instruments": ("drum",)}),
        ("fast rock 120 bpm", {"tempo": "fast", "genres": ("rock",), "bpm": 120.0}),
        ("jazz in A minor for 1 minute", {"genres": ("jazz",), "key": Key(tonic=9, mode="minor"), "duration": 60.0}),
        ("재즈 30초", {"genres": ("jazz",), "duration": 30.0}),
        ("3분짜리 명상 음악", {"duration": 180.0, "genres": ("meditation",)}),
        ("80s synthwave", {"keywords": ("80s",), "genres": ("synthwave",)}),
        (
            "드럼 빼줘, 잔잔하면서 따뜻한 기타",
            {"excluded_instruments": ("drum",), "moods": ("calm", "warm"), "instruments": ("acoustic_guitar",)},
        ),
        ("calm loop 0:15", {"moods": ("calm",), "loop": True, "duration": 15.0}),
        ("rainy window in Seoul", {"keywords": ("rainy window in Seoul",)}),
        ("jazz, rainy window, old theatre", {"genres": ("jazz",), "keywords": ("rainy window", "old theatre")}),
        ('"calm jazz"', {"keywords": ("calm jazz",)}),
        ("make me some music for the sunset", {"keywords": ("sunset",)}),
        ("어두운 숲 속의 오르골", {"moods": ("dark",), "instruments": ("music_box",), "keywords": ("숲 속의",)}),
    ],
)
def test_free_words_are_understood(text: str, expected: dict[str, object]):
    assert given_for(text) == expected


def test_an_option_beats_free_words():
    assert given_for("tempo:slow fast cars")["tempo"] == "slow"
    assert given_for("tempo:slow fast cars")["keywords"] == ("cars", "fast")


def test_free_words_that_disagree_stay_keywords():
    assert "tempo" not in given_for("slow rock then fast rock")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyWish),
        ("   \n\t", EmptyWish),
        ("🎵🎶🎵", EmptyWish),
        ("\u202e\u200b\x00", EmptyWish),
        ("music please", EmptyWish),
        ("x" * 1_000_000, WishTooLong),
        ("genre:jazzz mood:calm", UnknownName),
        ("mood:차분안", UnknownName),
        ("-violon", UnknownName),
        ("tempo:jazzy", UnknownName),
        ("colour:blue", UnknownOption),
        ("색깔:파랑", UnknownOption),
        ("genre:", MissingValue),
        ("genre: mood:calm", MissingValue),
        ("duration:3", BadValue),
        ("duration:99999999999", BadValue),
        ("duration:0:99", BadValue),
        ("duration:forever", BadValue),
        ("seed:-5", BadValue),
        ("seed:4294967296", BadValue),
        ("seed:x", BadValue),
        ("bpm:900", BadValue),
        ("bpm:0", BadValue),
        ("bpm:nan", BadValue),
        ("key:H", BadValue),
        ("loop:perhaps", BadValue),
        ("engine:../../etc", BadValue),
        ("concept:x", BadValue),
        ("concept:a!b", BadValue),
        ("concept:../etc", BadValue),
        ("concept:a1,b2,c3,d4,e5", TooManyValues),
        ("bpm:80 bpm:90", RepeatedOption),
        ("tempo:slow tempo:slow", RepeatedOption),
        ("tempo:84 bpm:90", RepeatedOption),
        ("genre:jazz,rock,pop,blues,folk", TooManyValues),
        (",".join(f'"word {number}"' for number in range(13)), TooManyValues),
        ("piano no:piano", Contradiction),
        ('genre:"jazz', OpenQuote),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused(text: str, error: type[WishError]):
    with pytest.raises(error) as caught:
        parse_wish(text, CATALOG)
    assert caught.value.words.en
    assert re.search("[가-힣]", caught.value.words.ko)


def test_an_unknown_name_comes_with_the_nearest_ones():
    with pytest.raises(UnknownName) as caught:
        parse_wish("genre:jaz", CATALOG)
    assert "jazz" in [entry.id for entry in caught.value.suggestions]
    assert "Jazz" in caught.value.words.en
    assert "재즈" in caught.value.words.ko


def test_an_unknown_name_like_no_other_comes_with_popular_ones():
    with pytest.raises(UnknownName) as caught:
        parse_wish("genre:qxqxqxqx", CATALOG)
    assert all(entry.popular for entry in caught.value.suggestions)
    assert caught.value.suggestions


def test_an_unknown_option_comes_with_all_options():
    with pytest.raises(UnknownOption) as caught:
        parse_wish("colour:blue", CATALOG)
    assert all(field.label.en in caught.value.words.en for field in FIELDS.values())
    assert all(field.label.ko in caught.value.words.ko for field in FIELDS.values())


@pytest.mark.parametrize(
    "text", ["genre:@everyone", "genre:**`x`**", 'genre:"<@123> [a](http://x.y)"', f"genre:{'x' * 900}"]
)
def test_errors_repeat_neither_mentions_nor_markup_nor_long_text(text: str):
    with pytest.raises(UnknownName) as caught:
        parse_wish(text, CATALOG)
    quoted = re.search("“(.*)”", caught.value.words.en)
    assert quoted is not None
    assert len(quoted[1]) <= 40
    assert not set(quoted[1]) & set("@*`<>[]()")


def test_mentions_never_become_keywords():
    assert given_for("jazz @everyone") == {"genres": ("jazz",), "keywords": ("everyone",)}


def test_an_empty_wish_is_a_default_brief_where_that_is_allowed():
    assert parse_wish("", CATALOG, allow_empty=True) == Brief()
    assert brief_from_fields({"genre": " "}, CATALOG, allow_empty=True) == Brief()


def answer_to(ask: Callable[[], Brief]) -> Brief | WishError:
    """What a person gets: a brief or an error meant for them; anything else that is raised fails the test."""
    try:
        return ask()
    except WishError as error:
        return error


OPTION_LIKE = st.lists(
    st.one_of(
        st.sampled_from(
            ["genre:", "mood:", "instrument:", "장르:", "key=", "duration:", "bpm:", "no:", "-", ",", '"', "'"]
        ),
        st.sampled_from([entry.en for entry in CATALOG.genres.values()]),
        st.sampled_from(["30", "0:30", "1분", "A minor", "yes", "slow", "loop", "without", "없이", "x"]),
        st.text(max_size=8),
    ),
    max_size=12,
).map(" ".join)


@given(st.one_of(st.text(), OPTION_LIKE))
def test_any_text_is_a_brief_or_an_error_that_people_can_read(text: str):
    answer = answer_to(lambda: parse_wish(text, CATALOG))
    assert isinstance(answer, Brief) or (answer.words.en and answer.words.ko)


@given(
    st.dictionaries(
        st.one_of(st.sampled_from([*FIELDS, "wish"]), st.text(max_size=5)), st.text(max_size=20), max_size=4
    )
)
def test_any_form_is_a_brief_or_an_error_that_people_can_read(fields: dict[str, str]):
    answer = answer_to(lambda: brief_from_fields(fields, CATALOG))
    assert isinstance(answer, Brief) or (answer.words.en and answer.words.ko)


@pytest.mark.parametrize("kind", ["genre", "mood", "instrument", "tempo"])
def test_every_name_of_the_catalog_is_a_wish_of_its_own(kind: Any):
    for entry in CATALOG.entries(kind):
        for name in (entry.en, entry.ko):
            brief = parse_wish(f'{kind}:"{name}"', CATALOG)
            value = getattr(brief, FIELDS[kind].attribute)
            assert value in (entry.id, (entry.id,)), name


@pytest.mark.parametrize("kind", ["genre", "mood", "instrument"])
def test_every_name_of_the_catalog_is_found_in_free_words(kind: Any):
    for entry in CATALOG.entries(kind):
        for name in (entry.en, entry.ko):
            brief = parse_wish(name, CATALOG)
            assert getattr(brief, FIELDS[kind].attribute) == (entry.id,), name


def test_a_form_gives_the_same_brief_as_a_line():
    fields = {
        "genre": "jazz, hip hop",
        "mood": "차분한",
        "duration": "0:30",
        "loop": "yes",
        "keywords": "rainy, old theatre",
        "bpm": "",
    }
    line = 'genre:jazz,"hip hop" mood:calm duration:30 loop:yes "rainy" "old theatre"'
    assert brief_from_fields(fields, CATALOG) == parse_wish(line, CATALOG)


def test_a_form_may_hold_a_line_too():
    brief = brief_from_fields({"wish": "calm jazz, rainy night", "instrument": "piano"}, CATALOG)
    assert brief == parse_wish('mood:calm genre:jazz instrument:piano "rainy night"', CATALOG)


def test_a_form_is_refused_like_a_line():
    with pytest.raises(EmptyWish):
        brief_from_fields({"genre": "", "mood": "  "}, CATALOG)
    with pytest.raises(UnknownName):
        brief_from_fields({"genre": "jaz"}, CATALOG)
    with pytest.raises(UnknownOption):
        brief_from_fields({"colour": "blue"}, CATALOG)
    with pytest.raises(WishTooLong):
        brief_from_fields({"genre": "x" * 3000}, CATALOG)
    with pytest.raises(RepeatedOption):
        brief_from_fields({"bpm": "90", "wish": "bpm:80"}, CATALOG)


def wish(text: str) -> Brief:
    return parse_wish(text, CATALOG)


def test_merging_takes_only_what_was_given():
    merged = merge(wish("jazz calm piano duration:60"), wish("mood:happy"))
    assert merged == wish("jazz happy piano duration:60")


def test_a_new_tempo_replaces_the_old_bpm():
    assert merge(wish("jazz bpm:84"), wish("tempo:fast")).bpm is None
    assert merge(wish("jazz bpm:84"), wish("tempo:fast bpm:150")).bpm == 150.0


def test_new_moods_replace_what_a_text_felt_like():
    section = Section(title="Storm", share=1.0, valence=-0.8, arousal=0.6)
    read = Brief(moods=("scary",), valence=-0.8, arousal=0.6, sections=(section,))
    merged = merge(read, wish("mood:happy"))
    assert (merged.moods, merged.valence, merged.arousal, merged.sections) == (("happy",), None, None, ())
    assert merge(read, wish("genre:jazz")).sections == (section,)


def test_instruments_move_between_wanted_and_left_out():
    assert merge(wish("rock no:drums"), wish("instrument:drums")).excluded_instruments == ()
    merged = merge(wish("rock instrument:drums,bass"), wish("no:drums"))
    assert (merged.instruments, merged.excluded_instruments) == (("bass",), ("drum",))


def test_a_key_can_be_given_back():
    assert merge(wish("jazz key:Am"), wish("key:auto")).key is None


def test_what_to_avoid_is_said_in_either_language():
    brief = parse_wish('calm jazz avoid:"vocals, distorted guitars"', CATALOG)
    assert (brief.avoid, brief.moods) == (("vocals", "distorted guitars"), ("calm",))
    assert parse_wish("피할것:보컬,드럼 차분한", CATALOG).avoid == ("보컬", "드럼")
    assert brief_from_fields({"avoid": "vocals, noise"}, CATALOG).avoid == ("vocals", "noise")


def test_concepts_are_named_in_either_language():
    brief = parse_wish("concept:Kayagum,our-band calm jazz", CATALOG)
    assert brief.concepts == ("kayagum", "our-band")
    assert parse_wish("콘셉트:가야금 차분한", CATALOG).concepts == ("가야금",)
