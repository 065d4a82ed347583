"""Piece: a finished result, mastered, encoded and labelled, on its way from an engine to a person."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.brief import Brief, Frozen
from core.engines.engine import SectionSpan, Use
from core.words import Words

AudioFormat = Literal["mp3", "opus", "ogg", "flac", "wav"]
FileKind = Literal["audio", "waveform", "stems", "midi", "score", "chart", "curve", "concept"]


class Order(Frozen):
    """How a piece is wanted: its format, the most bytes each file may have, and what comes beside the audio.

    With `preview`, engines that can let its beginning be heard while the rest is still being made.
    """

    format: AudioFormat = "mp3"
    max_bytes: int | None = None
    stems: bool = False
    midi: bool = False
    preview: bool = False
    parent: str | None = None


class Facts(Frozen):
    """What was made, as measured on the finished audio: loudness in LUFS, true peak in dBTP, times in seconds.

    `recordings` are the uses of those that it was made with.
    """

    seconds: float
    sample_rate: int
    channels: int
    bpm: float | None
    key: str | None
    lufs: float
    true_peak_dbtp: float
    seed: int
    engine: str
    model: str
    licence: str
    commercial: bool
    brief: Brief
    caption: str
    edits: tuple[str, ...] = ()
    recordings: tuple[Use, ...] = ()
    render_seconds: float
    spans: tuple[SectionSpan, ...] = ()


class PieceFile(BaseModel):
    """One file of a piece; `name` is safe to show and to store under."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kind: FileKind
    name: str
    media_type: str
    data: bytes


class Piece(BaseModel):
    """A finished piece. `note` is something the person should know; `peaks` draws its waveform in a browser.

    `peaks` holds 0..255 per column, at most 256 columns.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    facts: Facts
    files: tuple[PieceFile, ...]
    peaks: bytes
    note: Words | None = None

    def file(self, kind: FileKind) -> PieceFile | None:
        return next((file for file in self.files if file.kind == kind), None)
