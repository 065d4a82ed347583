import numpy as np
import pytest

from core.evaluation.metrics.embedding import patches_of
from core.evaluation.metrics.mel import BANDS, OFFSET, filters, log_mel


def test_a_second_has_98_frames_of_64_bands():
    assert log_mel(np.zeros(16_000, np.float32), 16_000).shape == (98, BANDS)
    assert log_mel(np.zeros(44_100, np.float32), 44_100).shape == (98, BANDS)
    assert np.allclose(log_mel(np.zeros(10, np.float32), 16_000), np.log(OFFSET))


def test_a_tone_is_heard_in_the_band_that_it_lies_in():
    time = np.arange(16_000) / 16_000
    centres = filters().argmax(axis=0) * 16_000 / 512
    for hertz in (500, 1000, 4000):
        loudest = log_mel(np.sin(2 * np.pi * hertz * time).astype(np.float32), 16_000).mean(axis=0).argmax()
        assert centres[loudest] == pytest.approx(hertz, rel=0.08)


def test_the_filters_are_librosas_up_to_their_height():
    librosa = pytest.importorskip("librosa")
    theirs = librosa.filters.mel(sr=16_000, n_fft=512, n_mels=64, fmin=125, fmax=7500, htk=True, norm=None).T
    # librosa's sides are straight over Hz, these over mels: nearly the same in bands so narrow.
    assert np.abs(filters() - theirs).max() < 0.06


def test_patches_hold_0_96_seconds_and_a_short_sound_makes_one():
    frames = np.arange(300.0)[:, None].repeat(2, axis=1)
    assert patches_of(frames).shape == (3, 96, 2)
    assert patches_of(frames)[1, 0, 0] == 96
    assert patches_of(frames[:10]).shape == (1, 96, 2)
