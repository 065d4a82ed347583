"""Documents read in a process of their own."""

from __future__ import annotations

import io

import pytest
from docx import Document

from core.errors import TextError
from core.text import apart
from core.text.apart import TOO_HARD, read_document_apart


def word_file(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    with io.BytesIO() as file:
        document.save(file)
        return file.getvalue()


async def test_it_reads_what_the_reader_reads() -> None:
    assert await read_document_apart(word_file("비가 온다"), "story.docx") == "비가 온다"
    assert await read_document_apart("비가 온다".encode(), "story.txt") == "비가 온다"


async def test_what_is_wrong_comes_back_in_words() -> None:
    with pytest.raises(TextError, match="damaged"):
        await read_document_apart(b"not a word file", "story.docx")


async def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TextError) as caught:
        await read_document_apart(word_file("slow"), "story.docx", seconds=0.0)

    assert caught.value.words == TOO_HARD


async def test_a_reader_that_dies_is_no_accident_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_read", die)

    with pytest.raises(TextError):
        await read_document_apart(word_file("deadly"), "story.docx")


def die(*_: object) -> None:
    raise SystemExit(9)
