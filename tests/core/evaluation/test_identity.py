import numpy as np

from core.evaluation.identity import cosine, fingerprint, recognition, together, twins
from tests.core.engines.composer.sound.conftest import note, part, score


def test_styles_that_differ_are_told_apart_and_copies_are_not():
    rng = np.random.default_rng(1)
    centres = {"jazz": 0.0, "edm": 6.0, "rock": 6.0}
    names = [style for style in centres for _ in range(24)]
    seeds = [number % 4 for _ in centres for number in range(24)]
    features = np.stack([rng.normal(centres[style], 1.0, 8) for style in names])
    found = recognition(features, names, seeds)
    assert 0.5 < found.accuracy < 0.95
    assert all(set(pair) == {"edm", "rock"} for pair in found.confusions)


def band(beats, program):
    drums = part("drums", [note(beat, 0.1, 36) for beat in beats], role="drums")
    return fingerprint(score(drums, part("piano", [note(0, 1, 60)], role="lead", program=program)))


def test_twins_share_groove_and_palette():
    one, same_groove, same_palette = band([0, 1, 2, 3], 0), band([0, 1, 2, 3], 40), band([0.5, 1.5, 2.5, 3.5], 0)
    assert twins({"a": one, "b": same_groove, "c": same_palette}) == []
    assert twins({"a": one, "b": together([one, one])}) == [("a", "b")]


def test_cosine_of_nothing_is_nothing():
    assert cosine({"a": 1.0}, {}) == 0.0
    assert cosine({"a": 2.0}, {"a": 3.0}) == 1.0
