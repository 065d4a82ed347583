import pytest

from core.audio.levels import measure
from core.audio.mastering import Mastering, Target
from core.audio.release import release
from tests.core.conftest import decode


@pytest.mark.parametrize("max_bytes", [None, 60_000])
@pytest.mark.parametrize("audio_format", ["mp3", "opus", "ogg"])
def test_the_decoded_file_keeps_loudness_and_peak_at_any_bitrate(audio_format, max_bytes, music):
    if audio_format == "ogg" and max_bytes:
        max_bytes = 90_000

    made = release(Mastering(music(6.0)), audio_format, Target(), max_bytes=max_bytes)

    levels = measure(decode(made.data))
    assert levels.lufs == pytest.approx(-14.0, abs=0.5)
    assert levels.true_peak_dbtp <= -1.0
    assert made.levels == levels


def test_stages_are_told_as_they_begin(music):
    stages = []
    release(Mastering(music(1.0)), "wav", Target(), on_stage=stages.append)
    assert stages == ["master", "encode", "measure"]
