"""People who write of hurting themselves are noticed; figures of speech and stories are not mistaken for it."""

import pytest

from core.brief import Brief
from core.text import safety
from core.text.reader import Reader
from core.text.sentences import Splitter


@pytest.fixture(scope="module")
def distress():
    splitter = Splitter.load()
    return lambda text: safety.distress(splitter.split(text))


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "I don't want to live anymore.",
        "sometimes i think about killing myself",
        "I've been cutting myself again",
        "I can't go on living like this",
        "everyone would be better off without me",
        "I wish I was never born",
        "i wanna kms",
        "There is no point in living for me. I feel there's no reason to live",
        "I’m suicidal and nobody knows",
        "죽고 싶어",
        "더 이상 살고 싶지 않아요",
        "요즘 자살 생각이 나요. 자살하고 싶다",
        "그냥 사라져 버리고 싶다",
        "살아갈 이유가 없어",
        "손목을 그었어",
        "나 같은 건 없어지는 게 나아. 죽는 게 낫겠어",
    ],
)
def test_distress_is_noticed(distress, text):
    assert distress(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "this bug is killing me",
        "I'm dying of laughter 😂",
        "I could kill for a pizza right now",
        "I'm dead, that was so funny lol",
        "my phone died again",
        "I nearly died of embarrassment",
        "kill the process and restart it",
        "This homework will be the death of me",
        "I'm starving to death, let's eat",
        "my character wants to die in this game",
        "She said, “I want to die,” and closed the door.",
        "The hero cannot go on without his sword.",
        "배고파 죽겠다",
        "웃겨 죽겠네 ㅋㅋㅋㅋ",
        "더워 죽겠어요",
        "피곤해 죽을 것 같아",
        "심심해 죽겠다",
        "자살골을 넣었다",
        "죽은 나무를 베었다",
    ],
)
def test_figures_of_speech_and_stories_are_not(distress, text):
    assert distress(text) is None


def test_the_music_is_calm_and_the_reply_is_kind(catalog, depth):
    reader = Reader(catalog, depth, help_line="Samaritans, 116 123")
    reading = reader.read("I hate everything!!! I want to die. FUCK THIS", "en", Brief())
    assert reading.brief.tempo == "slow"
    assert reading.brief.arousal is not None
    assert reading.brief.arousal < 0
    assert set(reading.brief.moods) >= {"calm"}
    assert not reading.brief.sections
    assert "116 123" in reading.notes[0].en
    assert "116 123" in reading.notes[0].ko
    assert "die" not in reading.caption


def test_what_was_asked_for_besides_is_still_heard(catalog, depth):
    reading = Reader(catalog, depth).read("I want to die.", "en", Brief(genres=("jazz",)))
    assert reading.brief.genres == ("jazz",)


def test_a_line_for_help_can_be_left_out():
    assert safety.note("") == safety.note("  ")
    assert "emergency" in safety.note("").en
