"""Track: a finished piece as the library keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.people import Platform
from core.brief import Brief
from core.piece import Facts, FileKind
from core.text.reading import Reading
from core.words import Words


@dataclass(frozen=True, slots=True)
class TrackFile:
    """A file of a track: `digest` (SHA-256, hexadecimal) finds it among the blobs; `size` in bytes."""

    kind: FileKind
    name: str
    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Track:
    """A finished piece and whose it is.

    `created` is in seconds since 1970. `peaks` draws the waveform: 0..255 per column. `text` is what was scored, as
    long as it is kept, and `wish` what was asked for beside it. `share` is the secret part of the track's public
    address while it has one.
    """

    id: str
    platform: Platform
    community: str
    person: str
    created: float
    facts: Facts
    files: tuple[TrackFile, ...]
    peaks: bytes
    note: Words | None
    parent: str | None
    reading: Reading | None
    text: str | None
    wish: Brief | None
    share: str | None
    likes: int

    def file(self, kind: FileKind) -> TrackFile | None:
        return next((file for file in self.files if file.kind == kind), None)
