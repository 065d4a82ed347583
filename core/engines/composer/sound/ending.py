"""Endings of a stream of samples: cut to length, fade out, or join the beginning without a seam."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from core.audio.clip import Samples


def cut(blocks: Iterable[Samples], skip: int, take: int) -> Iterator[Samples]:
    """`take` frames after the first `skip`, block by block."""
    for block in blocks:
        frames = block.shape[-1]
        begin, end = min(skip, frames), min(frames, skip + take)
        if end > begin:
            yield block[..., begin:end]
            take -= end - begin
        skip -= begin
        if not take:
            return


def faded(blocks: Iterable[Samples], frames: int, fade: int) -> Iterator[Samples]:
    """The same `frames` frames, the last `fade` of them fading out along a quarter of a cosine."""
    curve = np.cos(np.linspace(0.0, np.pi / 2, fade)).astype(np.float32)
    return _over_the_end(blocks, frames, fade, lambda block, first: block * curve[first : first + block.shape[-1]])


def seamless(blocks: Iterable[Samples], frames: int, seam: int) -> Iterator[Samples]:
    """`frames` frames whose end runs into their beginning.

    `blocks` begin `seam` frames early: what comes before the beginning is crossfaded into the end, so that the last
    frame is followed by the first as it was played.
    """
    stream = iter(blocks)
    early = next(stream)
    while early.shape[-1] < seam:
        early = np.concatenate([early, next(stream)], axis=-1)
    before, rest = early[..., :seam].copy(), early[..., seam:]
    rising = np.linspace(0.0, 1.0, seam, dtype=np.float32)

    def joined(block: Samples, first: int) -> Samples:
        span = slice(first, first + block.shape[-1])
        crossed: Samples = block * (1 - rising[span]) + before[..., span] * rising[span]
        return crossed

    def played() -> Iterator[Samples]:
        if rest.shape[-1]:
            yield rest
        yield from stream

    return _over_the_end(played(), frames, seam, joined)


def _over_the_end(
    blocks: Iterable[Samples], frames: int, tail: int, change: Callable[[Samples, int], Samples]
) -> Iterator[Samples]:
    """Blocks with `change(block, first)` laid over the last `tail` frames; `first` counts from the tail's beginning."""
    position = 0
    for block in blocks:
        kept = max(0, min(block.shape[-1], frames - tail - position))
        if kept == block.shape[-1]:
            yield block
        else:
            ending = change(block[..., kept:], position + kept - (frames - tail))
            yield np.concatenate([block[..., :kept], ending], axis=-1)
        position += block.shape[-1]
