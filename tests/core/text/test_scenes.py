"""Where texts are cut into scenes."""

from itertools import accumulate

import numpy as np
import pytest

from core.text import scenes
from core.text.passages import Passages
from core.text.sentences import Sentence

WIDTH = 100
LEFT, RIGHT, BETWEEN = (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)


def passages(paragraphs, words="forty letters of something that was said"):
    sentences = tuple(Sentence(words, words, "en", paragraph, 33, ()) for paragraph in paragraphs)
    count = len(sentences)
    return Passages(
        sentences, (words,) * count, np.ones(count, np.float32), np.full(count, 1 / count, np.float32), None
    )


def cut(subjects, paragraphs=None, moods=None, seconds=60.0):
    """Where scenes begin, for sentences about these subjects, as different from each other as sentences are."""
    draw = np.random.default_rng(5)
    vectors = draw.normal(0, 0.06, (len(subjects), WIDTH)).astype(np.float32)
    vectors[:, :2] += np.array(subjects, np.float32)
    feelings = np.array(moods or [(0.0, 0.0)] * len(subjects), np.float32)
    feelings = feelings + draw.normal(0, 0.05, feelings.shape).astype(np.float32)
    found = scenes.cut(passages(paragraphs or [0] * len(subjects)), vectors, feelings, seconds)
    assert [row for span in found for row in span] == list(range(len(subjects)))
    return [span.start for span in found]


def test_a_text_is_cut_where_its_subject_turns():
    assert cut([LEFT] * 6 + [RIGHT] * 6) == [0, 6]


def test_a_text_is_cut_where_its_feeling_turns():
    assert cut([LEFT] * 12, moods=[(0.7, 0.2)] * 5 + [(-0.7, 0.4)] * 7) == [0, 5]


def test_a_text_that_stays_the_same_is_one_scene():
    assert cut([LEFT] * 12) == [0]


def test_a_scene_rather_begins_with_a_paragraph():
    assert cut([LEFT] * 6 + [BETWEEN] + [RIGHT] * 6, paragraphs=[0] * 7 + [1] * 6) == [0, 7]


def test_no_scene_sounds_shorter_than_four_seconds():
    subjects = ([LEFT] * 3 + [RIGHT] * 3) * 6
    assert len(cut(subjects, seconds=12.0)) <= 3
    assert len(cut(subjects, seconds=300.0)) == scenes.MOST


def test_a_very_long_text_is_cut_as_well():
    assert len(cut([LEFT] * 1000 + [RIGHT] * 1000)) == 2


def heard_in(reading, text, words):
    """The number of the scene in which these words stand."""
    place = text.index(words) / len(text)
    ends = list(accumulate(scene.share for scene in reading.scenes))
    return next(number for number, end in enumerate(ends) if place <= end + 0.02)


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("story_en", ["Anna rowed", "crashing over", "calling his name", "danced"]),
        ("story_ko", ["콧노래를", "파도가 벽처럼", "주저앉아", "춤을"]),
        ("chat_en", ["an old book", "panic", "let you all down", "pizza"]),
        ("chat_ko", ["책 읽는", "사라졌어요", "괴롭고", "피자"]),
    ],
)
def test_morning_storm_loss_and_reunion_are_four_scenes(read, text, name, turns):
    written = text(name)
    reading = read(written)
    assert 4 <= len(reading.scenes) <= 5
    assert len({heard_in(reading, written, words) for words in turns}) == 4
    calm, storm, loss, reunion = (reading.scenes[heard_in(reading, written, words)] for words in turns)
    assert storm.arousal > calm.arousal
    assert loss.valence < min(calm.valence, reunion.valence)
    assert storm.arousal > loss.arousal - 0.05


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("session_en", ["honey cakes", "following us", "Fireball", "I weep"]),
        ("session_ko", ["기지개를", "떨려요", "불태워라", "하염없이"]),
    ],
)
def test_a_session_of_a_game_is_cut_into_inn_crypt_battle_and_farewell(read, text, name, turns):
    written = text(name)
    reading = read(written)
    assert 4 <= len(reading.scenes) <= 6
    inn, crypt, battle, farewell = (reading.scenes[heard_in(reading, written, words)] for words in turns)
    assert inn.valence > crypt.valence
    assert battle.arousal > max(inn.arousal, crypt.arousal, farewell.arousal) - 0.01


def test_a_plain_report_is_not_torn_apart(read, text):
    assert len(read(text("report_en")).scenes) <= 2


def test_a_short_message_is_one_scene(read):
    assert len(read("I passed the exam and I am so happy. Tonight we celebrate!").scenes) == 1


@pytest.mark.parametrize("name", ["story_en", "session_ko"])
def test_shares_and_sections_follow_the_scenes(read, text, name):
    reading = read(text(name))
    assert sum(scene.share for scene in reading.scenes) == pytest.approx(1)
    assert [section.title for section in reading.brief.sections] == [scene.title for scene in reading.scenes]
    assert [section.valence for section in reading.brief.sections] == [scene.valence for scene in reading.scenes]
    assert all(section.phrase.isascii() and section.phrase for section in reading.brief.sections)
