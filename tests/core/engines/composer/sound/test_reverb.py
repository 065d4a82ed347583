import numpy as np
import pytest

from core.engines.composer.sound.reverb import Reverb, impulse_response

RATE = 44_100


def decay_time(response):
    """RT60 from the slope of the backward integrated energy between -5 and -25 dB (Schroeder 1965)."""
    energy = np.cumsum(response[0, ::-1].astype(np.float64) ** 2)[::-1]
    level = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
    begin, end = np.argmax(level < -5), np.argmax(level < -25)
    return 3 * (end - begin) / RATE


@pytest.mark.parametrize("seconds", [0.6, 1.5, 3.0])
def test_the_room_dies_away_in_its_time(seconds):
    assert decay_time(impulse_response(seconds, 0.5, RATE)) == pytest.approx(seconds, rel=0.3)


def test_a_bright_room_has_more_treble():
    def treble(response):
        power = np.abs(np.fft.rfft(response[0])) ** 2
        return power[len(power) // 5 :].sum() / power.sum()

    assert treble(impulse_response(1.5, 1.0, RATE)) > 2 * treble(impulse_response(1.5, 0.1, RATE))


def test_the_room_is_broad_and_adds_no_offset():
    room = impulse_response(1.5, 0.5, RATE)
    assert abs(np.corrcoef(room)[0, 1]) < 0.2
    assert abs(room.sum()) < 0.1
    assert np.allclose((room.astype(np.float64) ** 2).sum(axis=1), 1.0, atol=1e-3)


def test_blocks_are_convolved_as_a_whole():
    rng = np.random.default_rng(1)
    room = impulse_response(0.4, 0.5, RATE)
    sound = rng.standard_normal((1, 2, 20_000)).astype(np.float32)
    reverb = Reverb(room, 8192)
    wet = np.concatenate([reverb.process(sound[..., at : at + 8192]) for at in range(0, 20_000, 8192)], axis=-1)
    exact = np.stack([np.convolve(sound[0, side], room[side])[:20_000] for side in range(2)])
    assert np.abs(wet[0] - exact).max() < 1e-4


def test_streams_keep_their_own_tails():
    reverb = Reverb(impulse_response(0.4, 0.5, RATE), 4096)
    sound = np.zeros((2, 2, 4096), np.float32)
    sound[1, :, 0] = 1.0
    wet = reverb.process(sound)
    assert not wet[0].any()
    assert wet[1].any()
