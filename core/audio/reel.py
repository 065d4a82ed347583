"""Reels: clips kept in temporary files as they grow, so that many long ones at once take no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile

import numpy as np

from core.audio.clip import Clip, Samples
from core.errors import AudioError
from core.words import Words

BLOCK = 65_536
"""Frames read at a time."""

NO_ROOM = Words("There is no room on this machine's disk to keep the stems.", "스템을 저장할 디스크 공간이 부족합니다.")


class Reel:
    """One clip, exactly as it was given, in a file that has no name and goes with the reel."""

    def __init__(self, channels: int, sample_rate: int) -> None:
        self.channels = channels
        self.sample_rate = sample_rate
        self.frames = 0
        self.peak = 0.0
        self._file = TemporaryFile()  # noqa: SIM115  (it lives as long as the reel)

    def add(self, samples: Samples) -> None:
        """Append samples of shape (channels, frames).

        Raises:
            AudioError: there is no room on the disk.
        """
        try:
            self._file.write(np.ascontiguousarray(samples.T).data)
        except OSError as error:
            raise AudioError(NO_ROOM) from error
        self.frames += samples.shape[1]
        self.peak = max(self.peak, float(np.max(np.abs(samples), initial=0.0)))

    def blocks(self) -> Iterator[Samples]:
        """All samples from the beginning, in pieces of shape (channels, frames)."""
        frame = self.channels * np.dtype(np.float32).itemsize
        self._file.flush()
        for start in range(0, self.frames, BLOCK):
            self._file.seek(start * frame)
            data = self._file.read(min(BLOCK, self.frames - start) * frame)
            yield np.frombuffer(data, np.float32).reshape(-1, self.channels).T

    def clip(self) -> Clip:
        samples = np.empty((self.channels, self.frames), np.float32)
        done = 0
        for block in self.blocks():
            samples[:, done : done + block.shape[1]] = block
            done += block.shape[1]
        return Clip(samples, self.sample_rate)


class Reels(Mapping[str, Clip]):
    """Clips by name, each read back when it is asked for. Ask for one at a time to have no more in memory."""

    def __init__(self, reels: Mapping[str, Reel]) -> None:
        self._reels = reels

    def __getitem__(self, name: str) -> Clip:
        return self._reels[name].clip()

    def __iter__(self) -> Iterator[str]:
        return iter(self._reels)

    def __len__(self) -> int:
        return len(self._reels)

    def reel(self, name: str) -> Reel:
        return self._reels[name]
