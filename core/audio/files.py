"""Audio files that people send, read into clips. Nothing about such a file is trusted.

The kind of file is told from its first bytes, never from a name, and only kinds that are listed here reach a decoder.
Decoding runs in blocks, so a small file that unpacks to hours of sound costs no more than what is allowed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import soundfile
import soxr

from core.audio.clip import Clip, Samples
from core.audio.containers import decode_container
from core.errors import AudioError
from core.words import Words

FileType = Literal["wav", "flac", "ogg", "mp3", "mp4", "webm", "aac"]

MARKS: tuple[tuple[FileType, int, bytes], ...] = (
    ("wav", 8, b"WAVE"),
    ("flac", 0, b"fLaC"),
    ("ogg", 0, b"OggS"),
    ("mp4", 4, b"ftyp"),
    ("webm", 0, b"\x1a\x45\xdf\xa3"),
    ("mp3", 0, b"ID3"),
)
FRAME_TYPES: tuple[FileType | None, ...] = ("aac", "mp3", "mp3", None)
"""By the layer bits after a frame's eleven bits of sync: none (AAC), III, II, I."""

BLOCK = 65_536
LOWEST_RATE = 8_000
HIGHEST_RATE = 192_000
MOST_CHANNELS = 8
LOUDEST = 1_000.0
"""Float files may go over full scale, though not by 60 dB: that is noise read as numbers."""

