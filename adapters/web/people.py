"""Who sits at the browser: an anonymous person, known again by a signed cookie, in the language of the browser."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from bot.people import Asker
from core.words import Language

COOKIE = "textunes"
COMMUNITY = "web"
YEAR = 365 * 24 * 3600
KEY_BYTES = 32


def signing_key(path: Path) -> bytes:
    """The key that cookies are signed with; made once, readable by its owner only."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(KEY_BYTES))
        return path.read_bytes()


@dataclass(frozen=True, slots=True)
class People:
    """Issues and checks the cookies."""

    key: bytes

    def asker(self, request: web.Request) -> Asker | None:
        """The person whose valid cookie came with the request."""
        person = self._check(request.cookies.get(COOKIE, ""))
        if person is None:
            return None
        return Asker(platform="web", community=COMMUNITY, person=person, language=language(request))

    def welcome(self, request: web.Request, response: web.StreamResponse) -> Asker:
        """The person of the request; a newcomer gets a cookie with the response."""
        known = self.asker(request)
        if known is not None:
            return known
        person = secrets.token_hex(16)
        response.set_cookie(
            COOKIE, f"{person}.{self._sign(person)}", max_age=YEAR, httponly=True, samesite="Lax", secure=request.secure
        )
        return Asker(platform="web", community=COMMUNITY, person=person, language=language(request))

    def _sign(self, person: str) -> str:
        return hmac.new(self.key, person.encode(), sha256).hexdigest()

    def _check(self, cookie: str) -> str | None:
        person, _, signature = cookie.partition(".")
        genuine = hmac.compare_digest(self._sign(person).encode(), signature.encode())
        return person if genuine and person else None


def language(request: web.Request) -> Language:
    """Korean or English, whichever the browser's Accept-Language names first."""
    header = request.headers.get("Accept-Language", "")
    named = re.search(r"\b(ko|en)\b", header.lower())
    return "ko" if named and named[1] == "ko" else "en"
