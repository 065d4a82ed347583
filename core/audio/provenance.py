"""Provenance: what made a file and from what, written inside the file and read back from it.

All of it stands as JSON in the comment tag, which every format keeps (ID3 in MP3, Vorbis comments in FLAC, Ogg and
Opus, RIFF INFO in WAV); title, artist, genre, software and licence are repeated in the tags that players show.
"""

from __future__ import annotations

import io
from typing import Literal

import soundfile
from pydantic import ValidationError

from core.audio.encoding import Tags
from core.audio.files import file_type
from core.audio.riff import read_info
from core.brief import Brief, Frozen
from core.engines.engine import Use

SOFTWARE = "TexTuneS"


class Provenance(Frozen):
    """Where a piece comes from. `synthetic` marks it as machine-made; `licence` is the model's.

    `parent` is the id of the track it was made from, `edits` the instructions followed on the way, `recordings` the
    uses of the recordings that it was made with.
    """

    synthetic: Literal[True] = True
    software: str = SOFTWARE
    engine: str
    model: str
    licence: str
    commercial: bool
    seed: int
    brief: Brief
    caption: str
    parent: str | None = None
    edits: tuple[str, ...] = ()
    recordings: tuple[Use, ...] = ()

    def tags(self, title: str) -> Tags:
        """What `encode` writes."""
        return {
            "title": title,
            "artist": f"{SOFTWARE} (AI-generated)",
            "genre": ", ".join(self.brief.genres) or "background music",
            "software": f"{SOFTWARE} {self.engine} ({self.model})",
            "license": self.licence,
            "comment": self.model_dump_json(exclude_defaults=False),
        }


def read_provenance(data: bytes) -> Provenance | None:
    """The provenance inside an audio file, or None where it carries none of ours."""
    try:
        return Provenance.model_validate_json(read_comment(data))
    except ValidationError:
        return None


def read_comment(data: bytes) -> str:
    kind = file_type(data)
    if kind == "wav":
        return read_info(data).get("comment", "")
    if kind not in ("flac", "ogg", "mp3"):
        return ""
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            return str(file.comment)
    except (soundfile.SoundFileError, RuntimeError, UnicodeDecodeError):
        return ""
