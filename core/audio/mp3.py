"""MP3 files: LAME's frames behind an ID3 tag and an Info frame, so that players show what it is and cut it exactly.

LAME comes with the `lameenc` wheel, three times faster than the build inside libsndfile; its encoder returns frames
only, so the two headers are written here. Sources: ISO/IEC 11172-3 for frames, id3.org's ID3v2.4 for tags, and the
"Mp3 Info Tag rev 1" specification of the LAME project for the Info frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import lameenc
import numpy as np

from core.audio.clip import Clip, Samples

BITRATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
SAMPLE_RATES = (32_000, 44_100, 48_000)

QUALITY: Literal[3] = 3
"""LAME's own default effort (0 best … 9 fastest)."""

FRAME_SAMPLES = 1152
ENCODER_DELAY = 576
BLOCK = 65_536

INFO_BITRATE_INDEX = 9  # 128 kbit/s: the smallest frame that holds the Info tag at every rate and channel count.

TEXT_FRAMES = {"title": b"TIT2", "artist": b"TPE1", "genre": b"TCON", "software": b"TSSE"}


def encode_mp3(clip: Clip, bitrate: int, tags: Mapping[str, str]) -> bytes:
    """Constant bitrate in kbit/s, one of `BITRATES`; the clip's rate must be one of `SAMPLE_RATES`.

    The file decodes to exactly `clip.frames` samples in players that honour the Info tag.
    """
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(bitrate)
    encoder.set_in_sample_rate(clip.sample_rate)
    encoder.set_out_sample_rate(clip.sample_rate)
    encoder.set_channels(clip.channels)
    encoder.set_quality(QUALITY)
    encoder.silence()
    audio = b"".join(bytes(encoder.encode(block)) for block in pcm16(clip.samples)) + bytes(encoder.flush())
    return id3_tag(tags) + info_frame(audio, clip) + audio


def mp3_bytes(seconds: float, bitrate: int, overhead: int) -> int:
    """The most bytes that `encode_mp3` makes of so many seconds; `overhead` is that of tags."""
    return int((seconds + 0.2) * bitrate * 125) + overhead + 2048


def pcm16(samples: Samples) -> Iterator[bytes]:
    """Interleaved little-endian 16-bit samples, in blocks."""
    for start in range(0, samples.shape[1], BLOCK):
        block = samples[:, start : start + BLOCK].T * np.float32(32767)
        yield np.clip(np.rint(block), -32768, 32767).astype("<i2").tobytes()


def info_frame(audio: bytes, clip: Clip) -> bytes:
    """A silent frame that tells decoders how many samples of the first and the last frames are not music."""
    count = count_frames(audio, clip.sample_rate)
    padding = count * FRAME_SAMPLES - ENCODER_DELAY - clip.frames
    header = bytearray(audio[:4])
    header[2] = INFO_BITRATE_INDEX << 4 | header[2] & 0x0C
    length = 144 * 128_000 // clip.sample_rate
    side_information = 32 if clip.channels == 2 else 17

    tag = bytearray(b"Info" + (0b1111).to_bytes(4, "big"))
    tag += (count).to_bytes(4, "big") + (length + len(audio)).to_bytes(4, "big")
    tag += bytes(256 * entry // 100 for entry in range(100))
    tag += (100 - 10 * QUALITY).to_bytes(4, "big")
    tag += b"LAME4.0  " + bytes((0x01, clip.sample_rate // 2 // 100)) + bytes(9) + bytes((0xFF,))
    tag += (ENCODER_DELAY << 12 | padding).to_bytes(3, "big") + bytes(4)
    tag += (length + len(audio)).to_bytes(4, "big") + bytes(2)  # No checksum of the music: players do not look at it.
    frame = bytes(header) + bytes(side_information) + bytes(tag)
    frame += crc16(frame).to_bytes(2, "big")
    return frame.ljust(length, b"\0")


def count_frames(audio: bytes, sample_rate: int) -> int:
    count = position = 0
    while position + 4 <= len(audio):
        bitrate = BITRATES[(audio[position + 2] >> 4) - 1] * 1000
        position += 144 * bitrate // sample_rate + (audio[position + 2] >> 1 & 1)
        count += 1
    return count


def crc16(data: bytes) -> int:
    """CRC-16/ARC, the checksum of the Info tag: polynomial 0x8005, bits reversed."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def id3_tag(tags: Mapping[str, str]) -> bytes:
    """An ID3v2.4 tag in UTF-8: known names as their text frames, `comment` as such, all others as TXXX."""
    frames = bytearray()
    for name, text in tags.items():
        value = text.encode()
        if name == "comment":
            frames += id3_frame(b"COMM", b"\x03eng\0" + value)
        elif name in TEXT_FRAMES:
            frames += id3_frame(TEXT_FRAMES[name], b"\x03" + value)
        else:
            frames += id3_frame(b"TXXX", b"\x03" + name.upper().encode() + b"\0" + value)
    return b"ID3\x04\0\0" + synchsafe(len(frames)) + bytes(frames) if frames else b""


def id3_frame(name: bytes, body: bytes) -> bytes:
    return name + synchsafe(len(body)) + b"\0\0" + body


def synchsafe(number: int) -> bytes:
    """Four bytes of seven bits each, as ID3v2 counts."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
