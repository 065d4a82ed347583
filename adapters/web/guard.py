"""What stands before every request: the address it came to, where it came from, and errors in words.

The playground has no passwords. It therefore answers only under names that the operator configured, so that a page
elsewhere cannot reach it by pointing its own name here (DNS rebinding), and changes something only for requests that
carry a header which other sites' pages cannot send without being asked first (OWASP, "Cross-Site Request Forgery
Prevention": custom request headers).
"""

from __future__ import annotations

import json

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from adapters.web.people import language
from adapters.web.wording import NOT_FOUND, TOO_LARGE, UNREADABLE
from bot.apology import apology
from core.errors import PersonError
from core.words import Words

HEADER = "X-TexTuneS"
SAFE_METHODS = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def guard(hosts: frozenset[str]) -> Middleware:
    """Middleware that lets through what came to one of `hosts` and answers every error with a sentence."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _allowed(request, hosts):
            return refusal(request, UNREADABLE, 403)
        try:
            response = await handler(request)
        except PersonError as error:
            return refusal(request, error.words, 422)
        except web.HTTPException as error:
            return _http_error(request, error)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return refusal(request, UNREADABLE, 400)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            return refusal(request, apology(error, "web", doing=_doing(request)), 500)
        if not response.prepared:
            response.headers.update(SECURITY_HEADERS)
        return response

    return middleware


def refusal(request: web.Request, words: Words, status: int) -> web.Response:
    """An error as JSON: {"error": sentence}."""
    return web.json_response({"error": words.to(language(request))}, status=status, headers=SECURITY_HEADERS)


def _doing(request: web.Request) -> str:
    """What was asked for, for the log: the pattern of its path, which holds no token."""
    resource = request.match_info.route.resource
    return request.method if resource is None else f"{request.method} {resource.canonical}"


def _allowed(request: web.Request, hosts: frozenset[str]) -> bool:
    try:
        host = URL(f"http://{request.host}").host
    except ValueError:
        return False
    if host not in hosts:
        return False
    return request.method in SAFE_METHODS or HEADER in request.headers


def _http_error(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        return error
    words = {404: NOT_FOUND, 413: TOO_LARGE}.get(error.status, UNREADABLE)
    return refusal(request, words, error.status)
