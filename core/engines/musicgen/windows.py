"""Windows: how a piece that is longer than the model's 30 s is made, piece by piece.

As audiocraft does it, a window of 30 s carries the last 12 s over as its prompt, so each adds 18 s. A window also ends
where a section does, so that the caption changes on time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CARRIED_SHARE = 0.4
"""The part of a full window that is carried over: 12 s of 30 s."""


@dataclass(frozen=True, slots=True)
class Window:
    """Frames `start` to `end` of the piece are made after the `prompt` frames before `start`."""

    start: int
    end: int
    prompt: int

    @property
    def frames(self) -> int:
        """Frames of the window with its prompt."""
        return self.prompt + self.end - self.start


def carried(longest: int, share: float = CARRIED_SHARE) -> int:
    """Frames that a window of `longest` frames carries over from what came before it, at most."""
    return round(longest * share)


def schedule(
    frames: int, longest: int, borders: Sequence[int] = (), *, first: int = 0, share: float = CARRIED_SHARE
) -> tuple[Window, ...]:
    """Windows of at most `longest` frames that make up `frames`; none crosses one of the ascending `borders`.

    The `first` frames are there already. `share` of a full window is carried over.
    """
    windows: list[Window] = []
    start = first
    while start < frames:
        prompt = min(start, carried(longest, share))
        border = next((each for each in borders if each > start), frames)
        end = min(start + longest - prompt, border, frames)
        windows.append(Window(start, end, prompt))
        start = end
    return tuple(windows)
