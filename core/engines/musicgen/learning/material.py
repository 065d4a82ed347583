"""Material: recordings cut into windows of codes with captions, some of which are held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.audio.clip import Clip
from core.audio.files import resample
from core.engines.lesson import SHORTEST_MATERIAL
from core.engines.musicgen.codec import Codec
from core.errors import ConceptError
from core.words import Words

HELD_OUT = 0.15
"""The share of windows that is never trained on; at least one."""

SILENCE = 10 ** (-50 / 20)
"""A window whose root mean square lies below this has nothing to teach."""

SHORTEST_WINDOW = 1.0
"""Seconds: what is left at the end of a recording is a window of its own from this length on."""


@dataclass(frozen=True, slots=True)
class Take:
    """A recording and what it sounds like, in the words of a caption; none where nothing is known of it."""

    clip: Clip
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A window: codes (codebooks, frames) and its caption. `concept` tells whether the caption names the concept."""

    codes: Tensor
    caption: str
    concept: bool = True


@dataclass(frozen=True, slots=True)
class Material:
    training: tuple[Example, ...]
    held_out: tuple[Example, ...]


def prepare(takes: Sequence[Take], codec: Codec, sample_rate: int, window: float) -> Material:
    """Windows of all recordings; silent ones are passed over.

    Recordings may be shorter than a window. Those at the end are held out, and no held-out sound is trained on.

    Raises:
        ConceptError: there is less than half a minute of sound.
    """
    windows = [Take(part, take.caption) for take in takes for part in cut(resample(take.clip, sample_rate), window)]
    heard = [take for take in windows if np.sqrt(np.mean(np.square(take.clip.samples))) >= SILENCE]
    seconds = sum(take.clip.seconds for take in heard)
    if seconds < SHORTEST_MATERIAL:
        raise too_little(sum(take.clip.seconds for take in takes), seconds)
    examples = [Example(codec.encode(torch.from_numpy(each.clip.samples)).cpu(), each.caption) for each in heard]
    kept_back = max(1, round(HELD_OUT * len(examples))) if len(examples) > 1 else 0
    apart = len(examples) - kept_back
    return Material(tuple(examples[:apart]), tuple(examples[apart:] or examples))


def cut(clip: Clip, seconds: float) -> list[Clip]:
    """A recording in windows of so many seconds, side by side; the last may be shorter."""
    length = round(seconds * clip.sample_rate)
    least = min(length, round(SHORTEST_WINDOW * clip.sample_rate))
    starts = range(0, max(0, clip.frames - least) + 1, length)
    return [Clip(clip.samples[:, start : start + length], clip.sample_rate) for start in starts if clip.frames >= least]


def too_little(given: float, heard: float) -> ConceptError:
    least = round(SHORTEST_MATERIAL)
    if given >= SHORTEST_MATERIAL:
        return ConceptError(
            Words(
                f"Only {heard:.0f} seconds of this recording can be heard; the rest is silence. "
                f"A concept needs at least {least} seconds of music.",
                f"이 녹음에서 소리가 들리는 부분은 {heard:.0f}초뿐이고 나머지는 무음입니다. "
                f"콘셉트를 학습하려면 음악이 {least}초 이상 필요합니다.",
            )
        )
    return ConceptError(
        Words(
            f"A concept needs at least {least} seconds of music to learn from, better two minutes; "
            f"this has {given:.0f} seconds.",
            f"콘셉트를 학습하려면 음악이 {least}초 이상, 가능하면 2분쯤 필요합니다. 이 녹음은 {given:.0f}초입니다.",
        )
    )
