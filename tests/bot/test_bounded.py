"""Bounded reading: what is larger than allowed is given up as soon as that is known."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.bounded import TooMuch, gathered


async def chunks(read: list[int], *sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        read.append(size)
        yield b"x" * size


async def test_what_fits_exactly_is_read_whole() -> None:
    assert await gathered(chunks([], 3, 0, 4), most=7) == b"x" * 7


async def test_no_more_is_read_once_it_is_too_much() -> None:
    read: list[int] = []

    with pytest.raises(TooMuch):
        await gathered(chunks(read, 3, 5, 9), most=7)

    assert read == [3, 5]
