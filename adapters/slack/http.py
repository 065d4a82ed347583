"""HTTP mode: the routes that Slack posts to, and those of the installation by OAuth."""

from __future__ import annotations

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH


def routes(app: AsyncApp, *, events: bool = True) -> list[web.RouteDef]:
    """The routes to mount on an aiohttp server that Slack can reach. Without `events` only those to install the app:
    an app that hears over a socket may have no secret by which to tell Slack's requests from others'.
    """

    async def receive(request: web.Request) -> web.Response:
        # slack_sdk reads the timestamp as a number before it checks anything.
        if not request.headers.get("X-Slack-Request-Timestamp", "").isdecimal():
            return web.Response(status=401)
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    made = [web.post(EVENTS_PATH, receive)] if events else []
    flow = app.oauth_flow
    if flow is not None:

        async def install(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

        async def redirected(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await flow.handle_callback(await to_bolt_request(request)))

        made += [web.get(INSTALL_PATH, install), web.get(REDIRECT_PATH, redirected)]
    return made


async def serve(app: AsyncApp, host: str, port: int, *, events: bool = True) -> web.AppRunner:
    """Start serving; the caller cleans the runner up. Port 0 takes any free one."""
    site = web.Application()
    site.add_routes(routes(app, events=events))
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner
