"""Documents read in a process of their own."""

from __future__ import annotations

import asyncio
import io
import time

import pytest
from docx import Document

from core.errors import TextError
from core.text import apart
from core.text.apart import MOST_AT_ONCE, TOO_HARD, DocumentReader


def word_file(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    with io.BytesIO() as file:
        document.save(file)
        return file.getvalue()


async def test_it_reads_what_the_reader_reads() -> None:
    assert await DocumentReader().read(word_file("비가 온다"), "story.docx") == "비가 온다"
    assert await DocumentReader().read("비가 온다".encode(), "story.txt") == "비가 온다"


async def test_what_is_wrong_comes_back_in_words() -> None:
    with pytest.raises(TextError, match="damaged"):
        await DocumentReader().read(b"not a word file", "story.docx")


async def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TextError) as caught:
        await DocumentReader(seconds=0.0).read(word_file("slow"), "story.docx")

    assert caught.value.words == TOO_HARD


async def test_a_reader_that_dies_is_no_accident_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_read", die)

    with pytest.raises(TextError):
        await DocumentReader().read(word_file("deadly"), "story.docx")


async def test_only_a_few_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: list[int] = []
    most: list[int] = []

    def read(_data: bytes, _name: str, _seconds: float) -> str:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.pop()
        return "read"

    monkeypatch.setattr(apart, "_read_apart", read)
    reader = DocumentReader()
    assert await asyncio.gather(*(reader.read(b"", "story.docx") for _ in range(8))) == ["read"] * 8
    assert max(most) <= MOST_AT_ONCE


def die(*_: object) -> None:
    raise SystemExit(9)
