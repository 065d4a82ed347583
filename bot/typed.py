"""What people type at length: made fit to be stored, and refused where there is too much or nothing."""

from __future__ import annotations

from bot.commands import LONGEST_TEXT
from core.errors import PersonError, TextError
from core.words import Words

LONGEST_INSTRUCTION = 300

_NO_TEXT = Words("There is no text to score. Please write something.", "읽을 글이 없습니다. 글을 적어 주세요.")
_TEXT_TOO_LONG = Words(
    f"This text is too long: up to {LONGEST_TEXT:,} characters can be read.",
    f"글이 너무 깁니다. {LONGEST_TEXT:,}자까지 읽을 수 있습니다.",
)
_INSTRUCTION_TOO_LONG = Words(
    f"Please say it in at most {LONGEST_INSTRUCTION} characters.",
    f"{LONGEST_INSTRUCTION}자 안으로 적어 주세요.",
)


def instruction(text: str) -> str:
    """An instruction for an edit, which may be empty.

    Raises:
        PersonError: it is longer than LONGEST_INSTRUCTION.
    """
    text = _clean(text)
    if len(text) > LONGEST_INSTRUCTION:
        raise PersonError(_INSTRUCTION_TOO_LONG)
    return text


def readable(text: str) -> str:
    """A text to be scored.

    Raises:
        TextError: it is empty, or longer than LONGEST_TEXT.
    """
    text = _clean(text)
    if not text:
        raise TextError(_NO_TEXT)
    if len(text) > LONGEST_TEXT:
        raise TextError(_TEXT_TOO_LONG)
    return text


def _clean(text: str) -> str:
    """`text` as it can be stored: without NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()
