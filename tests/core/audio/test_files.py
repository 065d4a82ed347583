import io
import struct

import av
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audio.clip import Clip
from core.audio.encoding import encode
from core.audio.files import ReadLimits, file_type, read, resample
from core.errors import AudioError
from tests.core.conftest import make_music


def sound_file(samples: np.ndarray, sample_rate: int, **options: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples.T, sample_rate, **options)
    return buffer.getvalue()


def container(kind: str, codec: str, clip: Clip) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as output:
        stream = output.add_stream(codec, rate=clip.sample_rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(clip.samples, format="fltp", layout="stereo")
        frame.sample_rate = clip.sample_rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    return buffer.getvalue()


@pytest.mark.parametrize("sample_rate", [8_000, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_is_read_back_as_it_was(sample_rate, channels):
    clip = make_music(1.0, sample_rate, channels)
    data = sound_file(clip.samples, sample_rate, format="WAV", subtype="FLOAT")

    back = read(data, sample_rate=sample_rate)

    assert back.sample_rate == sample_rate
    np.testing.assert_array_equal(back.samples, clip.samples)


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "ogg", "flac", "wav"])
def test_every_format_that_is_written_is_read(audio_format, music):
    clip = music(2.0, 48_000)

    back = read(encode(clip, audio_format))

    assert back.sample_rate == 48_000
    assert back.samples.shape == clip.samples.shape
    assert np.corrcoef(back.samples[0], clip.samples[0])[0, 1] > 0.95


@pytest.mark.parametrize(
    ("kind", "codec", "marked"), [("mp4", "aac", "mp4"), ("webm", "libopus", "webm"), ("adts", "aac", "aac")]
)
def test_sound_in_containers_is_read(kind, codec, marked, music):
    clip = music(2.0, 48_000)
    data = container(kind, codec, clip)

    back = read(data)

    assert file_type(data) == marked
    assert back.channels == 2
    assert back.seconds == pytest.approx(2.0, abs=0.1)


def test_without_the_video_extra_a_container_says_what_to_send_instead(monkeypatch, music):
    data = container("mp4", "aac", music(0.5))
    monkeypatch.setitem(__import__("sys").modules, "av", None)

    with pytest.raises(AudioError, match="WAV, FLAC, OGG or MP3"):
        read(data)


def test_high_rates_are_brought_down_unless_asked_for():
    clip = make_music(1.0, 96_000)
    data = sound_file(clip.samples, 96_000, format="FLAC", subtype="PCM_24")

    assert read(data).sample_rate == 48_000
    assert read(data).frames == pytest.approx(48_000, abs=2)


def test_surround_is_folded_to_stereo_with_its_centre_in_both():
    samples = np.zeros((6, 1000), np.float32)
    samples[2] = 0.5

    back = read(sound_file(samples, 48_000, format="WAV", subtype="FLOAT"))

    assert back.channels == 2
    np.testing.assert_allclose(back.samples, 0.5 * np.sqrt(0.5), rtol=1e-5)


def test_sound_over_full_scale_is_scaled_down():
    back = read(sound_file(np.full((1, 100), 3.0, np.float32), 8_000, format="WAV", subtype="FLOAT"))

    assert np.max(np.abs(back.samples)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"<html>no audio</html>", "not an audio file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not an audio file"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "damaged"),
        (b"OggS" + bytes(200), "damaged"),
        (b"fLaC" + bytes(200), "damaged"),
        (b"\0\0\0\x18ftypM4A " + bytes(200), "damaged"),
        (b"\x1a\x45\xdf\xa3" + bytes(200), "damaged"),
    ],
)
def test_what_is_no_audio_is_refused_in_words(data, says):
    with pytest.raises(AudioError, match=says) as caught:
        read(data)
    assert caught.value.words.ko


def test_a_wav_without_samples_has_no_sound():
    with pytest.raises(AudioError, match="no sound"):
        read(sound_file(np.zeros((2, 0), np.float32), 44_100, format="WAV"))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e9])
