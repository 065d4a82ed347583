"""Frames: how the bot's process and an engine's process talk, over two pipes.

A frame is the length of its header (four bytes, big-endian), the header as JSON, then the blobs whose lengths the
header lists. Nothing in it is ever executed or unpickled.
"""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO

LONGEST_HEADER = 16 * 1024 * 1024
LARGEST_BLOB = 1024 * 1024 * 1024

Body = dict[str, Any]


class FrameError(ValueError):
    """What came over the pipe is no frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A message: what kind, its content as JSON values, and bytes that go along."""

    kind: str
    body: Body = field(default_factory=dict)
    blobs: tuple[bytes, ...] = ()

    def parts(self) -> tuple[bytes, ...]:
        """The pieces to write, in order; blobs are not copied for it."""
        lengths = [len(blob) for blob in self.blobs]
        header = json.dumps({"kind": self.kind, "body": self.body, "blobs": lengths}).encode()
        return (struct.pack(">I", len(header)) + header, *self.blobs)


def read_frame(stream: BinaryIO) -> Frame | None:
    """The next frame, or None where the stream ends.

    Raises:
        FrameError: it ends within a frame, or holds none.
    """
    prefix = stream.read(4)
    if not prefix:
        return None
    header = parsed(exactly(stream, header_length(prefix)))
    return framed(header, tuple(exactly(stream, length) for length in header["blobs"]))


async def receive_frame(stream: asyncio.StreamReader) -> Frame | None:
    """As `read_frame`, from an asyncio stream."""
    try:
        prefix = await stream.readexactly(4)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise FrameError("cut off within a frame") from error
    try:
        header = parsed(await stream.readexactly(header_length(prefix)))
        return framed(header, tuple([await stream.readexactly(length) for length in header["blobs"]]))
    except asyncio.IncompleteReadError as error:
        raise FrameError("cut off within a frame") from error


def header_length(prefix: bytes) -> int:
    if len(prefix) < 4:
        raise FrameError("cut off within a frame")
    (length,) = struct.unpack(">I", prefix)
    if length > LONGEST_HEADER:
        raise FrameError(f"a header of {length} bytes")
    return int(length)


def parsed(header: bytes) -> Body:
    try:
        content = json.loads(header)
    except ValueError as error:
        raise FrameError("the header is not JSON") from error
    if not isinstance(content, dict) or not {"kind", "body", "blobs"} <= content.keys():
        raise FrameError("the header lacks a part")
    if not all(isinstance(length, int) and 0 <= length <= LARGEST_BLOB for length in content["blobs"]):
        raise FrameError("a blob is too large")
    return content


def framed(header: Body, blobs: tuple[bytes, ...]) -> Frame:
    return Frame(str(header["kind"]), header["body"], blobs)


def exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise FrameError("cut off within a frame")
    return data
