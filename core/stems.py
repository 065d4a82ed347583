"""Stems: the parts of a composition as files in one archive, which add up to the mix before mastering."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile

import numpy as np

from core.audio.clip import Clip
from core.audio.encoding import encode, write, write_blocks
from core.audio.reel import NO_ROOM, Reels
from core.audio.true_peak import to_decibels
from core.errors import AudioError
from core.words import Words

LOSSLESS_GRADES = ("PCM_24", "PCM_16")
NOTE_BYTES = 4096
"""More than the note inside the archive takes, and its directory for a few stems."""


@dataclass(frozen=True, slots=True)
class StemArchive:
    """A zip archive; `note` says what the person should know about it."""

    data: bytes
    note: Words | None = None


def pack_stems(stems: Mapping[str, Clip], max_bytes: int | None) -> StemArchive | None:
    """FLAC of 24 bits, of 16 where that is too large, MP3 where only that fits; None where nothing does.

    Stems that go over full scale are all turned down by the same power of two, so that they still add up. Those on
    reels are read and written block by block.
    """
    gain = common_gain(stems)
    for subtype in LOSSLESS_GRADES:
        archive = packed(stems, "flac", gain, lambda name: lossless(stems, name, gain, subtype), max_bytes)  # noqa: B023
        if archive is not None:
            return StemArchive(archive)
    share = (max_bytes or 0) // len(stems) - NOTE_BYTES
    try:
        archive = packed(
            stems, "mp3", gain, lambda name: encode(turned(stems[name], gain), "mp3", max_bytes=share), max_bytes
        )
    except AudioError:
        return None
    if archive is None:
        return None
    return StemArchive(
        archive,
        Words(
            "The stems are MP3s, because lossless ones are too large to send here.",
            "무손실 파일은 너무 커서 여기로 보낼 수 없으므로 스템을 MP3로 보냅니다.",
        ),
    )


def common_gain(stems: Mapping[str, Clip]) -> float:
    peak = max((peak_of(stems, name) for name in stems), default=0.0)
    return 2.0 ** -max(0, math.ceil(math.log2(peak))) if peak > 0 else 1.0


def peak_of(stems: Mapping[str, Clip], name: str) -> float:
    if isinstance(stems, Reels):
        return stems.reel(name).peak
    return float(np.max(np.abs(stems[name].samples), initial=0.0))


def packed(
    stems: Iterable[str], ending: str, gain: float, encoded: Callable[[str], bytes], max_bytes: int | None
) -> bytes | None:
    """The archive, stored as it is, as audio is compressed already; None as soon as it is too large.

    It grows on the disk, so that memory holds it once, and while it grows no more than one stem.

    Raises:
        AudioError: there is no room on the disk.
    """
    try:
        with TemporaryFile() as growing:
            with zipfile.ZipFile(growing, "w", zipfile.ZIP_STORED) as archive:
                for name, file in zip(stems, file_stems(stems), strict=True):
                    archive.writestr(f"{file}.{ending}", encoded(name))
                    if max_bytes is not None and growing.tell() > max_bytes:
                        return None
                archive.writestr("README.txt", read_me(gain))
            growing.seek(0)
            data = growing.read()
    except OSError as error:
        raise AudioError(NO_ROOM) from error
    return data if max_bytes is None or len(data) <= max_bytes else None


def lossless(stems: Mapping[str, Clip], name: str, gain: float, subtype: str) -> bytes:
    if not isinstance(stems, Reels):
        return write(turned(stems[name], gain), {}, format="FLAC", subtype=subtype)
    reel = stems.reel(name)
    blocks = (block * np.float32(gain) for block in reel.blocks())
    return write_blocks(blocks, reel.sample_rate, reel.channels, {}, format="FLAC", subtype=subtype)


def turned(clip: Clip, gain: float) -> Clip:
    return clip if gain == 1.0 else Clip(clip.samples * np.float32(gain), clip.sample_rate)


def file_stems(names: Iterable[str]) -> Iterator[str]:
    """Numbered, so that no two are alike and they sort as in the mix."""
    for number, name in enumerate(names, 1):
        safe = "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name).strip()
        yield f"{number:02d} {safe[:60]}".rstrip()


def read_me(gain: float) -> str:
    turned = f" All are turned down by {-to_decibels(gain):.2f} dB to stay within full scale." if gain < 1 else ""
    turned_ko = f" 클리핑을 막기 위해 모두 {-to_decibels(gain):.2f}dB 낮췄습니다." if gain < 1 else ""
    return (
        f"The stems begin together and add up to the mix before mastering.{turned}\n"
        f"모든 스템은 함께 시작하며, 합치면 마스터링 전의 믹스가 됩니다.{turned_ko}\n"
    )
