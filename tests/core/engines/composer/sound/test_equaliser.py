import numpy as np
import pytest
from scipy import signal

from core.engines.composer.score import Effects
from core.engines.composer.sound.equaliser import Band, Equaliser, channel_bands, section

RATE = 44_100


def gain_at(band, *frequencies):
    _, response = signal.sosfreqz(section(band, RATE)[None].astype(np.float64), worN=frequencies, fs=RATE)
    return 20 * np.log10(np.abs(response))


@pytest.mark.parametrize(
    ("band", "frequency", "decibels"),
    [
        (Band("highpass", 200), 200, -3.01),
        (Band("highpass", 200), 20, -40.0),
        (Band("lowpass", 2000), 2000, -3.01),
        (Band("peak", 1000, 6.0, 1.0), 1000, 6.0),
        (Band("high_shelf", 2000, 4.0), 18_000, 4.0),
        (Band("low_shelf", 200, -5.0), 20, -5.0),
        (Band("low_shelf", 200, -5.0), 5000, 0.0),
    ],
)
def test_bands_do_what_they_say(band, frequency, decibels):
    assert gain_at(band, frequency)[0] == pytest.approx(decibels, abs=0.2)


def test_a_stream_is_filtered_as_a_whole():
    sound = np.random.default_rng(1).standard_normal((2, 4096)).astype(np.float32)
    bands = [Band("highpass", 100), Band("peak", 900, 3.0)]
    whole = Equaliser(bands, RATE).process(sound)
    streamed = Equaliser(bands, RATE)
    parts = [streamed.process(sound[:, :1000]), streamed.process(sound[:, 1000:])]
    assert np.allclose(whole, np.concatenate(parts, axis=1), atol=1e-6)


def test_the_style_moves_the_corners():
    bands = channel_bands("pad", Effects(highpass=400.0, lowpass=3000.0))
    assert [band.frequency for band in bands if band.kind == "highpass"] == [400.0]
    assert bands[-1] == Band("lowpass", 3000.0)
