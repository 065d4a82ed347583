import io

import numpy as np
import pytest
from PIL import Image

from core.audio.clip import Clip
from core.audio.waveform import peaks, waveform_png


def test_peaks_follow_the_music():
    ramp = np.linspace(0, 0.5, 44_100, dtype=np.float32)[None]
    columns = peaks(Clip(ramp, 44_100))
    assert len(columns) == 256
    assert list(columns) == sorted(columns)
    assert columns[-1] == 255


@pytest.mark.parametrize(("frames", "columns"), [(0, 0), (1, 1), (100, 100), (44_100, 256)])
def test_there_are_no_more_columns_than_samples(frames, columns):
    assert peaks(Clip(np.zeros((2, frames), np.float32), 44_100)) == bytes(columns)


def test_the_picture_is_quiet_where_the_music_is(music):
    clip = music(4.0)
    clip.samples[:, : clip.frames // 2] *= 0.1
    picture = Image.open(io.BytesIO(waveform_png(clip)))
    inked = np.asarray(picture)[..., 3].astype(float).sum(axis=0)
    assert picture.size == (1000, 200)
    assert picture.mode == "RGBA"
    assert inked[:480].sum() < 0.5 * inked[520:].sum()


@pytest.mark.parametrize("frames", [0, 10, 44_100])
def test_silence_and_scraps_have_a_picture_too(frames):
    assert Image.open(io.BytesIO(waveform_png(Clip(np.zeros((2, frames), np.float32), 44_100)))).size == (1000, 200)
