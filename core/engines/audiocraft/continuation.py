"""A recording that a piece begins with: the library is given its end and goes on from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.clip import Clip, Samples
from core.audio.files import resample
from core.errors import WishError
from core.words import Words

LEAST_NEW = 5.0
LEAST_NEW_SHARE = 0.1
BLEND = 0.25


@dataclass(frozen=True, slots=True)
class Continuation:
    """`head` (channels, samples) is heard as it is; `prompt` (channels, samples) follows it and is gone on from."""

    head: Samples
    prompt: Samples

    def joined(self, sound: Samples, sample_rate: int) -> Samples:
        """The piece: what the library made of the prompt gives way to the recording, but for the last moment."""
        channels = max(len(sound), len(self.prompt))
        prompt = np.broadcast_to(self.prompt, (channels, self.prompt.shape[1]))
        piece = np.broadcast_to(sound, (channels, sound.shape[1])).copy()
        length, end = round(BLEND * sample_rate), prompt.shape[1]
        share = np.clip((np.arange(end, dtype=np.float32) - (end - length)) / length, 0.0, 1.0)
        piece[:, :end] = prompt * (1 - share) + piece[:, :end] * share
        head = np.broadcast_to(self.head, (channels, self.head.shape[1]))
        return np.concatenate([head, piece], axis=1)


def continuation(clip: Clip, seconds: float, sample_rate: int, hop: int, longest: float) -> Continuation:
    """How a piece of that length begins with a recording: with all of it, or as much of its end as leaves room.

    At least 5 s and a tenth of the piece are new; the prompt is `longest` seconds long at most, in whole frames of
    `hop` samples.

    Raises:
        WishError: the piece is too short to begin with anything.
    """
    room = round((seconds - max(LEAST_NEW, LEAST_NEW_SHARE * seconds)) * sample_rate)
    samples = resample(clip, sample_rate).samples[:, -max(room, 1) :]
    frames = min(samples.shape[1], round(longest * sample_rate)) // hop
    if room < hop or frames == 0:
        raise WishError(
            Words(
                "To go on from a recording the piece must be longer. Ask for 10 seconds or more.",
                "녹음에 이어지는 곡은 더 길어야 합니다. 10초 이상으로 요청해 주세요.",
            )
        )
    split = samples.shape[1] - frames * hop
    return Continuation(samples[:, :split], samples[:, split:])
