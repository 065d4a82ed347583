from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from core.brief import Brief, Tempo
from core.catalog import KINDS, Catalog, Kind
from core.catalog.hangul import has_hangul
from core.catalog.names import normalise
from core.text.reading import Emotion

POPULAR = {
    "genre": (
        "Acoustic, Blues, Dance, Disco, EDM, Folk, Hip hop, Jazz, Korean traditional music, Lofi, Music for children, "
        "New Age, Orchestral, Pop, Rock"
    ),
    "mood": (
        "Angry, Calm, Cheerful, Dark, Dreamy, Energetic, Happy, Lonely, Love, Mysterious, Party, Peaceful, Sad, Scary, "
        "Sentimental"
    ),
    "instrument": (
        "Acoustic Guitar, Bass, Cello, Drum, Electric Guitar, Flute, Harp, Marimba, Piano, Saxophone, Strings, "
        "Synthesizer, Trumpet, Ukulele, Violin"
    ),
}
NORMAL_AT_LEAST = {"genre": 120, "mood": 92, "instrument": 89}
KOREAN_INSTRUMENTS = [
    *("gayageum", "geomungo", "ajaeng", "haegeum"),
    *("daegeum", "danso", "piri", "taepyeongso"),
    *("janggu", "buk", "kkwaenggwari", "jing"),
]


@pytest.mark.parametrize("kind", POPULAR)
def test_popular_entries_come_first_and_are_those_of_the_service(catalog: Catalog, kind: Kind):
    names = [entry.en for entry in catalog.entries(kind)]
    popular = POPULAR[kind].split(", ")
    assert sorted(names[: len(popular)]) == popular
    assert [entry.popular for entry in catalog.entries(kind)] == [True] * 15 + [False] * (len(names) - 15)


