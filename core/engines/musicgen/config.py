"""The geometry of a MusicGen language model, as published configurations and tensors give it.

Copet et al., "Simple and Controllable Music Generation" (arXiv:2306.05284), section 3 and appendix A.
"""

from __future__ import annotations

from dataclasses import dataclass

START = 2048
"""The special token: before the first frame of a codebook, after its last, and where nothing is known yet."""

MERT = "MERT-v1-95M"
"""The feature extractor of the style model, in a folder of this name beside it (`m-a-p/MERT-v1-95M`)."""

MOST_STYLE = 23
"""States of the longest excerpt: 4.5 s at five a second."""


@dataclass(frozen=True, slots=True)
class DecoderConfig:
    """Sizes of the decoder.

    `codebooks` counts those of all channels (stereo models interleave left and right: 8). With `prefix`, conditions
    stand in front of the sequence (melody models); otherwise they are attended to (cross-attention). `text_size` is
    the width of the text encoder's states. `chroma` is the number of pitch classes a melody model reads, and
    `chroma_length` the number of chroma frames in its prefix; both are 0 elsewhere. A model with `style` reads
    recordings as states of their own in its prefix.
    """

    size: int
    layers: int
    heads: int
    inner: int
    codebooks: int
    channels: int = 1
    vocabulary: int = START
    text_size: int = 768
    prefix: bool = False
    chroma: int = 0
    chroma_length: int = 0
    style: bool = False
    max_seconds: float = 30.0
    frame_rate: int = 50
    sample_rate: int = 32000

    @property
    def head_size(self) -> int:
        return self.size // self.heads

    @property
    def rows(self) -> int:
        """Rows that a request has at most: conditional and null, and in a style model that of the style alone."""
        return 3 if self.style else 2

    @property
    def prefix_room(self) -> int:
        """Positions of the prefix that what is not text takes at most."""
        return MOST_STYLE if self.style else self.chroma_length

    @property
    def max_frames(self) -> int:
        """Frames of the longest window that the model was trained on."""
        return round(self.max_seconds * self.frame_rate)

    @property
    def start(self) -> int:
        """The id of the special token."""
        return self.vocabulary

    @property
    def hop(self) -> int:
        """Samples in a frame."""
        return self.sample_rate // self.frame_rate

    @property
    def delays(self) -> tuple[int, ...]:
        """By how many frames each codebook lags behind the first; both channels of a stereo model lag alike."""
        return tuple(book // self.channels for book in range(self.codebooks))

    @property
    def parameters(self) -> int:
        """Weights that are read in each step: attention, feed-forward and heads."""
        attention = 4 if self.prefix else 6
        per_layer = attention * self.size**2 + 2 * self.size * self.inner
        return self.layers * per_layer + self.codebooks * self.vocabulary * self.size
