"""Replies as entries of the conversation: plain data that the page draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.replies import Button, FormReply, ListReply, ProgressReply, Reply, Select, TextReply, TrackReply
from core.words import Language

Entry = dict[str, Any]
"""One entry: `id`, `kind` and what that kind needs. One that comes again under the same id replaces the old one."""


def said(entry_id: str, text: str, *, scorable: bool) -> Entry:
    """What the person wrote; `scorable` when it is a message that music can follow."""
    return {"id": entry_id, "kind": "said", "text": text, "scorable": scorable}


def entry(entry_id: str, reply: Reply) -> Entry:
    """A reply as an entry."""
    return {"id": entry_id, **_body(reply)}


def _body(reply: Reply) -> Entry:
    match reply:
        case TextReply():
            return {"kind": "text", "text": reply.text, "buttons": _buttons(reply.buttons, reply.language)}
        case ProgressReply():
            return {
                "kind": "progress",
                "line": reply.text,
                "position": reply.position,
                "fraction": reply.fraction,
                "sketch": _sketch(reply),
                "buttons": _buttons(reply.buttons, reply.language),
            }
        case TrackReply():
            return _track(reply)
        case ListReply():
            return _list(reply)
        case FormReply():
            return {
                "kind": "form",
                "title": reply.title,
                "action": reply.action,
                "target": reply.target,
                "label": reply.label,
                "placeholder": reply.placeholder,
                "longest": reply.longest,
            }


def _sketch(reply: ProgressReply) -> dict[str, str] | None:
    """The address names the size, so that a beginning that has grown is fetched anew."""
    if reply.sketch is None:
        return None
    return {"line": reply.sketch.line, "url": f"/sketches/{reply.job}?bytes={len(reply.sketch.file.data)}"}


def _track(reply: TrackReply) -> Entry:
    links = [
        {"kind": file.kind, "name": file.name, "url": f"/tracks/{reply.track}/{file.kind}"} for file in reply.files
    ]
    audio = next(link["url"] for link in links if link["kind"] == "audio")
    curve = next((link["url"] for link in links if link["kind"] == "curve"), None)
    return {
        "kind": "track",
        "line": reply.line,
        "url": audio,
        "peaks": list(reply.peaks),
        "seconds": reply.facts.seconds,
        "loop": reply.facts.brief.loop,
        "curve": curve,
        "notes": list(reply.notes),
        "files": [link for link in links if link["kind"] not in ("waveform", "curve", "score")],
        "buttons": _buttons(reply.buttons, reply.language),
        "selects": [_select(select, reply.language) for select in reply.selects],
    }


def _list(reply: ListReply) -> Entry:
    return {
        "kind": "list",
        "title": reply.title,
        "entries": [
            {
                "id": line.id,
                "title": line.title,
                "detail": line.detail,
                "buttons": _buttons(line.buttons, reply.language),
            }
            for line in reply.entries
        ],
        "buttons": _buttons(reply.buttons, reply.language),
    }


def _buttons(buttons: Sequence[Button], language: Language) -> list[dict[str, Any]]:
    return [
        {"action": button.action, "target": button.target, "label": button.label.to(language), "danger": button.danger}
        for button in buttons
    ]


def _select(select: Select, language: Language) -> dict[str, Any]:
    return {
        "action": select.action,
        "target": select.target,
        "label": select.label.to(language),
        "choices": [
            {"value": choice.value, "label": choice.label.to(language), "chosen": choice.chosen}
            for choice in select.choices
        ],
    }
