import numpy as np
import pytest

from core.evaluation.editing.codec import HOP, RATE, analysed, fitted, synthesised
from core.evaluation.metrics.separation import si_sdr
from tests.core.evaluation.metrics.sounds import wave


def test_the_transform_gives_back_what_it_took():
    sound = wave(1, 2 * RATE)
    back = synthesised(analysed(sound))
    inner = slice(HOP, len(sound) - HOP)
    assert np.allclose(back[inner], sound[inner], atol=1e-4)


def test_frames_stand_where_they_are_heard():
    click = np.zeros(10 * HOP, np.float32)
    click[4 * HOP + HOP // 2] = 1.0
    assert np.abs(analysed(click)).sum(axis=1).argmax() == 4


@pytest.mark.parametrize("length", [RATE, RATE + 1])
def test_every_sample_has_a_frame(length):
    codec = fitted([wave(1)], books=1, entries=4, seed=1)
    codes = codec.encode(wave(2, length))
    assert codes.shape == (1, -(-length // HOP))
    assert codec.decode(codes).shape == (codes.shape[1] * HOP,)


def test_more_codebooks_come_nearer_and_the_same_seed_is_the_same_codec():
    sounds = [wave(seed, 2 * RATE) for seed in range(4)]
    few, many = (fitted(sounds, books=books, entries=16, seed=1) for books in (1, 4))
    assert si_sdr(many.decode(many.encode(sounds[0])), sounds[0]) > si_sdr(few.decode(few.encode(sounds[0])), sounds[0])
    assert np.array_equal(fitted(sounds, books=1, entries=16, seed=1).books, few.books)
