"""Release: a master as a file, whose loudness and true peak hold for what players hear.

Lossy codecs move peaks and drop the highest sounds, by more the lower their bitrate. So the file is decoded and
measured, and where its peak came out too high or its loudness too low, the piece is mastered again to make up for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.audio.clip import Clip
from core.audio.encoding import Tags, encode
from core.audio.files import decode_sound_file
from core.audio.levels import Levels, Meter
from core.audio.loudness import integrated_loudness
from core.audio.mastering import Mastering, Target
from core.piece import AudioFormat

MARGINS: Mapping[AudioFormat, float] = MappingProxyType({"mp3": 0.5, "opus": 0.7, "ogg": 0.5, "flac": 0.1, "wav": 0.1})
"""Decibels that the first master stays under the wanted peak; enough for most music."""

TRIES = 4
SAFETY = 0.05
LEAST_LOSS = 0.2
"""LU too quiet that are not worth another try."""


@dataclass(frozen=True, slots=True)
class Release:
    """The file, what it was encoded from, and what was measured on the decoded file."""

    data: bytes
    master: Clip
    levels: Levels
    frames: int
    sample_rate: int


def release(
    mastering: Mastering,
    audio_format: AudioFormat,
    target: Target,
    *,
    max_bytes: int | None = None,
    tags: Tags | None = None,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Release:
    """Master, encode and measure until the decoded file keeps the target's true peak.

    `on_stage` is told "master", "encode" and "measure" as they begin.

    Raises:
        AudioError: the file cannot be made to fit `max_bytes`.
    """

    def attempt(aim: Target) -> Release:
        on_stage("master")
        master = mastering.to(aim)
        on_stage("encode")
        data = encode(master, audio_format, max_bytes=max_bytes, tags=tags)
        on_stage("measure")
        return as_decoded(data, master)

    aim = replace(target, true_peak_dbtp=target.true_peak_dbtp - MARGINS[audio_format])
    for _ in range(TRIES - 1):
        made = attempt(aim)
        better = corrected(aim, made, target)
        if better == aim:
            return made
        del made  # A long piece need not be in memory twice.
        aim = better
    return attempt(aim)


def as_decoded(data: bytes, master: Clip) -> Release:
    """What players hear, measured block by block."""
    meter, frames, rate = None, 0, 0
    for block, sample_rate in decode_sound_file(data):
        meter = meter or Meter(sample_rate, block.shape[0])
        meter.add(block)
        frames += block.shape[1]
        rate = sample_rate
    if meter is None:
        raise ValueError("a piece without samples")
    return Release(data, master, meter.levels(), frames, rate)


def corrected(aim: Target, made: Release, target: Target) -> Target:
    """Where to aim so that what comes out meets the target; the same where it did."""
    over = made.levels.true_peak_dbtp - target.true_peak_dbtp
    if over > 0:
        aim = replace(aim, true_peak_dbtp=aim.true_peak_dbtp - over - SAFETY)
    if target.lufs - made.levels.lufs > LEAST_LOSS:
        # What mastering itself could not reach is not the codec's fault.
        lost = integrated_loudness(made.master) - made.levels.lufs
        if lost > LEAST_LOSS:
            aim = replace(aim, lufs=aim.lufs + lost)
    return aim
