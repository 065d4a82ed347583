"""Clips written as files: MP3, Opus, Vorbis, FLAC and WAV, of exact duration and no larger than a place takes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import soundfile

from core.audio.clip import Clip, Samples
from core.audio.files import resample
from core.audio.mp3 import BITRATES, SAMPLE_RATES, encode_mp3, mp3_bytes
from core.audio.riff import with_info
from core.errors import AudioError
from core.piece import AudioFormat
from core.words import Words

Tags = Mapping[str, str]

MEDIA_TYPES: Mapping[AudioFormat, str] = MappingProxyType(
    {"mp3": "audio/mpeg", "opus": "audio/ogg", "ogg": "audio/ogg", "flac": "audio/flac", "wav": "audio/wav"}
)
LOSSY: frozenset[AudioFormat] = frozenset({"mp3", "opus", "ogg"})

MP3_KBPS = 256
OPUS_KBPS = 160
OPUS_RATE = 48_000
LEAST_OPUS_KBPS = 24
VORBIS_QUALITY = 0.7
"""About 220 kbit/s for dense stereo; libsndfile's compression level is one minus this."""

BLOCK = 65_536
"""Frames per write. libsndfile's Vorbis encoder overflows the stack when given a long piece at once."""


def encode(clip: Clip, audio_format: AudioFormat, *, max_bytes: int | None = None, tags: Tags | None = None) -> bytes:
    """The clip as a file of at most `max_bytes`: lossy formats lower their bitrate until it fits.

    `tags` are texts by name: title, artist, genre, software, license, comment. MP3 is written at 32, 44.1 or 48 kHz
    and Opus at 48 kHz, other rates are resampled; the duration stays exact.

    Raises:
        AudioError: it cannot be made to fit.
    """
    tags = tags or {}
    match audio_format:
        case "mp3":
            return fitted_mp3(clip, max_bytes, tags)
        case "opus":
            return fitted_opus(clip, max_bytes, tags)
        case "ogg":
            return fitted_vorbis(clip, max_bytes, tags)
        case "flac":
            data = write(clip, tags, format="FLAC", subtype="PCM_16")
        case "wav":
            data = with_info(write(clip, {}, format="WAV", subtype="PCM_16"), tags)
    if max_bytes is not None and len(data) > max_bytes:
        raise does_not_fit(audio_format, len(data), max_bytes)
    return data


def fitted_mp3(clip: Clip, max_bytes: int | None, tags: Tags) -> bytes:
    """Constant bitrate: what fits is known before encoding."""
    if clip.sample_rate not in SAMPLE_RATES:
        clip = resample(clip, 44_100)
    overhead = sum(len(text.encode()) + 32 for text in tags.values())
    sizes = {bitrate: mp3_bytes(clip.seconds, bitrate, overhead) for bitrate in BITRATES if bitrate <= MP3_KBPS}
    fitting = [bitrate for bitrate, size in sizes.items() if max_bytes is None or size <= max_bytes]
    if not fitting:
        raise does_not_fit("mp3", min(sizes.values()), max_bytes or 0)
    return encode_mp3(clip, max(fitting), tags)


def fitted_opus(clip: Clip, max_bytes: int | None, tags: Tags) -> bytes:
    """Variable bitrate around a target; the target is lowered until the file fits."""
    clip = resample(clip, OPUS_RATE)
    kbps = float(OPUS_KBPS)
    if max_bytes is not None:
        kbps = min(kbps, 0.95 * max_bytes / 125 / clip.seconds)
    while kbps >= LEAST_OPUS_KBPS:
        data = write(clip, tags, format="OGG", subtype="OPUS", compression_level=opus_level(kbps, clip.channels))
        if max_bytes is None or len(data) <= max_bytes:
            return data
        kbps *= min(0.9, 0.97 * max_bytes / len(data))
    raise does_not_fit("opus", int(LEAST_OPUS_KBPS * 125 * clip.seconds), max_bytes or 0)


def opus_level(kbps: float, channels: int) -> float:
    """The compression level 0..1 that libsndfile maps to 256..6 kbit/s a channel."""
    return min(max((256 - kbps / channels) / 250, 0.0), 1.0)


def fitted_vorbis(clip: Clip, max_bytes: int | None, tags: Tags) -> bytes:
    """Variable bitrate by quality; the quality is lowered until the file fits."""
    quality = VORBIS_QUALITY
    while True:
        data = write(clip, tags, format="OGG", subtype="VORBIS", compression_level=1.0 - quality)
        if max_bytes is None or len(data) <= max_bytes:
            return data
        if quality <= 0.0:
            raise does_not_fit("ogg", len(data), max_bytes)
        # The bitrate halves for about every 0.3 of quality.
        quality = max(0.0, quality - max(0.05, 0.3 * np.log2(len(data) / max_bytes) + 0.02))


def write(clip: Clip, tags: Tags, **options: Any) -> bytes:  # noqa: ANN401  (options of soundfile.SoundFile)
    blocks = (clip.samples[:, start : start + BLOCK] for start in range(0, clip.frames, BLOCK))
    return write_blocks(blocks, clip.sample_rate, clip.channels, tags, **options)


def write_blocks(blocks: Iterable[Samples], sample_rate: int, channels: int, tags: Tags, **options: Any) -> bytes:  # noqa: ANN401
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", samplerate=sample_rate, channels=channels, **options) as file:
        for name, text in tags.items():
            setattr(file, name, text)
        for block in blocks:
            file.write(block.T)
    return buffer.getvalue()


def does_not_fit(audio_format: AudioFormat, size: int, limit: int) -> AudioError:
    name = audio_format.upper()
    needs, takes = in_words(size), in_words(limit)
    if audio_format in LOSSY:
        return AudioError(
            Words(
                f"Even at its lowest quality this {name} needs {needs}, and only {takes} can be sent here. "
                "Please ask for a shorter piece.",
                f"가장 낮은 음질로도 이 {name} 파일은 {needs}가 필요한데, 여기에는 {takes}까지만 보낼 수 있습니다. "
                "더 짧은 곡을 요청해 주세요.",
            )
        )
    return AudioError(
        Words(
            f"This piece as {name} needs {needs}, and only {takes} can be sent here. "
            "Please ask for MP3 or Opus, or for a shorter piece.",
            f"이 곡을 {name}로 보내려면 {needs}가 필요한데, 여기에는 {takes}까지만 보낼 수 있습니다. "
            "MP3나 Opus로 요청하거나 더 짧은 곡을 요청해 주세요.",
        )
    )


def in_words(size: int) -> str:
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{size / 1024:.0f} KB"
