"""Listening: decodes the recordings that people send, and refuses in words those that serve no purpose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.audio.clip import Clip
from core.audio.files import ReadLimits, read
from core.audio.voice import voice_share
from core.brief import LONGEST_SECONDS, Brief
from core.engines.engine import Reference, Use
from core.errors import AudioError
from core.fleet.fleet import LARGEST_RECORDING, Recording
from core.words import Words

SHORTEST: dict[Use, float] = {"style": 1.5, "melody": 1.0, "extend": 1.0, "edit": 1.0, "learn": 1.0}
"""Seconds that a recording must have to be of use. A model of style is trained on excerpts of 1.5 to 4.5 s."""

MOSTLY_VOICE = 0.7
"""The share of a recording that is a voice by itself, from which on there is no music to go by."""

MORE = 30.0
LONGEST = 600.0
SILENCE = 10 ** (-60 / 20)
"""The root mean square, of full scale, below which even the loudest second counts as silence."""


def listen(recording: Recording) -> Reference:
    """The recording, decoded.

    Raises:
        AudioError: it is no sound that can be read, is longer than `LONGEST`, too short for its use, silent, or
            nothing but a voice; only a melody may be sung or hummed.
    """
    clip = read(recording.data, limits=ReadLimits(bytes=LARGEST_RECORDING, seconds=LONGEST))
    shortest = SHORTEST[recording.use]
    if clip.frames < shortest * clip.sample_rate:
        raise AudioError(
            Words(
                f"This recording lasts {clip.frames / clip.sample_rate:.1f} s; I need at least {shortest:g} s.",
                f"녹음이 {clip.frames / clip.sample_rate:.1f}초입니다. {shortest:g}초 이상이어야 합니다.",
            )
        )
    if loudest_second(clip) < SILENCE:
        raise AudioError(Words("There is only silence in this recording.", "이 녹음에는 아무 소리도 들리지 않습니다."))
    if recording.use != "melody" and voice_share(clip) > MOSTLY_VOICE:
        raise AudioError(
            Words(
                "I hear only a voice in this recording. Please send one with music.",
                "이 녹음에서는 목소리만 들립니다. 음악이 담긴 녹음을 보내 주세요.",
            )
        )
    return Reference(recording.use, clip)


def going_on(brief: Brief, references: Sequence[Reference]) -> Brief:
    """The brief of a piece that goes on from a recording: where no length was asked for, it adds half a minute."""
    before = next((given.clip for given in references if given.use == "extend"), None)
    if before is None or "duration" in brief.model_fields_set:
        return brief
    return brief.model_copy(update={"duration": min(LONGEST_SECONDS, round(before.seconds) + MORE)})


def loudest_second(clip: Clip) -> float:
    """The root mean square of the loudest second, over all channels."""
    power = np.square(clip.samples, dtype=np.float64).mean(axis=0)
    starts = np.arange(0, clip.frames, clip.sample_rate)
    return float(np.sqrt((np.add.reduceat(power, starts) / np.minimum(clip.sample_rate, clip.frames - starts)).max()))
