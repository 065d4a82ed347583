import numpy as np
import pytest

from core.brief import Key
from core.evaluation.key import estimated_key, majorness, relation
from core.evaluation.listening import listen
from tests.core.evaluation.sounds import chords, mixed, triad


@pytest.mark.parametrize(
    ("progression", "key"),
    [
        ([triad(60), triad(65), triad(67), triad(60)], "C"),
        ([triad(57, minor=True), triad(62, minor=True), triad(64, minor=True), triad(57, minor=True)], "Am"),
        ([triad(63), triad(68), triad(70), triad(63)], "Eb"),
    ],
)
def test_a_cadence_is_heard_in_its_key(progression, key):
    assert estimated_key(listen(chords(progression)).chroma) == Key.parse(key)


def test_major_sounds_more_major_than_minor():
    major, minor = np.zeros(12), np.zeros(12)
    major[[0, 4, 7]] = 1
    minor[[0, 3, 7]] = 1
    assert majorness(major) > 0.05 > -0.05 > majorness(minor)


@pytest.mark.parametrize(
    ("found", "asked", "name"),
    [("C", "C", "same"), ("Am", "C", "relative"), ("C", "Am", "relative"), ("Cm", "C", "parallel"),
     ("G", "C", "fifth"), ("F", "C", "fifth"), ("D", "C", "other"), ("Em", "C", "other")],
)  # fmt: skip
def test_relations_of_keys(found, asked, name):
    assert relation(Key.parse(found), Key.parse(asked)) == name


def test_soft_chords_are_heard_beside_a_loud_bass():
    soft = chords([triad(60), triad(65), triad(67), triad(60)])
    bass = chords([[36], [29], [31], [31]], level=0.8)
    assert estimated_key(listen(mixed(soft, bass)).chroma) == Key.parse("C")
