"""What people type, made safe: to read, to hand to an engine, and to show back in a chat."""

from __future__ import annotations

import re
import unicodedata

LONGEST_KEYWORD = 80
"""Characters that a keyword may have."""

_LONGEST_ECHO = 40

# Straight forms of the colons, commas and quotes that phones and East Asian keyboards produce.
_STRAIGHT = str.maketrans(
    {"：": ":", "＝": "=", "，": ",", "、": ",", "،": ",", "；": ",", ";": ","}
    | dict.fromkeys("“”„‟«»「」『』＂", '"')
    | dict.fromkeys("‘’‚‛＇", "'")
)  # fmt: skip
_MARKUP = re.compile(r"[*_~`|<>@#\\\[\](){}/\"]|:(?!\d)")
_KEPT_IN_KEYWORDS = " '-&.!?"


def clean(text: str) -> str:
    """`text` on one line, in composed form with straight quotes, without control, bidirectional and unknown characters.

    Unicode categories C* are removed, apart from white space, which becomes a space.
    """
    visible = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    return unicodedata.normalize("NFC", "".join(visible)).translate(_STRAIGHT)


def keyword(text: str) -> str:
    """`text` as a keyword: letters, digits and plain punctuation, at most LONGEST_KEYWORD characters; may be empty."""
    kept = "".join(character if _may_stand_in_keyword(character) else " " for character in clean(text))
    bare = " ".join(unicodedata.normalize("NFC", kept).split()).strip(_KEPT_IN_KEYWORDS)
    return bare[:LONGEST_KEYWORD].strip(_KEPT_IN_KEYWORDS)


def shown(text: str) -> str:
    """`text` as it may be quoted in a reply: no markup, no mention, at most forty characters."""
    bare = " ".join(_MARKUP.sub(" ", clean(text)).split())
    return bare if len(bare) <= _LONGEST_ECHO else f"{bare[: _LONGEST_ECHO - 1].rstrip()}…"


def _may_stand_in_keyword(character: str) -> bool:
    return character.isalnum() or character in _KEPT_IN_KEYWORDS or unicodedata.category(character).startswith("M")
