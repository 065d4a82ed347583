import numpy as np
import pytest

from core.evaluation.descriptors import describe
from core.evaluation.listening import RATE

SECONDS = 8.0
HITS = {"four to the floor": (0, 1, 2, 3), "tresillo": (0, 0.75, 1.5, 2, 2.75, 3.5)}


def played(rhythm="four to the floor", bpm=110.0, root=220.0, intervals=(0, 4, 7)):
    """A chord under struck noise: the rhythm of a bar of four beats, over and over."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    sound = sum(0.05 * np.sin(2 * np.pi * root * 2 ** (step / 12) * time) for step in intervals)
    noise = np.random.default_rng(1).normal(size=RATE // 10) * np.exp(-np.arange(RATE // 10) / (0.02 * RATE))
    for bar in range(round(SECONDS * bpm / 240) + 1):
        for hit in HITS[rhythm]:
            start = round((4 * bar + hit) * 60 / bpm * RATE)
            part = sound[start : start + len(noise)]
            part += 0.3 * noise[: len(part)]
    return sound.astype(np.float32)


def distance(one, other, scale):
    return float(np.linalg.norm((one - other) / scale))


@pytest.fixture(scope="module")
def described():
    sounds = {
        "plain": played(), "faster": played(bpm=124.0), "other rhythm": played("tresillo"),
        "higher": played(root=261.63), "other chord": played(intervals=(0, 1, 6)),
    }  # fmt: skip
    return {name: describe(sound) for name, sound in sounds.items()}


def test_descriptors_are_numbers_as_many_for_every_piece(described):
    assert len({each.shape for each in described.values()}) == 1
    assert all(np.isfinite(each).all() for each in described.values())


def test_another_rhythm_is_further_away_than_another_tempo(described):
    scale = np.std(list(described.values()), axis=0) + 1e-3
    faster, other = (distance(described["plain"], described[name], scale) for name in ("faster", "other rhythm"))
    assert faster < other


def test_another_chord_is_further_away_than_another_key(described):
    scale = np.std(list(described.values()), axis=0) + 1e-3
    harmony = slice(-32, None)
    higher, other = (
        distance(described["plain"][harmony], described[name][harmony], scale[harmony])
        for name in ("higher", "other chord")
    )
    assert higher < other


def test_silence_is_described_too():
    assert np.isfinite(describe(np.zeros(round(SECONDS * RATE), np.float32))).all()
