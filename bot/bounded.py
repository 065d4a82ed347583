"""Bounded reading: what is fetched is never held beyond a size, whatever its sender said of it."""

from __future__ import annotations

from collections.abc import AsyncIterable


class TooMuch(Exception):
    """There is more than was to be read."""


async def gathered(chunks: AsyncIterable[bytes], most: int) -> bytes:
    """All chunks together.

    Raises:
        TooMuch: they are more than `most` bytes; the rest was not read.
    """
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise TooMuch
    return bytes(content)