def test_numbers_that_are_no_sound_are_damage(value):
    samples = np.zeros((1, 5000), np.float32)
    samples[0, 4000] = value

    with pytest.raises(AudioError, match="damaged"):
        read(sound_file(samples, 44_100, format="WAV", subtype="FLOAT"))


def test_a_small_file_that_unpacks_to_hours_is_stopped_at_the_limit():
    two_hours = io.BytesIO()
    with soundfile.SoundFile(two_hours, "w", 8_000, 1, format="FLAC", subtype="PCM_16") as file:
        for _ in range(120):
            file.write(np.zeros(480_000, np.float32))
    assert len(two_hours.getvalue()) < 1_000_000

    with pytest.raises(AudioError, match="too long"):
        read(two_hours.getvalue())


def test_a_header_that_lies_about_its_length_is_not_believed(music):
    data = bytearray(sound_file(music(0.5).samples, 44_100, format="WAV", subtype="PCM_16"))
    size = data.index(b"data") + 4
    data[size : size + 4] = struct.pack("<I", 0xFFFF_FFF0)

    assert read(bytes(data)).seconds == pytest.approx(0.5, abs=0.01)


def test_large_files_are_refused_before_they_are_decoded():
    with pytest.raises(AudioError, match="too large"):
        read(b"RIFF" + bytes(2048), limits=ReadLimits(bytes=1024))


@pytest.mark.parametrize("sample_rate", [4_000, 384_000])
def test_rates_out_of_range_are_named(sample_rate):
    with pytest.raises(AudioError, match=str(sample_rate)):
        read(sound_file(np.zeros((1, 100), np.float32), sample_rate, format="WAV"))


def test_resampling_keeps_the_duration_to_the_sample(music):
    assert resample(music(1.2345, 44_100), 48_000).frames == round(round(1.2345 * 44_100) * 48_000 / 44_100)


STARTS = [b"", b"RIFF\0\0\0\0WAVE", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf1"]
STARTS += [b"\0\0\0\x14ftyp", b"\x1a\x45\xdf\xa3"]
SEEDS = {kind: encode(make_music(0.3, 48_000), kind) for kind in ("wav", "flac", "ogg", "opus", "mp3")}
CONTAINERS = (("mp4", "aac"), ("webm", "libopus"))
SEEDS |= {kind: container(kind, codec, make_music(0.3, 48_000)) for kind, codec in CONTAINERS}


def is_a_clip_or_a_clear_refusal(data: bytes) -> bool:
    try:
        clip = read(data, limits=ReadLimits(seconds=20.0))
    except AudioError:
        return True
    peak = float(np.max(np.abs(clip.samples)))
    return clip.frames > 0 and clip.channels in (1, 2) and np.isfinite(peak) and peak <= 1.0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    start=st.sampled_from(
        [
            b"",
            b"RIFF\0\0\0\0WAVE",
            b"fLaC",
            b"OggS",
            b"ID3",
            b"\xff\xfb",
            b"\xff\xf1",
            b"\0\0\0\x14ftyp",
            b"\x1a\x45\xdf\xa3",
        ]
    ),
    rest=st.binary(max_size=600),
)
def test_any_bytes_become_a_clip_or_a_clear_refusal(start, rest):
    assert is_a_clip_or_a_clear_refusal(start + rest)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(list(SEEDS)),
    keep=st.floats(0.0, 1.0),
    changes=st.lists(st.tuples(st.floats(0.0, 1.0), st.binary(min_size=1, max_size=8)), max_size=6),
)
def test_damaged_files_become_a_clip_or_a_clear_refusal(kind, keep, changes):
    data = bytearray(SEEDS[kind][: int(len(SEEDS[kind]) * keep)])
    for place, patch in changes:
        # Half of the damage goes to the headers, where it does most.
        position = int(len(data) * place**3)
        data[position : position + len(patch)] = patch
    assert is_a_clip_or_a_clear_refusal(bytes(data))
