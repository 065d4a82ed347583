"""Previews: the beginning of a piece that is still being made, as a small file to listen to."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Clip, Samples
from core.audio.encoding import MEDIA_TYPES, encode
from core.audio.mastering import Mastering, Target
from core.engines.engine import Partial
from core.fleet.fleet import PREVIEW_KBPS, Preview

FIRST_SECONDS = 2.0
LAST_SECONDS = 60.0
TARGET = Target(lufs=-14.0, true_peak_dbtp=-2.0)


class Previews:
    """Collects the parts that an engine finishes first, in whatever order they come.

    The first preview comes at two seconds of unbroken music, each further one when there is twice as much: together
    they cost no more than two encodings of what they hold. After a minute there are no more: the piece is at hand.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, Clip] = {}
        self._parts: list[Samples] = []
        self._frames = 0
        self._next = FIRST_SECONDS

    def add(self, part: Partial) -> Preview | None:
        """A preview, if there is enough for the next one."""
        if self._next > LAST_SECONDS:
            return None
        self._waiting[part.start] = part.clip
        while self._frames in self._waiting:
            samples = self._waiting.pop(self._frames).samples
            self._parts.append(samples)
            self._frames += samples.shape[1]
        rate = part.clip.sample_rate
        if self._frames < self._next * rate:
            return None
        while self._next * rate <= self._frames:
            self._next *= 2
        beginning = Clip(np.concatenate(self._parts, axis=1), rate)
        self._parts = [beginning.samples]
        seconds = beginning.seconds
        data = encode(Mastering(beginning).to(TARGET), "mp3", max_bytes=round((seconds + 1) * PREVIEW_KBPS * 125))
        return Preview(data, MEDIA_TYPES["mp3"], seconds)