@pytest.mark.parametrize("kind", NORMAL_AT_LEAST)
def test_there_are_many_normal_entries(catalog: Catalog, kind: Kind):
    assert sum(not entry.popular for entry in catalog.entries(kind)) >= NORMAL_AT_LEAST[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_in_either_language_finds_its_entry(catalog: Catalog, kind: Kind):
    for entry in catalog.entries(kind):
        for name in (entry.id, entry.en, entry.ko, *entry.aliases):
            assert catalog.find(kind, name) is entry, name
            assert catalog.find(kind, name.upper()) is entry, name
            assert catalog.find(kind, f" {name.replace('-', ' ')} ") is entry, name


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_entries_of_a_kind_share_a_name(catalog: Catalog, kind: Kind):
    names = Counter(
        name
        for entry in catalog.entries(kind)
        for name in {normalise(name) for name in (entry.id, entry.en, entry.ko, *entry.aliases)}
    )
    assert [name for name, owners in names.items() if owners > 1] == []


def test_no_name_stands_for_a_genre_and_a_mood_or_an_instrument(catalog: Catalog):
    """Otherwise free words such as "calm jazz" could not be told apart."""
    kinds: tuple[Kind, ...] = ("genre", "mood", "instrument", "tempo")
    names = [name for kind in kinds for entry in catalog.entries(kind) for name in (entry.en, entry.ko, *entry.aliases)]
    assert [name for name in names if len(catalog.meanings(name, kinds)) != 1] == []


@pytest.mark.parametrize("kind", ["genre", "mood", "instrument"])
def test_english_names_are_latin_and_korean_names_are_not_english_words(catalog: Catalog, kind: Kind):
    for entry in catalog.entries(kind):
        assert entry.en.isascii(), entry.en
        assert has_hangul(entry.ko) or entry.ko.isupper(), entry.ko


def test_every_genre_descends_from_a_popular_one(catalog: Catalog):
    for genre in catalog.genres:
        chain = catalog.lineage(genre)
        assert chain[0].id == genre
        assert [step.popular for step in chain] == [False] * (len(chain) - 1) + [True]


def test_every_tag_of_every_topic_is_in_the_catalog(catalog: Catalog):
    assert len(catalog.topics) == 32
    for topic in catalog.topics.values():
        assert len({catalog.resolve(tag).en for tag in topic.tags}) == 5


def test_topics_have_the_tags_of_the_first_service(catalog: Catalog):
    def tags(topic: str) -> list[str]:
        return [catalog.resolve(tag).en for tag in catalog.topics[topic].tags]

    assert tags("arts_photography") == ["Smooth Rock", "Ethereal", "Minimalism", "Soft Rock", "Ambient"]
    assert tags("comics_graphic_novels") == ["Rocktronica", "Industrial", "Punk", "Heavy Metal", "Blues"]
    assert tags("test_preparation") == ["Trailer", "Epic", "Cinematic", "Action", "Dramatic"]
    assert tags("reference") == ["World Elements", "Jazz", "Lounge", "Ethnic", "Acoustic"]
    assert catalog.topics["travel"].of_kind("mood") == ("lively",)
    assert catalog.topics["travel"].of_kind("genre") == ("world", "folk", "ethnic", "acoustic")


def test_moods_are_nearest_to_every_one_of_the_seven_emotions(catalog: Catalog):
    assert {mood.emotion for mood in catalog.moods.values()} == set(get_args(Emotion))


def test_moods_reach_every_quarter_of_the_circumplex(catalog: Catalog):
    quarters = Counter((mood.valence > 0, mood.arousal > 0) for mood in catalog.moods.values())
    assert min(quarters.values()) >= 10
    assert len(quarters) == 4


def test_pitched_instruments_have_a_range_and_others_have_drum_keys(catalog: Catalog):
    for instrument in catalog.instruments.values():
        if instrument.pitched:
            assert instrument.high - instrument.low >= 11, instrument.id
        else:
            assert instrument.keys, instrument.id
            assert set(instrument.roles) <= {"drums", "percussion", "effect"}, instrument.id


def test_korean_instruments_have_voices_of_their_own(catalog: Catalog):
    assert [catalog.instruments[name].synth for name in KOREAN_INSTRUMENTS] == KOREAN_INSTRUMENTS


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("genre", "lo-fi", "lofi"),
        ("genre", "로파이", "lofi"),
        ("genre", "hiphop", "hip_hop"),
        ("genre", "kpop", "k_pop"),
        ("genre", "rnb", "rnb"),
        ("genre", "r & b", "rnb"),
        ("genre", "국악", "korean_traditional"),
        ("genre", "Children", "children"),
        ("genre", "dnb", "drum_and_bass"),
        ("genre", "락", "rock"),
        ("genre", "재즈풍", "jazz"),
        ("genre", "jazz music", "jazz"),
        ("mood", "잔잔한", "calm"),
        ("mood", "차분함", "calm"),
        ("mood", "차분하게", "calm"),
        ("mood", "무섭게", "scary"),
        ("mood", "꿈꾸는 듯한", "dreamy"),
        ("instrument", "guitars", "acoustic_guitar"),
        ("instrument", "sax", "saxophone"),
        ("instrument", "드럼 세트", "drum"),
        ("instrument", "upright bass", "double_bass"),
        ("tempo", "느린", "slow"),
        ("tempo", "allegro", "fast"),
        ("topic", "여행", "travel"),
    ],
)
def test_people_find_entries_by_the_names_they_use(catalog: Catalog, kind: Kind, text: str, expected: str):
    entry = catalog.find(kind, text)
    assert entry is not None
    assert entry.id == expected


@pytest.mark.parametrize("text", ["", " ", "🎵", "zzzz", "s", "music", "음악"])
def test_what_nobody_calls_a_genre_is_not_found(catalog: Catalog, text: str):
    assert catalog.find("genre", text) is None


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("genre", "jaz", "jazz"),
        ("genre", "rok", "rock"),
        ("genre", "bosa nova", "bossa_nova"),
        ("mood", "차분안", "calm"),
        ("mood", "신비러운", "mysterious"),
        ("instrument", "pianno", "piano"),
        ("instrument", "바이얼린", "violin"),
    ],
)
def test_misspelt_names_are_near_what_was_meant(catalog: Catalog, kind: Kind, text: str, expected: str):
    assert catalog.nearest(kind, text, 3)[0].id == expected


