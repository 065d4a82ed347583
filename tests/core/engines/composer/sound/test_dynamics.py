import numpy as np
import pytest

from core.engines.composer.sound.dynamics import HOP, Compression, Compressor, PeakControl, dips, saturate

RATE = 44_100


def tone(level, seconds=1.0):
    frames = int(seconds * RATE) // HOP * HOP
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * 1000 * np.arange(frames) / RATE)
    return np.stack([wave, wave]).astype(np.float32)


@pytest.mark.parametrize(("level", "reduction"), [(-30.0, 0.0), (-8.0, 6.0)])
def test_compression_takes_its_share_of_what_is_over_the_threshold(level, reduction):
    curve = Compressor(Compression(threshold=-20.0, ratio=2.0, knee=0.1), RATE).curve(tone(level))
    assert -20 * np.log10(curve[-1]) == pytest.approx(reduction, abs=0.3)


def test_compression_lets_go_at_its_rate():
    compressor = Compressor(Compression(threshold=-20.0, ratio=4.0, attack=0.001, release=30.0), RATE)
    held = -20 * np.log10(compressor.curve(tone(-8.0))[-1])
    later = -20 * np.log10(compressor.curve(tone(-60.0, 0.2))[-1])
    assert held - later == pytest.approx(0.2 * 30.0, abs=0.5)


def test_streaming_makes_no_difference():
    sound = np.concatenate([tone(-30.0, 0.3), tone(-5.0, 0.3), tone(-20.0, 0.3)], axis=1)
    how = Compression(threshold=-18.0, ratio=3.0)
    whole, streamed = Compressor(how, RATE), Compressor(how, RATE)
    parts = [streamed.curve(sound[:, at : at + 6400]) for at in range(0, sound.shape[1], 6400)]
    assert np.allclose(whole.curve(sound), np.concatenate(parts), atol=1e-6)


def test_no_peak_escapes():
    rng = np.random.default_rng(1)
    sound = (0.1 * rng.standard_normal((2, 1000 * HOP))).astype(np.float32)
    sound[:, rng.integers(0, sound.shape[1], 50)] *= 20.0
    control = PeakControl(0.5, RATE)
    late = np.concatenate([np.zeros((2, control.delay), np.float32), sound], axis=1)[:, : sound.shape[1]]
    controlled = late * control.curve(sound)
    assert np.abs(controlled).max() <= 0.5 * 1.0001
    assert np.abs(late).max() > 0.5


def test_saturation_bends_only_what_is_over_the_knee():
    sound = np.linspace(-3, 3, 601, dtype=np.float32)
    bent = saturate(sound, 0.5)
    quiet = np.abs(sound) <= 0.5
    assert np.array_equal(bent[quiet], sound[quiet])
    assert np.abs(bent).max() <= 1.0
    assert (np.diff(bent) >= 0).all()


def test_a_kick_pushes_down_and_lets_go():
    times = np.arange(0, 1, 0.001)
    under = dips(np.array([0.25, 0.75]), times, recovery=0.3)
    assert under[250] == pytest.approx(1.0, abs=0.02)
    assert under[200] == 0.0
    assert under[600] == 0.0
    assert np.abs(np.diff(under)).max() < 0.3


def test_without_kicks_nothing_is_pushed():
    assert not dips(np.zeros(0), np.arange(10) / 10, 0.3).any()
