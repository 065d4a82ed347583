import numpy as np
import pytest

from core.engines.composer.sound.voices.plucked import StringModel, pluck
from tests.core.engines.composer.sound.conftest import note
from tests.core.engines.composer.sound.voices.conftest import RATE, cents_off, play

RANGES = {"gayageum": range(40, 87), "geomungo": range(33, 73)}


@pytest.mark.parametrize("name", RANGES)
def test_zithers_are_in_tune_over_their_whole_range(name):
    pitches = RANGES[name]
    sound = play(name, *(note(2 * index, 1.5, pitch) for index, pitch in enumerate(pitches)), seconds=2 * len(pitches))
    for index, pitch in enumerate(pitches):
        begin = int((2 * index + 0.05) * RATE)
        assert abs(cents_off(sound[0, begin : begin + int(0.6 * RATE)], pitch)) < 2.0, pitch


def test_a_written_bend_moves_the_string():
    pressed = play("gayageum", note(0, 2, 57, bend=((0.0, 40.0),)))
    assert cents_off(pressed[0, 4000:40000], 57) == pytest.approx(40, abs=2)


def test_harmonics_are_where_stiffness_puts_them():
    stiff = StringModel(decay=1.0, decay_slope=0.8, loss=0.3, place=0.13, corner=6000.0, knock=0.0, stiffness=4e-4)
    sound = pluck(stiff, 220.0, 0.8, seconds=2.0, sample_rate=RATE, chance=np.random.default_rng(1))
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    eighth = 220.0 * 8 * np.sqrt((1 + 64 * 4e-4) / (1 + 4e-4))
    near = slice(1740 * 2, 1820 * 2)
    assert (np.argmax(spectrum[near]) + near.start) / 2 == pytest.approx(eighth, abs=1.0)


def test_low_strings_ring_longer_than_high_ones():
    model = StringModel(decay=1.0, decay_slope=0.75, loss=1.0, place=0.14, corner=3000.0, knock=0.0)
    assert model.time_constant(110.0) > 1.5 * model.time_constant(440.0)
