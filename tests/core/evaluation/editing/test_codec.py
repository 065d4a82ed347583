import numpy as np
import pytest

from core.evaluation.editing.codec import BANDS, FAINTEST, HOP, RATE, fitted, levels, spectra, synthesised
from core.evaluation.metrics.separation import si_sdr
from tests.core.evaluation.metrics.sounds import wave


def tone(hertz, length=RATE):
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(length) / RATE)).astype(np.float32)


def test_the_transform_gives_back_what_it_took():
    sound = wave(1, 2 * RATE)
    back = synthesised(spectra(sound))
    inner = slice(HOP, len(sound) - HOP)
    assert np.allclose(back[inner], sound[inner], atol=1e-4)


def test_frames_stand_where_they_are_heard_and_bands_ascend():
    click = np.zeros(10 * HOP, np.float32)
    click[4 * HOP + HOP // 2] = 1.0
    assert levels(spectra(click)).sum(axis=1).argmax() == 4
    loudest = [levels(spectra(tone(hertz)))[5].argmax() for hertz in (100, 400, 1500, 3800)]
    assert loudest == sorted(set(loudest))
    assert loudest[-1] < BANDS


@pytest.mark.parametrize("length", [RATE, RATE + 1])
def test_every_sample_has_a_frame(length):
    codec = fitted([wave(1)], books=2, entries=4, seed=1)
    sound = wave(2, length)
    codes = codec.encode(sound)
    assert codes.shape == (2, -(-length // HOP))
    assert codec.decode(codes).shape == (codes.shape[1], BANDS)
    assert codec.masked(sound, codes).shape == sound.shape


def test_what_codes_leave_out_is_turned_down_and_the_rest_left_alone():
    low, high = tone(200), tone(2500)
    codec = fitted([low, high, low + high], books=1, entries=8, seed=1)
    both, inner = low + high, slice(HOP, -HOP)
    assert si_sdr(codec.masked(both, codec.encode(low))[inner], low[inner]) > 20
    assert si_sdr(codec.masked(both, codec.encode(both))[inner], both[inner]) > 60


def test_nothing_gets_louder_and_nothing_vanishes():
    loud, faint = wave(1), 0.01 * wave(1)
    codec = fitted([loud, faint, np.zeros(RATE, np.float32)], books=1, entries=8, seed=1)
    louder = codec.masked(faint, codec.encode(loud))
    assert np.square(louder).sum() <= 1.001 * np.square(faint).sum()
    silenced = codec.masked(loud, codec.encode(np.zeros(RATE, np.float32)))
    inner = slice(HOP, -HOP)
    assert np.allclose(silenced[inner], FAINTEST * loud[inner], atol=1e-3)


def test_more_entries_come_nearer_and_the_same_seed_is_the_same_codec():
    sounds = [wave(seed) for seed in range(4)]
    few, many = (fitted(sounds, books=1, entries=entries, seed=1) for entries in (2, 64))

    def missed(codec):
        return np.abs(codec.decode(codec.encode(sounds[0])) - levels(spectra(sounds[0]))).mean()

    assert missed(many) < missed(few)
    assert np.array_equal(fitted(sounds, books=1, entries=2, seed=1).books, few.books)
