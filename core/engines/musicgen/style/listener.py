"""The listener: a recording that somebody gave, as states that stand in front of what is made."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from core.audio.clip import Clip
from core.engines.musicgen.checkpoint import Checkpoint
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.config import MERT
from core.engines.musicgen.style.conditioner import KEYS, USUAL_STREAMS, StyleConditioner
from core.engines.musicgen.style.excerpt import excerpt
from core.engines.musicgen.style.features import CodecFeatures, Extractor, MertFeatures

USUAL_TEXT_WEIGHT = 5.0
"""How much a text weighs against a recording unless somebody says so: audiocraft's advice ("MusicGen-Style")."""


class Listener:
    """Hears recordings for one checkpoint. The extractor is loaded with the first of them, as it takes memory."""

    def __init__(self, conditioner: StyleConditioner, codec: Codec, sample_rate: int, folder: Path) -> None:
        self._conditioner = conditioner
        self._codec = codec
        self._sample_rate = sample_rate
        self._folder = folder
        self._extractor: Extractor | None = None

    @classmethod
    def of(cls, checkpoint: Checkpoint, codec: Codec, device: torch.device) -> Listener | None:
        """That of a style model; None for other checkpoints."""
        if not checkpoint.config.style:
            return None
        conditioner = StyleConditioner(checkpoint.tensors.under(KEYS), device)
        return cls(conditioner, codec, checkpoint.config.sample_rate, checkpoint.folder / MERT)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def hear(self, clip: Clip, seed: int, likeness: int | None = None) -> Tensor:
        """States (tokens, decoder size) of an excerpt, by as many streams as `likeness` says.

        Each recording by itself: nothing is padded, and which excerpt is heard follows from the request's own seed.

        Raises:
            EngineUnavailable: the feature extractor is not at hand.
        """
        streams = min(likeness or USUAL_STREAMS, self._conditioner.streams)
        features = self._extract(excerpt(clip, seed), clip.sample_rate)
        return self._conditioner.states(features, streams).clone()

    @property
    def _extract(self) -> Extractor:
        if self._extractor is None:
            conditioner = self._conditioner
            if conditioner.embeds_codes:
                self._extractor = CodecFeatures(self._codec, self._sample_rate, conditioner.books)
            else:
                self._extractor = MertFeatures(self._folder, self._codec.device)
        return self._extractor
