import numpy as np
import pytest

from core.engines.composer.sound.loudness import gated, powers
from core.engines.composer.sound.tape import Tape, Vinyl

RATE = 44_100


def tone(seconds=4.0, frequency=1000.0):
    wave = 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([wave, wave]).astype(np.float32)[None]


def wandering(samples):
    """Pitch in cents of each 50 ms against the mean, from the zero crossings of a tone."""
    crossings = np.flatnonzero((samples[0, 0, :-1] < 0) & (samples[0, 0, 1:] >= 0))
    exact = crossings - samples[0, 0, crossings] / (samples[0, 0, crossings + 1] - samples[0, 0, crossings])
    frequency = 50 / (exact[50:] - exact[:-50])
    return 1200 * np.log2(frequency / frequency.mean())


def test_worn_tape_wanders_by_a_few_cents():
    worn = Tape(1.0, 4.0, RATE).process(tone())
    assert 2.0 < np.abs(wandering(worn[..., RATE // 2 :])).max() < 8.0


def test_blocks_make_no_difference():
    sound = tone(1.0)
    whole, streamed = Tape(0.8, 4.0, RATE), Tape(0.8, 4.0, RATE)
    parts = [streamed.process(sound[..., at : at + 5000]) for at in range(0, RATE, 5000)]
    assert np.allclose(whole.process(sound), np.concatenate(parts, axis=-1), atol=1e-5)


def test_lanes_still_add_up():
    low, high = tone(1.0, 300.0), tone(1.0, 2000.0)
    together = Tape(1.0, 4.0, RATE).process(low + high)
    apart = Tape(1.0, 4.0, RATE).process(np.concatenate([low, high]))
    assert np.allclose(together[0], apart.sum(axis=0), atol=1e-5)


def test_warmth_rounds_peaks_off():
    loud = tone(0.1)[0] * 2
    gain = Tape.warmth(loud, 1.0)
    assert np.abs(loud * gain).max() < 0.9
    assert gain.max() == 1.0


def test_vinyl_is_as_loud_as_asked():
    worn = Vinyl(-38.0, 1, RATE).render(10 * RATE)
    assert gated(powers(worn[None], RATE)[0]) == pytest.approx(-38.0, abs=1.5)
    assert abs(worn.mean()) < 1e-4
