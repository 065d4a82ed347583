"""From what a text says to a brief."""

from collections import Counter

import pytest

from core.text import briefing
from core.text.music_words import MusicWords
from core.text.reading import TopicGuess

CALM, WILD = (0.4, -0.6), (-0.5, 0.7)


def drawn(catalog, *guesses, feeling=(0.2, 0.0), seeds=range(60), refused=frozenset()):
    topics = [TopicGuess(topic=topic, probability=probability) for topic, probability in guesses]
    return [briefing.draw_tags(topics, catalog, seed, refused, feeling) for seed in seeds]


def test_two_different_tags_of_the_topic_are_drawn_the_same_for_the_same_seed(catalog):
    first = drawn(catalog, ("travel", 0.9))
    assert first == drawn(catalog, ("travel", 0.9))
    assert all(len(set(tags)) == 2 for tags in first)
    assert {tag for tags in first for tag in tags} == set(catalog.topics["travel"].tags)


def test_a_likelier_topic_gives_more_of_the_tags(catalog):
    counts = Counter(
        tag for tags in drawn(catalog, ("business_money", 0.7), ("cookbooks_food_wine", 0.2)) for tag in tags
    )
    business = sum(count for tag, count in counts.items() if tag in catalog.topics["business_money"].tags)
    food = sum(count for tag, count in counts.items() if tag in catalog.topics["cookbooks_food_wine"].tags)
    assert business > food > 0


def test_an_unlikely_topic_gives_none(catalog):
    tags = {tag for pair in drawn(catalog, ("travel", 0.8), ("law", 0.05)) for tag in pair}
    assert tags <= set(catalog.topics["travel"].tags)


def test_wild_texts_hardly_get_lullabies(catalog):
    counts = {
        feeling: Counter(t.id for p in drawn(catalog, ("calendars", 0.9), feeling=feeling) for t in p)
        for feeling in (CALM, WILD)
    }
    assert counts[CALM]["lullaby"] > 10
    assert counts[WILD]["lullaby"] == 0


def test_what_the_text_refuses_is_not_drawn(catalog):
    tags = [tag.id for pair in drawn(catalog, ("travel", 0.9), refused=frozenset({"folk"})) for tag in pair]
    assert "folk" not in tags


def test_music_words_win_over_topic_and_feeling(catalog):
    tags = briefing.draw_tags([TopicGuess(topic="sports_outdoors", probability=0.9)], catalog, 1, frozenset(), WILD)
    words = MusicWords(genres=("jazz",), moods=("calm",), instruments=("piano",), tempo="slow", bpm=64.0)
    brief = briefing.suggest(tags=tags, moods=("angry",), feeling=WILD, sections=(), words=words)
    assert brief.genres == ("jazz",)
    assert brief.moods[0] == "calm"
    assert brief.instruments == ("piano",)
    assert (brief.tempo, brief.bpm) == ("slow", 64.0)


@pytest.mark.parametrize(("arousal", "tempo"), [(-0.6, "slow"), (0.0, "medium"), (0.7, "fast")])
def test_tempo_follows_arousal(arousal, tempo):
    assert briefing.tempo_of(arousal) == tempo


def test_somebody_in_distress_gets_calm_music():
    brief = briefing.calm()
    assert brief.tempo == "slow"
    assert brief.arousal < 0 < brief.valence
    assert "calm" in brief.moods
