"""EnCodec embeddings: what the codes of MusicGen's codec stand for (Défossez et al. 2022, arXiv:2210.13438)."""

from __future__ import annotations

import numpy as np
import torch

from core.audio.clip import Samples
from core.engines.musicgen.codec import Codec
from core.evaluation.metrics.mel import Doubles, resampled

RATE = 32_000


class EncodecEmbedding:
    """The quantised latent of a codec, its mean over each second: shape (seconds, latent size)."""

    name = "EnCodec"

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def __call__(self, samples: Samples, sample_rate: int) -> Doubles:
        sound = torch.from_numpy(resampled(samples, sample_rate, RATE).astype(np.float32))
        with torch.inference_mode():
            latents = self._codec.embed(self._codec.encode(sound[None]))[0]
        seconds = max(1, round(len(sound) / RATE))
        return np.stack([part.mean(1).double().cpu().numpy() for part in latents.tensor_split(seconds, dim=1)])
