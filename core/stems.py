"""Stems: the parts of a composition as files in one archive, which add up to the mix before mastering."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.audio.clip import Clip
from core.audio.encoding import encode, write
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

    Stems that go over full scale are all turned down by the same power of two, so that they still add up.
    """
    gain = common_gain(stems)
    for subtype in LOSSLESS_GRADES:
        archive = packed(stems, "flac", gain, lambda clip: write(clip, {}, format="FLAC", subtype=subtype))  # noqa: B023
        if max_bytes is None or len(archive) <= max_bytes:
            return StemArchive(archive)
    share = (max_bytes or 0) // len(stems) - NOTE_BYTES
    try:
        archive = packed(stems, "mp3", gain, lambda clip: encode(clip, "mp3", max_bytes=share))
    except AudioError:
        return None
    return StemArchive(
        archive,
        Words(
            "The stems are MP3s, because lossless ones are too large to send here.",
            "무손실 파일은 너무 커서 여기로 보낼 수 없으므로 스템을 MP3로 보냅니다.",
        ),
    )


def common_gain(stems: Mapping[str, Clip]) -> float:
    peak = max((float(np.max(np.abs(clip.samples), initial=0.0)) for clip in stems.values()), default=0.0)
    return 2.0 ** -max(0, math.ceil(math.log2(peak))) if peak > 0 else 1.0


def packed(stems: Mapping[str, Clip], ending: str, gain: float, encoded: Callable[[Clip], bytes]) -> bytes:
    """The archive, stored as it is: audio is compressed already."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, clip in zip(file_stems(stems), stems.values(), strict=True):
            turned = clip if gain == 1.0 else Clip(clip.samples * np.float32(gain), clip.sample_rate)
            archive.writestr(f"{name}.{ending}", encoded(turned))
        archive.writestr("README.txt", read_me(gain))
    return buffer.getvalue()


def file_stems(names: Mapping[str, Clip]) -> Iterator[str]:
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
