"""The web playground: a chat in the browser, no account and no token needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import structlog
from aiohttp import web

from adapters.web.api import Api
from adapters.web.deliver import WebCourier
from adapters.web.files import Files
from adapters.web.guard import guard
from adapters.web.live import Live
from adapters.web.pages import Pages
from adapters.web.people import People, signing_key
from adapters.web.sketches import Sketches
from bot.service import Service
from bot.store.conversations import Conversations
from core.text.document import LARGEST_DOCUMENT

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LARGEST_REQUEST = LARGEST_DOCUMENT + 64 * 1024
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Playground:
    """The site, not yet serving, and the courier that brings results to it."""

    site: web.Application
    courier: WebCourier


def build_playground(
    service: Service, conversations: Conversations, data_dir: Path, hosts: frozenset[str] = frozenset()
) -> Playground:
    """Put the site together. It answers to the names in `hosts` and to those of the loopback."""
    live, sketches = Live(), Sketches()
    people = People(signing_key(data_dir / "web.key"))
    site = web.Application(middlewares=[guard(hosts | LOOPBACK)], client_max_size=LARGEST_REQUEST)
    site.add_routes(Api(service, conversations, live, people).routes())
    site.add_routes(Pages(service, people).routes())
    site.add_routes(Files(service, people, sketches).routes())
    site.add_routes([web.get("/health", _health)])
    with as_file(files("adapters.web") / "static") as static:
        site.router.add_static("/static", static)

    async def close(_site: web.Application) -> None:
        live.close()

    site.on_shutdown.append(close)
    return Playground(site, WebCourier(conversations, live, sketches))


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def serve(site: web.Application, host: str, port: int) -> web.AppRunner:
    """Start serving; the caller cleans the runner up. Port 0 takes any free one."""
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    log.info("web_listening", address=f"http://{host}:{runner.addresses[0][1]}")
    return runner