def test_nothing_is_near_to_gibberish(catalog: Catalog):
    assert catalog.nearest("genre", "qxqxqxqxqx") == []


def test_completion_offers_popular_entries_for_nothing_typed(catalog: Catalog):
    assert all(entry.popular for entry in catalog.complete("genre", "", "en", 15))


@pytest.mark.parametrize(
    ("kind", "typed", "language", "first"),
    [
        ("genre", "ja", "en", "jazz"),
        ("genre", "ja", "ko", "jazz"),
        ("genre", "재", "ko", "jazz"),
        ("genre", "ㅈㅈ", "ko", "jazz"),
        ("instrument", "피ㅇ", "ko", "piano"),
        ("instrument", "guitar", "en", "acoustic_guitar"),
        ("mood", "차", "ko", "calm"),
        ("mood", "clam", "en", "calm"),
    ],
)
def test_completion_continues_what_is_typed(catalog: Catalog, kind: Kind, typed: str, language, first: str):
    assert catalog.complete(kind, typed, language)[0].id == first


def test_completion_keeps_to_its_limit(catalog: Catalog):
    assert len(catalog.complete("genre", "", "en", 25)) == 25
    assert len(catalog.complete("genre", "r", "en", 3)) == 3


def test_search_goes_over_every_kind(catalog: Catalog):
    assert {entry.kind for entry in catalog.search("bass")} >= {"genre", "instrument"}
    assert catalog.search("jazz")[0].id == "jazz"


def test_slow_medium_and_fast_follow_one_another_in_every_genre(catalog: Catalog):
    for genre in catalog.genres.values():
        slow, medium, fast = (genre.bpm_range(tempo) for tempo in ("slow", "medium", "fast"))
        assert slow.low < slow.high == medium.low < medium.high == fast.low < fast.high
        assert genre.bpm_range("auto") == (slow.low, fast.high)


def test_a_tempo_means_what_the_first_genre_makes_of_it(catalog: Catalog):
    assert catalog.bpm_range(["techno", "ballad"], "slow") == catalog.genres["techno"].bpm_range("slow")
    assert catalog.bpm_range([], "slow") == catalog.tempos["slow"].bpm


def test_there_is_an_entry_for_every_tempo(catalog: Catalog):
    assert set(catalog.tempos) == set(get_args(Tempo))


def test_three_durations_are_offered(catalog: Catalog):
    assert catalog.durations == (15.0, 30.0, 60.0)


def test_moods_are_found_by_valence_and_arousal(catalog: Catalog):
    assert catalog.moods_near(-0.7, 0.8, 1)[0].emotion == "anger"
    assert all(mood.popular for mood in catalog.moods_near(0.0, 0.0, 5, popular_only=True))


def test_the_feel_of_a_brief_comes_from_itself_then_its_moods_then_its_genres(catalog: Catalog):
    calm, sad, jazz = catalog.moods["calm"], catalog.moods["sad"], catalog.genres["jazz"]
    assert catalog.feel(Brief()) == (0.0, 0.0)
    assert catalog.feel(Brief(genres=("jazz",))) == (jazz.valence, jazz.arousal)
    assert catalog.feel(Brief(genres=("jazz",), moods=("calm",))) == (calm.valence, calm.arousal)
    both = catalog.feel(Brief(moods=("calm", "sad")))
    assert both == pytest.approx(((calm.valence + sad.valence) / 2, (calm.arousal + sad.arousal) / 2))
    assert catalog.feel(Brief(moods=("calm",), valence=-1.0)) == (-1.0, calm.arousal)
