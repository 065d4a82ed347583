"""Continuation: a recording that a piece begins with and goes on from.

The recording itself is heard, not what the codec makes of it; only its last moment is blended into the decoded sound,
which says the same there, so that nothing is heard of the seam. The model is given the codes of as much of the
recording as one window carries over to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
import torch
from torch import Tensor

from core.audio.clip import Clip
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.windows import carried

LEAST_NEW = 5.0
LEAST_NEW_SHARE = 0.1
BLEND = 0.25


@dataclass(frozen=True, slots=True)
class Continuation:
    """`head` (channels, samples) is heard as it is; `known` (channels, samples) is the sound of `prompt`'s frames."""

    head: Tensor
    known: Tensor
    prompt: Tensor

    @property
    def frames(self) -> int:
        return int(self.prompt.shape[1])

    def blend(self, sound: Tensor, start: int, sample_rate: int) -> Tensor:
        """Decoded sound (channels, samples) that begins `start` samples after the head, with the recording in it."""
        end = min(self.known.shape[1], start + sound.shape[1])
        channels = max(len(sound), len(self.known))
        sound = sound.expand(channels, -1)
        if end <= start:
            return sound
        places = torch.arange(start, end)
        length = round(BLEND * sample_rate)
        share = ((places - (self.known.shape[1] - length)) / length).clamp(0, 1)
        blended = self.known[:, start:end] * (1 - share) + sound[:, : end - start] * share
        return torch.cat([blended, sound[:, end - start :]], dim=1)


def continued(clip: Clip, seconds: float, codec: Codec, config: DecoderConfig) -> Continuation:
    """How a piece of that length begins with a recording: with all of it, or as much of its end as leaves room.

    At least 5 s and a tenth of the piece are new.
    """
    samples = at_rate(clip, config.sample_rate)
    room = seconds - max(LEAST_NEW, LEAST_NEW_SHARE * seconds)
    samples = samples[:, -round(room * config.sample_rate) :]
    frames = min(samples.shape[1] // config.hop, carried(config.max_frames))
    head, known = samples.split([samples.shape[1] - frames * config.hop, frames * config.hop], dim=1)
    return Continuation(head, known, codec.encode(known)[:, :frames].cpu())


def at_rate(clip: Clip, sample_rate: int) -> Tensor:
    """Samples (channels, samples) at a model's rate."""
    samples = np.ascontiguousarray(clip.samples.T)
    if clip.sample_rate != sample_rate:
        samples = soxr.resample(samples, clip.sample_rate, sample_rate)
    return torch.from_numpy(np.ascontiguousarray(samples.T, dtype=np.float32))
