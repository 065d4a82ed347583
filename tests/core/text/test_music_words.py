"""Music that a text names itself."""

import pytest

from core.text.music_words import MusicWordFinder
from core.text.sentences import Splitter


@pytest.fixture(scope="module")
def find(catalog):
    finder, splitter = MusicWordFinder.load(catalog), Splitter.load()
    return lambda text: finder.find(splitter.split(text))


@pytest.mark.parametrize(
    ("text", "genres", "moods", "instruments"),
    [
        ("I want sad piano for this", (), ("sad",), ("piano",)),
        ("play it like a western", ("western",), (), ()),
        ("some calm jazz with saxophone please", ("jazz",), ("calm",), ("saxophone",)),
        ("give me lofi hip hop", ("lofi",), (), ()),
        ("잔잔한 피아노로 부탁해", (), ("calm",), ("piano",)),
        ("국악으로 만들어 줘", ("korean_traditional",), (), ()),
        ("신나는 재즈 음악이면 좋겠어", ("jazz",), ("upbeat",), ()),
        ("가야금 연주가 듣고 싶다", (), (), ("gayageum",)),
        ("서부 영화처럼 해 줘", ("western",), (), ()),
        ("슬픈 바이올린 소리", (), ("sad",), ("violin",)),
    ],
)
def test_names_that_mean_music_are_found(find, text, genres, moods, instruments):
    words = find(text)
    assert (words.genres, words.moods, words.instruments) == (genres, moods, instruments)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("no drums please", "drum"),
        ("soft music without any drums", "drum"),
        ("I don't want drums in it", "drum"),
        ("piano, but not a single violin", "violin"),
        ("드럼 빼고 만들어 줘", "drum"),
        ("드럼은 빼 주세요", "drum"),
        ("드럼 없이 피아노만", "drum"),
        ("기타 소리는 넣지 마", "acoustic_guitar"),
        ("no drums or violin", "violin"),
    ],
)
def test_what_is_negated_is_refused_and_not_asked_for(find, text, refused):
    words = find(text)
    assert refused in words.refused_instruments
    assert refused not in words.instruments


def test_a_genre_can_be_refused_too(find):
    words = find("anything but no heavy metal")
    assert "heavy_metal" in words.refused_genres
    assert not words.genres


@pytest.mark.parametrize(
    "text",
    [
        "She beat him with a drum of oil",
        "We hit a rock on the road",
        "I bought a house in the country",
        "The soul of the machine was cold",
        "He pulled the trigger and the bass swam away",
        "I have no blues socks",
        "기타 등등 여러 가지 일이 있었다",
        "북쪽으로 갔다",
        "트로트가 아니라 그냥 트럭 이야기",
    ],
)
def test_words_that_mean_something_else_are_left_alone(find, text):
    words = find(text)
    assert not words.genres
    assert not words.instruments


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("slow music", "slow"),
        ("a fast tempo", "fast"),
        ("느린 국악", "slow"),
        ("빠른 템포로", "fast"),
        ("he ran fast", None),
    ],
)
def test_tempo_counts_beside_music_only(find, text, tempo):
    assert find(text).tempo == tempo


@pytest.mark.parametrize(
    ("text", "bpm"), [("around 96 BPM", 96.0), ("128bpm techno", 128.0), ("90 비피엠으로", 90.0), ("9999 BPM", None)]
)
def test_beats_per_minute_are_read(find, text, bpm):
    assert find(text).bpm == bpm


def test_a_key_is_read(find):
    assert str(find("a waltz in A minor").key) == "A minor"


def test_what_is_named_most_often_comes_first(find):
    assert find("piano and cello. piano and flute. more piano music").instruments[0] == "piano"


def test_each_name_is_told_with_the_words_of_the_text(find):
    assert [(item.id, item.phrase) for item in find("I love sad piano").named] == [("sad", "sad"), ("piano", "piano")]