DAMAGED = Words(
    "This audio file is damaged or cut off.",
    "오디오 파일이 손상되었거나 중간에 잘렸습니다.",
)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The most that is accepted: `bytes` of the file, `seconds` of sound, and Hz that a clip keeps."""

    bytes: int = 25 * 1024 * 1024
    seconds: float = 600.0
    sample_rate: int = 48_000


def read(data: bytes, *, sample_rate: int | None = None, limits: ReadLimits | None = None) -> Clip:
    """Decode WAV, FLAC, Ogg (Vorbis, Opus), MP3 and, with the `video` extra, M4A, AAC, MP4 and WebM.

    The clip has one or two channels (more are folded down to two) and `sample_rate` Hz if given, else the file's own
    rate up to `limits.sample_rate`. Sound over full scale is scaled down to it.

    Raises:
        AudioError: the bytes are no such file, are damaged, hold no sound, or exceed the limits.
    """
    limits = limits or ReadLimits()
    if not data:
        raise AudioError(Words("This file is empty.", "빈 파일입니다."))
    if len(data) > limits.bytes:
        raise too_large(limits.bytes)
    kind = file_type(data)
    if kind is None:
        raise AudioError(
            Words(
                "This is not an audio file I can read. I read WAV, FLAC, OGG, Opus, MP3, M4A and WebM.",
                "읽을 수 있는 오디오 파일이 아닙니다. WAV, FLAC, OGG, Opus, MP3, M4A, WebM 파일을 보내 주세요.",
            )
        )
    blocks = decode_container(data, kind) if kind in ("mp4", "webm", "aac") else decode_sound_file(data)
    clip = gather(blocks, sample_rate, limits)
    return Clip(within_full_scale(clip.samples), clip.sample_rate)


def file_type(data: bytes) -> FileType | None:
    """The kind of file by its first bytes, or None for a kind that is not read."""
    for kind, offset, mark in MARKS:
        if data[offset : offset + len(mark)] == mark:
            return kind
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return FRAME_TYPES[data[1] >> 1 & 3]
    return None


def decode_sound_file(data: bytes) -> Iterator[tuple[Samples, int]]:
    """Blocks of (channels, samples) and their rate, by libsndfile."""
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            while len(block := file.read(BLOCK, dtype="float32", always_2d=True)):
                yield np.ascontiguousarray(block.T), int(file.samplerate)
    except (soundfile.SoundFileError, RuntimeError, OSError) as error:
        raise AudioError(DAMAGED) from error


def gather(blocks: Iterator[tuple[Samples, int]], sample_rate: int | None, limits: ReadLimits) -> Clip:
    """One clip of all blocks, checked, folded to at most two channels and resampled on the way."""
    parts: list[Samples] = []
    resampler: soxr.ResampleStream | None = None
    source = target = frames = 0
    for block, rate in blocks:
        if not parts and frames == 0:
            source, target = rate, sample_rate or min(rate, limits.sample_rate)
            check_layout(block.shape[0], rate)
            if source != target:
                resampler = soxr.ResampleStream(source, target, min(block.shape[0], 2), dtype="float32")
        frames += block.shape[1]
        if frames > limits.seconds * source:
            raise too_long(limits.seconds)
        check_values(block)
        sound = fold(block)
        parts.append(sound if resampler is None else resample_block(resampler, sound))
    if frames == 0:
        raise AudioError(Words("There is no sound in this file.", "파일에 소리가 없습니다."))
    if resampler is not None:
        parts.append(resample_block(resampler, np.zeros((parts[0].shape[0], 0), np.float32), last=True))
    return Clip(np.concatenate(parts, axis=1), target)


def check_layout(channels: int, rate: int) -> None:
    if not 1 <= channels <= MOST_CHANNELS:
        raise AudioError(
            Words(
                f"This file has {channels} channels; I read up to {MOST_CHANNELS}.",
                f"채널이 {channels}개인 파일입니다. {MOST_CHANNELS}채널까지만 읽을 수 있습니다.",
            )
        )
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise AudioError(
            Words(
                f"This file's sample rate is {rate} Hz; I read {LOWEST_RATE} to {HIGHEST_RATE} Hz.",
                f"샘플레이트가 {rate}Hz인 파일입니다. {LOWEST_RATE}~{HIGHEST_RATE}Hz만 읽을 수 있습니다.",
            )
        )


def check_values(block: Samples) -> None:
    peak = float(np.max(np.abs(block), initial=0.0))
    if not peak <= LOUDEST:
        raise AudioError(DAMAGED)


def fold(block: Samples) -> Samples:
    """At most two channels: centre and surrounds join left and right at −3 dB, as ITU-R BS.775 folds them down.

    The order of channels is that of WAVE: left, right, centre, low frequencies (left out), then left-right pairs.
    """
    channels = block.shape[0]
    if channels <= 2:
        return block
    folded = block[:2].copy()
    folded += np.float32(np.sqrt(0.5)) * block[2]
    for channel in range(4, channels):
        folded[channel % 2] += np.float32(np.sqrt(0.5)) * block[channel]
    return folded


def resample_block(resampler: soxr.ResampleStream, block: Samples, *, last: bool = False) -> Samples:
    frames = np.ascontiguousarray(block.T)
    resampled: Samples = resampler.resample_chunk(frames if block.shape[0] > 1 else frames[:, 0], last=last)
    return np.ascontiguousarray(resampled.reshape(-1, block.shape[0]).T)


def resample(clip: Clip, sample_rate: int) -> Clip:
    """The clip at another rate, round(seconds · rate) samples long."""
    if clip.sample_rate == sample_rate:
        return clip
    resampled = np.zeros((clip.channels, round(clip.frames * sample_rate / clip.sample_rate)), np.float32)
    resampler = soxr.ResampleStream(clip.sample_rate, sample_rate, clip.channels, dtype="float32")
    done = 0
    for start in range(0, clip.frames, BLOCK):
        last = start + BLOCK >= clip.frames
        block = resample_block(resampler, clip.samples[:, start : start + BLOCK], last=last)
        block = block[:, : resampled.shape[1] - done]
        resampled[:, done : done + block.shape[1]] = block
        done += block.shape[1]
    return Clip(resampled, sample_rate)


def within_full_scale(samples: Samples) -> Samples:
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak > 1.0:
        samples /= np.float32(peak)
    return samples


def too_large(limit: int) -> AudioError:
    megabytes = f"{limit / 1024 / 1024:.0f}"
    return AudioError(
        Words(
            f"This file is too large; I read audio files of up to {megabytes} MB.",
            f"파일이 너무 큽니다. {megabytes}MB 이하의 오디오 파일을 보내 주세요.",
        )
    )


def too_long(limit: float) -> AudioError:
    minutes = f"{limit / 60:g}"
    return AudioError(
        Words(
            f"This audio is too long; I read up to {minutes} minutes.",
            f"오디오가 너무 깁니다. {minutes}분 이하로 보내 주세요.",
        )
    )
