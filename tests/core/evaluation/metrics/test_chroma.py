import numpy as np
import pytest

from core.evaluation.metrics.chroma import chroma, chroma_agreement
from tests.core.evaluation.metrics.sounds import chord

C_MAJOR = chord(60, 64, 67)


def test_the_pitch_classes_of_a_chord_are_the_loudest():
    assert set(np.argsort(chroma(C_MAJOR, 16_000).mean(axis=0))[-3:]) == {0, 4, 7}


def test_a_chord_agrees_with_itself_an_octave_higher_and_not_with_one_a_tritone_away():
    assert chroma_agreement(C_MAJOR, C_MAJOR, 16_000) == pytest.approx(1.0)
    assert chroma_agreement(chord(72, 76, 79), C_MAJOR, 16_000) > 0.9
    assert chroma_agreement(chord(66, 70, 73), C_MAJOR, 16_000) < 0.3


def test_it_hears_what_librosa_hears():
    librosa = pytest.importorskip("librosa")
    tune = np.concatenate([chord(note) for note in (60, 62, 65, 69, 70)])
    theirs = librosa.feature.chroma_stft(y=tune, sr=16_000, n_fft=4096, hop_length=1600, center=False, tuning=0.0).T
    ours = chroma(tune, 16_000)
    same = ours.argmax(axis=1) == theirs[: len(ours)].argmax(axis=1)
    assert same.mean() > 0.95


def test_silence_agrees_with_nothing():
    assert chroma_agreement(np.zeros(16_000, np.float32), C_MAJOR, 16_000) == 0
