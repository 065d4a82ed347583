"""The syntax of a wish: splits cleaned text into option names, values and free words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.wish.problems import OpenQuote

_SPACE = re.compile(r"[\s]*")
_OPTION = re.compile(r"([^\W\d_]+(?:_[^\W\d_]+)*)\s*[:=](?!//)")
_EXCLUSION = re.compile(r"-(?=[^\W\d_])")
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'(?=[\s,]|$)')
_CODE = re.compile(r":[a-z0-9_+-]{1,40}:|<[^<>\s]{1,80}>")
_BARE = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a wish: the name of an option, or a word or quotation. `joined`: a comma stands before it."""

    text: str
    option: bool = False
    quoted: bool = False
    joined: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a cleaned wish. Codes of chat emoji and mentions (`:smile:`, `<@1>`) are left out.

    Raises:
        OpenQuote: a quotation mark at the start of a word is never closed.
    """
    position, joined = 0, False
    while (position := _skip(_SPACE, text, position)) < len(text):
        if text[position] == ",":
            position, joined = position + 1, True
        elif code := _CODE.match(text, position):
            position = code.end()
        elif exclusion := _EXCLUSION.match(text, position):
            yield Token("no", option=True, joined=joined)
            position, joined = exclusion.end(), False
        elif option := _OPTION.match(text, position):
            yield Token(option[1], option=True, joined=joined)
            position, joined = option.end(), False
        elif quoted := _QUOTED.match(text, position):
            yield Token(quoted[1] if quoted[1] is not None else quoted[2], quoted=True, joined=joined)
            position, joined = quoted.end(), False
        elif text[position] == '"':
            raise OpenQuote
        elif bare := _BARE.match(text, position):
            yield Token(bare[0], joined=joined)
            position, joined = bare.end(), False


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position
