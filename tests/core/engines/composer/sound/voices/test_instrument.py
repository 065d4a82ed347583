import numpy as np

from core.engines.composer.sound.performance import Sounding
from core.engines.composer.sound.voices.instrument import choked
from tests.core.engines.composer.sound.conftest import note
from tests.core.engines.composer.sound.voices.conftest import RATE, brightness, play, turn


def level(samples, start, end):
    return float(np.sqrt(np.mean(samples[:, int(start * RATE) : int(end * RATE)] ** 2)))


def test_expression_swells_a_held_note():
    swell = [turn(at / 10, 11, 40 + 8 * at) for at in range(11)]
    sound = play("warm_pad", note(0, 2, 60), controls=swell)
    assert level(sound, 1.5, 1.9) > 2 * level(sound, 0.4, 0.6)


def test_the_pedal_holds_a_note():
    held = play("fm_keys", note(0, 0.2, 60), controls=[turn(0, 64, 127), turn(1.5, 64, 0)])
    assert level(held, 1.0, 1.4) > 10 * level(play("fm_keys", note(0, 0.2, 60)), 1.0, 1.4)


def test_brightness_is_heard():
    dark, bright = (play("acid_bass", note(0, 1, 40), controls=[turn(0, 74, value)])[0] for value in (10, 120))
    assert brightness(bright) > 1.3 * brightness(dark)


def test_an_open_hat_rings_until_a_closed_one_stops_it():
    ringing = play("kit_909", note(0, 0.05, 46), seconds=1.0)
    stopped = play("kit_909", note(0, 0.05, 46), note(0.1, 0.05, 42), seconds=1.0)
    assert level(ringing, 0.2, 0.4) > 3 * level(stopped, 0.2, 0.4)


def test_choking_looks_for_the_next_stroke_of_the_right_key():
    notes = [Sounding(start, 0.1, pitch, 90, (), 0) for start, pitch in ((0.0, 46), (0.5, 36), (1.0, 42), (2.0, 46))]
    lengths = [sounding.length for sounding in choked(notes, {46: frozenset({42})})]
    assert lengths == [1.0, 0.1, 0.1, 10.0]
