"""Cuts a cleaned text into sentences, each with its language, its paragraph and the marks of chat in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from syntok import segmenter

from core.text.chat import ChatMarks, Mark
from core.text.language import Languages

LONGEST = 400
"""Characters; what goes on without a full stop is cut here, at a space where there is one."""

_ENOUGH = 4000
"""Characters that tell the language of a text."""

_KOREAN_END = re.compile(r"(?:(?<=[.!?…。！？~])|(?<=[ㅋㅎㅠㅜ]{2}))[\"'”’)\]]*\s+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `text` is as written, `words` is without emoji, emoticons and laughter.

    `paragraph` counts from 0; `letters` is how many letters `words` has, its weight among the others.
    """

    text: str
    words: str
    language: str
    paragraph: int
    letters: int
    marks: tuple[Mark, ...]


class Splitter:
    """Splits texts; knows the marks of chats and the looks of languages."""

    def __init__(self, marks: ChatMarks, languages: Languages) -> None:
        self._marks = marks
        self._languages = languages

    @classmethod
    def load(cls) -> Self:
        """With the tables that ship with the package."""
        return cls(ChatMarks.load(), Languages.load())

    def split(self, text: str) -> tuple[Sentence, ...]:
        """The sentences of a cleaned text, in order. Blank lines part paragraphs; a line break ends a sentence."""
        return tuple(self._sentences(text))

    def _sentences(self, text: str) -> Iterator[Sentence]:
        paragraph = 0
        around = self._languages.of(text[:_ENOUGH])
        for block in re.split(r"\n\s*\n", text):
            found = False
            for line in _unwrapped(block):
                for piece in self._pieces(line):
                    words, marks = self._marks.read(piece)
                    if words or marks:
                        letters = len(_LETTER.findall(words))
                        yield Sentence(piece, words, self._languages.of(words, around), paragraph, letters, marks)
                        found = True
            paragraph += found

    def _pieces(self, line: str) -> Iterator[str]:
        sentences = _KOREAN_END.split(line) if self._languages.of(line) == "ko" else _latin(line)
        for sentence in sentences:
            yield from _bounded(sentence.strip())


def _unwrapped(block: str) -> list[str]:
    """The lines of a block; lines that were broken to fit a page width are joined again."""
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    full = [len(line) for line in lines[:-1]]
    if len(full) >= 2 and min(full) >= 50 and max(full) <= 100 and max(full) - min(full) <= 24:
        return [" ".join(lines)]
    return lines


def _latin(line: str) -> Iterator[str]:
    if len(line) < 40 and not re.search(r"[.!?…]\s", line):
        yield line
        return
    for sentences in segmenter.process(line):
        for tokens in sentences:
            yield line[tokens[0].offset : tokens[-1].offset + len(tokens[-1].value)]


def _bounded(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        cut = sentence.rfind(" ", LONGEST // 2, LONGEST)
        cut = cut if cut > 0 else LONGEST
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    if sentence:
        yield sentence
