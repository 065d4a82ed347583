import numpy as np
import pytest

from core.engines.composer.sound.voices.wavetable import Wave, phase, pulse, saw
from tests.core.engines.composer.sound.conftest import note
from tests.core.engines.composer.sound.voices.conftest import RATE, brightness, cents_off, play


def spectrum(sound):
    return np.abs(np.fft.rfft(sound * np.hanning(len(sound))))


def test_waves_do_not_alias():
    wave = Wave(saw, RATE).play(phase(2500.0, RATE, RATE), 2500.0)
    sizes = spectrum(wave)
    off_harmonics = np.abs((np.arange(len(sizes)) + 1250) % 2500 - 1250) > 4
    assert sizes[off_harmonics].max() < 2e-3 * sizes.max()


def test_a_pulse_of_a_quarter_lacks_every_fourth_harmonic():
    sizes = spectrum(Wave(pulse(0.25), RATE).play(phase(200.0, RATE, RATE), 200.0))
    assert sizes[800] < 0.01 * sizes[200]
    assert sizes[400] > 0.3 * sizes[200]


@pytest.mark.parametrize("name", ["supersaw", "warm_pad", "glass_pad"])
def test_broad_voices_are_broad_but_survive_mono(name):
    sound = play(name, note(0, 2, 60))[:, RATE // 2 : RATE]
    middle, side = sound.mean(axis=0), (sound[0] - sound[1]) / 2
    assert 0.05 < np.mean(side**2) / np.mean(middle**2) < 0.5


def test_an_808_slides_where_the_bend_says():
    slid = play("bass_808", note(0, 1.5, 40, bend=((0.0, 0.0), (0.4, 0.0), (0.6, 500.0))))[0]
    assert cents_off(slid[int(0.1 * RATE) : int(0.4 * RATE)], 40) == pytest.approx(0, abs=8)
    assert cents_off(slid[int(0.7 * RATE) : int(1.3 * RATE)], 45) == pytest.approx(0, abs=8)


def test_a_pluck_darkens_as_it_rings():
    sound = play("pluck", note(0, 1, 60))[0]
    assert brightness(sound[:2000]) > 1.5 * brightness(sound[10_000:14_000])


def test_a_riser_rises_and_a_downlifter_falls():
    up, down = (play(name, note(0, 2, 60))[0] for name in ("riser", "downlifter"))
    half = RATE
    assert brightness(up[half:]) > 1.5 * brightness(up[:half])
    assert np.std(up[half:]) > 2 * np.std(up[:half])
    assert brightness(down[:half]) > 1.3 * brightness(down[half:])


def test_repeated_strokes_are_not_copies():
    sound = play("kit_909", note(0, 0.1, 38), note(0.5, 0.1, 38), seconds=1.0)[0]
    first, second = sound[: RATE // 4], sound[RATE // 2 : RATE // 2 + RATE // 4]
    assert np.corrcoef(first, second)[0, 1] < 0.99


def test_a_key_outside_the_kit_is_played_by_its_stand_in():
    assert np.array_equal(play("kit_808", note(0, 0.1, 35)), play("kit_808", note(0, 0.1, 36)))
    assert np.abs(play("janggu", note(0, 0.1, 99))).max() > 0.01


def test_a_hard_kick_stays_loud_and_buzzes():
    plain, hard = (play(kit, note(0, 0.1, 36), seconds=1.0)[0] for kit in ("kit_909", "kit_hard"))
    head, tail = slice(0, RATE // 10), slice(int(0.2 * RATE), int(0.3 * RATE))
    assert np.std(hard[tail]) / np.std(hard[head]) > 1.5 * np.std(plain[tail]) / np.std(plain[head])
    assert brightness(hard[tail]) > 1.1 * brightness(plain[tail])


def test_a_gated_snare_is_loud_and_then_shut_off():
    plain, snare = (play(kit, note(0, 0.1, 38), seconds=1.0)[0] for kit in ("kit_909", "kit_gated"))
    before, after = slice(int(0.17 * RATE), int(0.22 * RATE)), slice(int(0.27 * RATE), int(0.32 * RATE))
    assert np.std(snare[before]) > 1.5 * np.std(plain[before])
    assert np.std(snare[before]) > 4 * np.std(snare[after])
