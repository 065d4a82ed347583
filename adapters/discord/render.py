"""Turns replies into what Discord shows: text, files, buttons and selects. Nothing that it makes can ping anybody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown

from adapters.discord.address import REQUEST_LIMIT
from adapters.discord.buttons import ChooseSelect, PickSelect, PressButton
from bot.replies import Button, Entry, FormReply, ListReply, ProgressReply, Reply, Select, TextReply, TrackReply
from core.piece import PieceFile
from core.words import Language, Words

LONGEST_CONTENT = 2000
ROWS = 5
BUTTONS_IN_ROW = 5
FILES = 10
LONGEST_DESCRIPTION = 1024
BAR_CELLS = 12
CODE = re.compile(r"(`[^`\n]+`)")

MUSIC = "\N{MULTIPLE MUSICAL NOTES}"
PICK = Words("Choose a track and what to do with it", "곡과 할 일을 골라 주세요")
WAVEFORM = Words("Waveform of the music", "음악의 파형")


Item = ui.DynamicItem[Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply as Discord takes it. A view of no items takes earlier buttons away."""

    content: str
    items: tuple[Item, ...]
    files: tuple[PieceFile, ...]
    language: Language
    private: bool

    @property
    def view(self) -> ui.View:
        """The buttons as a view that waits for nothing: presses find their way by their custom ids."""
        view = ui.View(timeout=None)
        for item in self.items:
            view.add_item(item)
        view.stop()
        return view

    @property
    def attachments(self) -> list[discord.File]:
        """Fresh files, to be sent once. The picture carries words for those who cannot see it."""
        described = {"waveform": WAVEFORM.to(self.language)}
        return [
            discord.File(io.BytesIO(file.data), file.name, description=described.get(file.kind)) for file in self.files
        ]

    @property
    def custom_ids(self) -> frozenset[str]:
        return frozenset(item.custom_id for item in self.items)


def render(reply: Reply, room: int) -> Rendered:
    """Render a reply for a place where one file may have `room` bytes and all together what one request may."""
    match reply:
        case TextReply():
            return _rendered(safe(reply.text), _buttons(reply.buttons, reply.language), reply.language, reply.private)
        case ProgressReply():
            files = () if reply.sketch is None else (reply.sketch.file,)
            return _rendered(_progress(reply), _buttons(reply.buttons, reply.language), reply.language, False, files)
        case TrackReply():
            return _track(reply, room)
        case ListReply():
            return _list(reply)
        case FormReply():
            raise TypeError("a form is opened, not shown")


def _rendered(
    content: str,
    items: Iterable[Item],
    language: Language,
    private: bool,
    files: Sequence[PieceFile] = (),
) -> Rendered:
    return Rendered(clipped(content), tuple(items), tuple(files), language, private)


def clipped(text: str) -> str:
    """The text within what one message holds, cut at a line or a word."""
    if len(text) <= LONGEST_CONTENT:
        return text
    head = text[: LONGEST_CONTENT - 2]
    cut = max(head.rfind("\n"), head.rfind(" "))
    return (head[:cut] if cut > LONGEST_CONTENT // 2 else head).rstrip() + " …"


def _progress(reply: ProgressReply) -> str:
    if reply.position is not None:
        return reply.text
    done = round(min(1.0, max(0.0, reply.fraction)) * BAR_CELLS)
    lines = [reply.text, f"`{'█' * done}{'░' * (BAR_CELLS - done)}`"]
    if reply.sketch is not None:
        lines.append(f"-# {reply.sketch.line}")
    return "\n".join(lines)


def _track(reply: TrackReply, room: int) -> Rendered:
    files, left_out = fitting(reply.files, room)
    lines = [f"{MUSIC} {safe(reply.line)}"]
    lines += [safe(note) for note in reply.notes]
    lines += [_left_out(file, room).to(reply.language) for file in left_out]
    items = [*_selects(reply.selects, reply.language), *_buttons(reply.buttons, reply.language)]
    return _rendered("\n".join(lines), items, reply.language, private=False, files=files)


def fitting(files: Sequence[PieceFile], room: int, total: int = 0) -> tuple[list[PieceFile], list[PieceFile]]:
    """The files that one message can carry, in their order, and those that it cannot."""
    budget = total or REQUEST_LIMIT
    taken: list[PieceFile] = []
    left: list[PieceFile] = []
    for file in files:
        fits = len(file.data) <= min(room, budget) and len(taken) < FILES
        (taken if fits else left).append(file)
        budget -= len(file.data) if fits else 0
    return taken, left


def _left_out(file: PieceFile, room: int) -> Words:
    size, limit = _megabytes(len(file.data)), _megabytes(room)
    return Words(
        f"{file.name} is left out: it has {size}, and files here may have {limit}.",
        f"{file.name} 파일은 {size}라서 빠졌습니다. 여기서는 {limit}까지 올릴 수 있습니다.",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB"


def _list(reply: ListReply) -> Rendered:
    lines = [safe(reply.title)]
    for number, entry in enumerate(reply.entries, 1):
        lines.append(f"**{number}.** {safe(entry.title)}")
        lines += [f"-# {safe(entry.detail)}"] if entry.detail else []
    choices = [
        (_entry_label(n, entry, button, reply.language), button)
        for n, entry in enumerate(reply.entries, 1)
        for button in entry.buttons
    ]
    items: list[Item] = []
    if choices:
        items.append(PickSelect.of(PICK.to(reply.language), choices[:25]))
    items += _buttons(reply.buttons, reply.language)
    return _rendered("\n".join(lines), items, reply.language, reply.private)


def _entry_label(number: int, entry: Entry, button: Button, language: Language) -> str:
    return f"{number}. {button.label.to(language)} · {entry.title}"


def safe(text: str) -> str:
    """The text with nothing in it that Discord would format, but for code between backticks, which formats nothing."""
    return "".join(part if code else escape_markdown(part) for code, part in _spans(text))


def _spans(text: str) -> Iterator[tuple[bool, str]]:
    """Alternating stretches of plain text and of code."""
    return ((bool(index % 2), part) for index, part in enumerate(CODE.split(text)))


def _buttons(buttons: Iterable[Button], language: Language) -> Sequence[Item]:
    return [PressButton.of(button, language) for button in buttons][: ROWS * BUTTONS_IN_ROW]


def _selects(selects: Iterable[Select], language: Language) -> Sequence[Item]:
    return [ChooseSelect.of(select, language) for select in selects]
