import asyncio
import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fleet.frames import LARGEST_BLOB, Frame, FrameError, read_frame, receive_frame

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(), st.dictionaries(st.text(), VALUES, max_size=4), st.lists(st.binary(max_size=50), max_size=3))
def test_a_frame_is_read_as_it_was_written(kind, body, blobs):
    frame = Frame(kind, body, tuple(blobs))
    stream = io.BytesIO(b"".join(frame.parts() * 2))
    assert [read_frame(stream), read_frame(stream), read_frame(stream)] == [frame, frame, None]


async def received(data: bytes) -> Frame | None:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    return await receive_frame(stream)


async def test_both_ends_read_alike():
    frame = Frame("begin", {"brief": {"keywords": ["비"]}}, (b"\0" * 100_000, b""))
    assert await received(b"".join(frame.parts())) == frame
    assert await received(b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0",
        b"\xff\xff\xff\xff",
        struct.pack(">I", 10) + b"{",
        struct.pack(">I", 4) + b"nope",
        struct.pack(">I", 2) + b"{}",
        struct.pack(">I", 2) + b"[]",
        b"".join(Frame("x", {}, (b"abc",)).parts())[:-1],
        b"".join(Frame("x").parts()).replace(b'"blobs": []', b'"blobs":[-1]').replace(b"\0\0\0", b"\0\0\0"),
        b"".join(Frame("x", {}, (b"",)).parts()).replace(b"[0]", b"[9]"),
    ],
)
async def test_what_is_no_frame_is_refused(data):
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(data))
    with pytest.raises(FrameError):
        await received(data)


def test_a_blob_too_large_is_refused_before_it_is_read():
    header = f'{{"kind": "x", "body": {{}}, "blobs": [{LARGEST_BLOB + 1}]}}'.encode()
    with pytest.raises(FrameError, match="too large"):
        read_frame(io.BytesIO(struct.pack(">I", len(header)) + header))
