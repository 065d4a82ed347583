import io
import zipfile

import numpy as np
import pytest

from core.audio import reel as reel_module
from core.audio.clip import Clip
from core.audio.reel import Reel, Reels
from core.errors import AudioError
from core.stems import pack_stems

RATE = 44_100


def noise(seed, frames=150_000, level=0.3):
    return level * np.random.default_rng(seed).standard_normal((2, frames)).astype(np.float32)


def on_reel(samples, step=40_000):
    reel = Reel(2, RATE)
    for start in range(0, samples.shape[1], step):
        reel.add(samples[:, start : start + step])
    return reel


def test_a_reel_gives_back_what_it_was_given():
    samples = noise(1)
    reel = on_reel(samples)
    assert np.array_equal(reel.clip().samples, samples)
    assert reel.peak == np.abs(samples).max()
    assert reel.frames == samples.shape[1]


def test_a_reel_can_grow_after_it_was_read():
    samples = noise(1)
    reel = on_reel(samples[:, :1000])
    assert reel.clip().frames == 1000
    reel.add(samples[:, 1000:])
    assert np.array_equal(reel.clip().samples, samples)


def test_an_empty_reel_is_an_empty_clip():
    assert Reel(2, RATE).clip().samples.shape == (2, 0)


@pytest.mark.parametrize("level", [0.2, 3.0])
def test_stems_on_reels_are_packed_like_stems_in_memory(level):
    sounds = {"bass": noise(1, level=level), "lead": noise(2, level=level)}
    in_memory = pack_stems({name: Clip(samples, RATE) for name, samples in sounds.items()}, None)
    from_disk = pack_stems(Reels({name: on_reel(samples) for name, samples in sounds.items()}), None)
    archives = [zipfile.ZipFile(io.BytesIO(packed.data)) for packed in (in_memory, from_disk)]
    assert archives[0].namelist() == archives[1].namelist()
    assert all(archives[0].read(name) == archives[1].read(name) for name in archives[0].namelist())


def test_lossless_stems_too_large_become_mp3s_without_all_being_written(monkeypatch):
    written = []
    original = reel_module.Reel.blocks
    monkeypatch.setattr(reel_module.Reel, "blocks", lambda reel: written.append(reel) or original(reel))
    reels = Reels({str(number): on_reel(noise(number)) for number in range(6)})
    archive = pack_stems(reels, 500_000)
    assert archive.note is not None
    assert len(archive.data) <= 500_000
    assert len(written) == 1 + 1 + 6  # the first stem at each lossless grade was enough to tell


def test_a_full_disk_is_told(monkeypatch):
    reel = Reel(2, RATE)

    class Full:
        def write(self, _data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(reel, "_file", Full())
    with pytest.raises(AudioError, match="disk"):
        reel.add(noise(1))
