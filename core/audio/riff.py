"""Tags of WAV files: a LIST chunk of type INFO, as Microsoft's RIFF specification has it, in UTF-8.

libsndfile drops texts over a few hundred bytes from WAV files, and provenance is longer than that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

CHUNK_NAMES = {
    "title": b"INAM",
    "artist": b"IART",
    "genre": b"IGNR",
    "software": b"ISFT",
    "license": b"ICOP",
    "comment": b"ICMT",
}


def with_info(wav: bytes, tags: Mapping[str, str]) -> bytes:
    """The WAV file with its tags appended as an INFO list."""
    entries = b"".join(chunk(CHUNK_NAMES[name], text.encode() + b"\0") for name, text in tags.items())
    body = wav[8:] + chunk(b"LIST", b"INFO" + entries)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def read_info(wav: bytes) -> dict[str, str]:
    """The tags of a WAV file; empty where it has none. Never fails on a damaged file."""
    names = {chunk_name: name for name, chunk_name in CHUNK_NAMES.items()}
    tags = {}
    for kind, start, end in chunks(wav, 12, len(wav)):
        if kind == b"LIST" and wav[start : start + 4] == b"INFO":
            for entry, text_start, text_end in chunks(wav, start + 4, end):
                if entry in names:
                    tags[names[entry]] = wav[text_start:text_end].rstrip(b"\0").decode(errors="replace")
    return tags


def chunk(name: bytes, body: bytes) -> bytes:
    """Chunks begin on even bytes; the length does not count the padding."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def chunks(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name and bounds of each chunk's body between two positions."""
    position = start
    while position + 8 <= end:
        (length,) = struct.unpack_from("<I", data, position + 4)
        yield data[position : position + 4], position + 8, min(position + 8 + length, end)
        position += 8 + length + length % 2
