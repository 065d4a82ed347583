"""The pages around the chat: a person's own tracks, and the page of one shared track."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web

from adapters.web.guard import SECURITY_HEADERS
from adapters.web.people import People, language
from adapters.web.wording import page_words
from bot.service import Service
from bot.track import Track
from core.words import Language


class Pages:
    def __init__(self, service: Service, people: People) -> None:
        self._service = service
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.chat), web.get("/gallery", self.gallery), web.get("/s/{token}", self.shared)]

    async def chat(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return _html((files("adapters.web") / "static" / "index.html").read_text())

    async def gallery(self, request: web.Request) -> web.Response:
        speaks = language(request)
        asker = self._people.asker(request)
        wanted = request.query.get("page", "1")
        page = max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
        tracks = await self._service.tracks(asker, page) if asker else ()
        items = "".join(_item(track, f"/tracks/{track.id}") for track in tracks)
        words = page_words(speaks)
        newer = f'<a href="?page={page - 1}">{words["newer"]}</a> ' if page > 1 else ""
        older = f'<a href="?page={page + 1}">{words["older"]}</a>' if tracks else ""
        body = f"<ul>{items}</ul>" if items else f"<p>{words['nothing_yet']}</p>"
        return _page(speaks, words["gallery"], body + f"<nav>{newer}{older}</nav>")

    async def shared(self, request: web.Request) -> web.Response:
        speaks = language(request)
        words = page_words(speaks)
        token = request.match_info["token"]
        track = await self._service.shared(token)
        if track is None:
            return _page(speaks, "TexTuneS", f"<p>{words['not_shared']}</p>", status=404)
        made_with = f'<p class="faint">{words["made_with"]}</p>'
        address = f"{request.scheme}://{request.host}/s/{token}"
        return _page(speaks, track.facts.caption, _facts(track, f"/s/{token}") + made_with, head=_card(track, address))


def _item(track: Track, address: str) -> str:
    return f'<li class="card">{_facts(track, address)}</li>'


def _facts(track: Track, address: str) -> str:
    """Title, waveform, player and what is known of a track; everything of it escaped."""
    facts = track.facts
    rows = [
        ("BPM", f"{facts.bpm:g}" if facts.bpm else ""),
        ("Key", facts.key or ""),
        ("Engine", f"{facts.engine} ({facts.model})"),
        ("Seed", str(facts.seed)),
        ("Licence", facts.licence),
    ]
    known = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    return (
        f"<h2>{escape(facts.caption)}</h2>"
        f'<img class="wave" src="{escape(address)}/waveform" alt="">'
        f'<audio controls preload="none" src="{escape(address)}/audio"></audio>'
        f"<dl>{known}</dl>"
    )


def _card(track: Track, address: str) -> str:
    """What chats show of a link (Open Graph protocol)."""
    tags = {
        "og:type": "music.song",
        "og:title": track.facts.caption,
        "og:url": address,
        "og:image": f"{address}/waveform",
        "og:audio": f"{address}/audio",
        "og:site_name": "TexTuneS",
    }
    return "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in tags.items())


def _page(speaks: Language, title: str, body: str, *, head: str = "", status: int = 200) -> web.Response:
    words = page_words(speaks)
    shell = Template((files("adapters.web") / "static" / "page.html").read_text())
    page = shell.substitute(
        language=speaks, title=escape(title), head=head, body=body, chat=words["chat"], gallery=words["gallery"]
    )
    return _html(page, status)


def _html(page: str, status: int = 200) -> web.Response:
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-cache"}
    return web.Response(text=page, content_type="text/html", status=status, headers=headers)
