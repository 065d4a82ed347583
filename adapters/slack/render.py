"""Turns replies into Block Kit and a plain text for notifications. Nothing that it makes can notify anybody.

Limits: Slack documentation, "Block Kit reference".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from adapters.slack.mrkdwn import escape
from bot.replies import Button, Entry, ListReply, ProgressReply, Reply, Select, TextReply, TrackReply
from core.words import Language, Words

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_ELEMENTS = 25
MOST_OPTIONS = 100
LONGEST_SECTION = 3_000
LONGEST_NOTICE = 300
LONGEST_LABEL = 75
LONGEST_PLACEHOLDER = 150
BAR_CELLS = 12

DO = "do"
"""Action ids read `do:<action>:<target>`, which is all that a press needs to be understood, even after a restart."""

MUSIC = "\N{MULTIPLE MUSICAL NOTES}"
SURE = Words("Are you sure?", "정말인가요?")
FOR_GOOD = Words("This cannot be undone.", "되돌릴 수 없습니다.")
KEEP = Words("Keep it", "그대로 두기")
WAVEFORM = Words("Waveform", "파형")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as Slack takes it: `text` stands in notifications and for screen readers, `blocks` on the screen."""

    text: str
    blocks: list[Block]


def render(reply: Reply) -> Shown:
    """Render any reply but a form, which is opened and not shown."""
    match reply:
        case TextReply():
            return _shown(reply.text, [*sections(reply.text), *rows(reply.buttons, reply.language)])
        case ProgressReply():
            return _shown(reply.text, _progress(reply))
        case TrackReply():
            return _shown(reply.line, _track(reply))
        case ListReply():
            return _shown(reply.title, listed(reply))
    raise TypeError("a form is opened, not shown")


def _shown(text: str, blocks: Iterable[Block]) -> Shown:
    return Shown(clipped(escape(text), LONGEST_NOTICE), list(blocks)[:MOST_BLOCKS])


def clipped(text: str, longest: int) -> str:
    """The text within so many characters, cut at a word where there is one."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    cut = max(head.rfind("\n"), head.rfind(" "))
    return (head[:cut] if cut > longest // 2 else head).rstrip() + "…"


def section(text: str) -> Block:
    """A paragraph. `verbatim` keeps Slack from looking for mentions and links in it."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context(text: str) -> Block:
    """A paragraph in small print."""
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": clipped(text, LONGEST_SECTION), "verbatim": True}],
    }


def sections(text: str) -> Iterator[Block]:
    """Text of any length as paragraphs, divided between lines where that is possible."""
    rest = escape(text).strip()
    while rest:
        cut = len(rest)
        if cut > LONGEST_SECTION:
            cut = max(rest.rfind("\n", 1, LONGEST_SECTION), rest.rfind(" ", LONGEST_SECTION // 2, LONGEST_SECTION))
            cut = cut if cut > 0 else LONGEST_SECTION
        yield section(rest[:cut])
        rest = rest[cut:].lstrip()


def rows(buttons: Iterable[Button], language: Language, selects: Iterable[Select] = ()) -> Iterator[Block]:
    """Buttons and selects in as few rows as they fit into."""
    elements = [*(_select(select, language) for select in selects), *(button(each, language) for each in buttons)]
    for start in range(0, len(elements), MOST_ELEMENTS):
        yield {"type": "actions", "elements": elements[start : start + MOST_ELEMENTS]}


def button(each: Button, language: Language) -> Block:
    made: Block = {
        "type": "button",
        "action_id": f"{DO}:{each.action}:{each.target}",
        "text": plain_text(each.label.to(language), LONGEST_LABEL),
    }
    if each.danger:
        made["style"] = "danger"
        made["confirm"] = {
            "title": plain_text(SURE.to(language), 100),
            "text": plain_text(FOR_GOOD.to(language), 300),
            "confirm": plain_text(each.label.to(language), 30),
            "deny": plain_text(KEEP.to(language), 30),
            "style": "danger",
        }
    return made


def plain_text(text: str, longest: int) -> Block:
    return {"type": "plain_text", "text": clipped(text, longest)}


def option(value: str, label: str) -> Block:
    return {"text": plain_text(label, LONGEST_LABEL), "value": value}


def _select(select: Select, language: Language) -> Block:
    options = [option(choice.value, choice.label.to(language)) for choice in select.choices[:MOST_OPTIONS]]
    chosen = [made for made, choice in zip(options, select.choices, strict=False) if choice.chosen]
    made: Block = {
        "type": "static_select",
        "action_id": f"{DO}:{select.action}:{select.target}",
        "placeholder": plain_text(select.label.to(language), LONGEST_PLACEHOLDER),
        "options": options,
    }
    return made | {"initial_option": chosen[0]} if chosen else made


def _progress(reply: ProgressReply) -> Iterator[Block]:
    yield from sections(reply.text)
    if reply.position is None:
        done = round(min(1.0, max(0.0, reply.fraction)) * BAR_CELLS)
        yield context("▰" * done + "▱" * (BAR_CELLS - done))
    yield from rows(reply.buttons, reply.language)


def _track(reply: TrackReply) -> Iterator[Block]:
    yield from sections(f"{MUSIC} {reply.line}")
    for note in reply.notes:
        yield context(escape(note))
    yield from rows(reply.buttons, reply.language, reply.selects)


def listed(reply: ListReply, most: int = MOST_BLOCKS) -> list[Block]:
    """A list in at most so many blocks; what does not fit is on no page, so pages must be small enough."""
    head = list(sections(reply.title))
    foot = list(rows(reply.buttons, reply.language))
    room = most - len(head) - len(foot)
    entries = [block for entry in reply.entries for block in _entry(entry, reply.language)]
    return [*head, *entries[:room], *foot]


def _entry(entry: Entry, language: Language) -> Iterator[Block]:
    yield section(clipped(f"*{escape(entry.title)}*\n{escape(entry.detail)}", LONGEST_SECTION))
    yield from rows(entry.buttons, language)


def titles(reply: TrackReply) -> list[str]:
    """What each file of a track is called: what was made for the audio, its kind for the picture, else its name."""
    known = {"audio": reply.line, "waveform": WAVEFORM.to(reply.language)}
    return [known.get(file.kind, file.name) for file in reply.files]
