import numpy as np
import pytest

from tests.core.engines.composer.sound.conftest import note
from tests.core.engines.composer.sound.voices.conftest import RATE, brightness, cents_off, play

STILL = ((0.0, 0.0),)
"""A written bend that asks for no movement."""
RANGES = {"ajaeng": range(36, 64, 3), "haegeum": range(55, 85, 3), "daegeum": range(58, 87, 4)}


@pytest.mark.parametrize("name", RANGES)
def test_held_notes_are_in_tune_over_the_range(name):
    for pitch in RANGES[name]:
        sound = play(name, note(0, 2, pitch, bend=STILL))
        assert abs(cents_off(sound[0, RATE // 4 : 2 * RATE], pitch)) < 2.0, pitch


def test_a_written_bend_replaces_the_habit():
    slid = play("haegeum", note(0, 2, 69, bend=((0.0, -200.0), (0.5, 0.0))))[0]
    assert cents_off(slid[int(0.9 * RATE) :], 69) == pytest.approx(0, abs=4)
    early = slid[int(0.02 * RATE) : int(0.12 * RATE)]
    assert -220 < cents_off(early, 67) + -200 < -100


def test_a_long_note_is_shaken_and_a_short_one_is_not():
    def spread(sound):
        starts = range(RATE // 2, RATE + RATE // 2, 2205)
        return np.ptp([cents_off(sound[0, at : at + 4410], 69) for at in starts])

    assert spread(play("piri", note(0, 2, 69), seconds=2.0)) > 15
    assert spread(play("piri", note(0, 2, 69, bend=STILL), seconds=2.0)) < 15


def test_the_membrane_of_the_daegeum_buzzes_when_blown_hard():
    soft, hard = (play("daegeum", note(0, 1, 70, velocity))[0] for velocity in (35, 125))
    assert brightness(hard) > 1.3 * brightness(soft)


def test_the_cylinder_of_the_piri_favours_odd_harmonics():
    sound = play("piri", note(0, 2, 57, bend=STILL))[0, RATE // 2 : RATE // 2 + RATE]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    first, second, third = (spectrum[220 * number - 5 : 220 * number + 6].max() for number in (1, 2, 3))
    assert second < 0.6 * min(first, third)
