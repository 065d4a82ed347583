"""Files of tracks, with byte ranges so that a player can seek (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import get_args

from aiohttp import web

from adapters.web.people import People
from adapters.web.sketches import Sketches
from bot.service import Service
from bot.track import Track
from core.piece import FileKind, PieceFile

INLINE = frozenset({"audio", "waveform", "curve"})


class Files:
    """Serves a person's own tracks by id, shared tracks by their secret address, and sketches by the id of a job."""

    def __init__(self, service: Service, people: People, sketches: Sketches) -> None:
        self._service = service
        self._people = people
        self._sketches = sketches

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/tracks/{track}/{kind}", self.own),
            web.get("/s/{token}/{kind}", self.shared),
            web.get("/sketches/{job}", self.sketch),
        ]

    async def sketch(self, request: web.Request) -> web.Response:
        asker = self._people.asker(request)
        file = None if asker is None else self._sketches.find(asker.person, request.match_info["job"])
        if file is None:
            raise web.HTTPNotFound
        return _response(request, file)

    async def own(self, request: web.Request) -> web.Response:
        asker = self._people.asker(request)
        track = await self._service.track(request.match_info["track"])
        if asker is None or track is None or (track.platform, track.person) != ("web", asker.person):
            raise web.HTTPNotFound
        return await self._send(request, track)

    async def shared(self, request: web.Request) -> web.Response:
        track = await self._service.shared(request.match_info["token"])
        if track is None:
            raise web.HTTPNotFound
        return await self._send(request, track)

    async def _send(self, request: web.Request, track: Track) -> web.Response:
        kinds: tuple[FileKind, ...] = get_args(FileKind)
        kind = next((known for known in kinds if known == request.match_info["kind"]), None)
        file = await self._service.file(track.id, kind) if kind else None
        if file is None:
            raise web.HTTPNotFound
        return _response(request, file)


def _response(request: web.Request, file: PieceFile) -> web.Response:
    disposition = "inline" if file.kind in INLINE else "attachment"
    headers = {
        "Content-Type": file.media_type,
        "Content-Disposition": f'{disposition}; filename="{file.name}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600",
    }
    span = _range(request.headers.get("Range", ""), len(file.data))
    if span is None:
        return web.Response(body=file.data, headers=headers)
    first, last = span
    if first > last:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(file.data)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(file.data)}"
    return web.Response(status=206, body=file.data[first : last + 1], headers=headers)


def _range(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a single range; None where the whole file is to be sent; first > last if outside."""
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)
