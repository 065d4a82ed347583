"""Takes the markup of chats and documents off a text and leaves what somebody said.

Forms handled: Discord message formatting and Slack mrkdwn as their developer documentation describes them, Markdown,
and time stamps with speakers as chat logs have them. Emoji stay in the text; `core.text.chat` reads and removes them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CODE_BLOCK = re.compile(
    r"```.*?(?:```|\Z)|^[ ]{0,3}~~~[ \t]*[\w.+-]*[ \t]*$.*?(?:^[ ]{0,3}~~~[~ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
"""A row of tildes is a fence only on a line of its own; within a line it drags a word out, as Koreans write."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SLACK_LINK = re.compile(r"<(?:https?|mailto|ftp)[^<>|\s]*\|([^<>\n]*)>")
_CUSTOM_EMOJI = re.compile(r"<a?(:\w{1,64}:)\d{1,20}>")
_PLATFORM_TOKEN = re.compile(r"<(?:[@#!/]|t:|id:|(?:https?|mailto|ftp):)[^<>\n]{0,2000}>")
_MARKDOWN_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\([^()\s]*(?:\s\"[^\"\n]*\")?\)")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\s]*(?:\s\"[^\"\n]*\")?\)")
_ADDRESS = re.compile(r"(?:\bhttps?://|\bwww\.)[^\s<>\"')\]]+|\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_MENTION = re.compile(r"(?<![\w@])@[\w.-]{2,40}")
_INLINE_CODE = re.compile(r"`+([^`\n]*)`+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_HEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}|-#)[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•·]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|~~|\|\|)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_QUOTE = re.compile(r"^[ \t]*>(?![:;=]-?[()\[\]/\\]|\.?[<_>])")
_OPEN_QUOTE = re.compile(r"^[ \t]*>>>")
_STAMP = re.compile(
    r"^[ \t]*[\[(<]?(?:\d{4}[-./]\d\d?[-./]\d\d?,?[ T])?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?:\s?(?P<half>[AaPp])[Mm])?[\])>]?[ \t]*[-–|]?[ \t]*"
)
_SPEAKER = re.compile(r"^[ \t]*<?([^\W\d_][\w .'-]{0,23}?)>?[ \t]?:[ \t]+(?=\S)")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&nbsp;": " ", "&quot;": '"'}
_ENTITY = re.compile("|".join(_ENTITIES))
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")

_LOG_LINES = 4
_LOG_SHARE = 0.6
_DAY = 24 * 60
_PAUSE = 10
_PAUSE_TIMES = 4
"""A pause in a log: this many minutes, and this many times the usual wait between two lines."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without markup. `quoted` tells that it is made of the words of others, since nothing else was there."""

    text: str
    quoted: bool = False


def clean(raw: str) -> Cleaned:
    """Take code, addresses, mentions, quotes and formatting off `raw`; paragraphs stay apart by blank lines."""
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _without_controls(text))
    text = _COMMENT.sub(" ", _CODE_BLOCK.sub("\n\n", text))
    text = _CUSTOM_EMOJI.sub(r" \1 ", _SLACK_LINK.sub(r"\1", text))
    text = _ENTITY.sub(lambda entity: _ENTITIES[entity.group()], _TAG.sub(" ", _PLATFORM_TOKEN.sub(" ", text)))
    own, quoted = _apart(text)
    if own.strip():
        return Cleaned(_plain(own))
    return Cleaned(_plain(quoted), quoted=bool(quoted.strip()))


def _without_controls(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else _instead(c) for c in text)


def _instead(character: str) -> str:
    if character in "\t\v\f\u2028\u2029\x85" or unicodedata.category(character) == "Zs":
        return "\n\n" if character in "\f\u2029" else " "
    # Joiners hold emoji sequences together.
    return character if character == "\u200d" else ""


def _apart(text: str) -> tuple[str, str]:
    """What the writer says, and what the writer quotes."""
    own: list[str] = []
    quoted: list[str] = []
    open_quote = False
    for line in text.split("\n"):
        open_quote = open_quote or _OPEN_QUOTE.match(line) is not None
        if open_quote or _QUOTE.match(line):
            quoted.append(line.lstrip(" \t>"))
        else:
            own.append(line)
    return "\n".join(own), "\n".join(quoted)


def _plain(text: str) -> str:
    text = _MARKDOWN_LINK.sub(r"\1", _MARKDOWN_IMAGE.sub(r"\1", text))
    text = _MENTION.sub(" ", _ADDRESS.sub(" ", _INLINE_CODE.sub(r"\1", text)))
    text = _RULE.sub("", _HEADING.sub(r"\n\1\n", text))
    text = _BULLET.sub("", _without_speakers(text))
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _without_speakers(text: str) -> str:
    """Chat logs lose their time stamps and the names of who speaks; other texts stay as they are."""
    lines = text.split("\n")
    bare = [_STAMP.sub("", line) for line in lines]
    stamped = sum(line != stripped for line, stripped in zip(lines, bare, strict=True))
    filled = sum(bool(line.strip()) for line in lines)
    spoken = sum(_SPEAKER.match(line) is not None for line in bare)
    if max(stamped, spoken) < max(_LOG_LINES, _LOG_SHARE * filled):
        return text
    pauses = _pauses([_minutes(line) for line in lines])
    return "\n".join(("\n" if pause else "") + _SPEAKER.sub("", line) for pause, line in zip(pauses, bare, strict=True))


def _minutes(line: str) -> int | None:
    """Minutes since midnight of a line's time stamp."""
    stamp = _STAMP.match(line)
    if stamp is None:
        return None
    hour = int(stamp["hour"])
    if stamp["half"]:
        hour = hour % 12 + (12 if stamp["half"] in "Pp" else 0)
    return 60 * hour + int(stamp["minute"])


def _pauses(minutes: list[int | None]) -> list[bool]:
    """Before which lines of a log nobody said anything for a while: there a new paragraph begins."""
    waits: list[int] = []
    last: int | None = None
    for now in minutes:
        waits.append(0 if now is None or last is None else (now - last) % _DAY)
        last = last if now is None else now
    usual = sorted(waits)[len(waits) // 2]
    return [wait >= max(_PAUSE, _PAUSE_TIMES * usual) for wait in waits]
