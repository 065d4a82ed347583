import numpy as np
import pytest

from core.evaluation.metrics.structure import mel_ssim, ssim
from tests.core.evaluation.metrics.sounds import RATE, wave


def test_it_agrees_with_scikit_image():
    # skimage.metrics.structural_similarity of scikit-image 0.26.0 with data_range 1, on the same pictures.
    dice = np.random.default_rng(3)
    picture = dice.uniform(size=(40, 24))
    noisy = np.clip(picture + 0.2 * dice.normal(size=picture.shape), 0, 1)
    assert ssim(picture, noisy) == pytest.approx(0.8207605030031083, rel=1e-9)
    assert ssim(picture, picture[::-1]) == pytest.approx(0.05184180903595382, rel=1e-9)


def test_a_sound_is_like_itself_and_less_like_another():
    assert mel_ssim(wave(1), wave(1), RATE) == pytest.approx(1.0)
    assert mel_ssim(wave(2), wave(1), RATE) < mel_ssim(wave(1) + np.float32(0.1) * wave(2), wave(1), RATE) < 1


def test_a_picture_must_hold_a_window():
    with pytest.raises(ValueError, match="7 × 7"):
        ssim(np.zeros((6, 9)), np.zeros((6, 9)))
