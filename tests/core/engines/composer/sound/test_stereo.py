import numpy as np
import pytest

from core.engines.composer.sound.stereo import Placement

RATE = 44_100


def noise(seed=1):
    return np.random.default_rng(seed).standard_normal((2, RATE)).astype(np.float32)


def power(samples):
    return (samples.astype(np.float64) ** 2).mean(axis=-1)


@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.7, 1.0])
def test_panning_keeps_the_power_of_a_centred_sound(pan):
    centred = np.repeat(noise()[:1], 2, axis=0)
    assert power(Placement(pan, 0.5, RATE).process(centred)).sum() == pytest.approx(power(centred).sum(), rel=0.02)


def test_pan_goes_where_it_says():
    left, right = power(Placement(-0.5, 0.5, RATE).process(np.repeat(noise()[:1], 2, axis=0)))
    assert left > 2 * right


def test_half_width_leaves_a_sound_as_it_is():
    sound = noise()
    assert np.allclose(Placement(0.0, 0.5, RATE).process(sound), sound, atol=1e-6)


def test_no_width_is_mono():
    left, right = Placement(0.0, 0.0, RATE).process(noise())
    assert np.allclose(left, right, atol=1e-6)


def test_widening_vanishes_in_mono():
    mono = np.repeat(noise()[:1], 2, axis=0)
    wide = Placement(0.0, 1.0, RATE).process(mono)
    assert not np.allclose(wide[0], wide[1], atol=0.1)
    assert np.allclose(wide.mean(axis=0), mono[0], atol=1e-5)
