"""Slack's own markup: what goes out cannot link or notify anybody, what comes in is read as the person saw it.

Source: Slack documentation, "Formatting message text".
"""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "：": ":"})


def escape(text: str) -> str:
    """Text for a mrkdwn field: without `<` and `>` Slack finds no links, mentions or @channel in it."""
    for character, written in _ESCAPES:
        text = text.replace(character, written)
    return text


def plain(text: str) -> str:
    """What a person saw of a message: names in place of ids, labels in place of links."""
    text = _REFERENCE.sub(_shown, text)
    for character, written in reversed(_ESCAPES):
        text = text.replace(written, character)
    return text


def typed(text: str) -> str:
    """What was typed behind a command, without the typographic quotes and colons that keyboards make of plain ones."""
    return plain(text).translate(_QUOTES).strip()


def _shown(found: re.Match[str]) -> str:
    reference, label = found.groups()
    if label:
        return f"#{label}" if reference.startswith("#") else label
    if reference.startswith("!"):
        return f"@{reference[1:].partition('^')[0]}"
    return "" if reference.startswith(("@", "#")) else reference
