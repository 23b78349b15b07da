"""Serves an explorer on a port of its own, with a secret in its path."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from influx_explorer._http.explorer import Explorer
from influx_explorer._http.explorer_api import ExplorerAPI, json_response
from influx_explorer._http.request_guard import RequestGuard, same_secret
from influx_explorer._server.server_source import ServerSource

__all__ = ["listening"]

_MOST_HEADER_BYTES = 1 << 16


@asynccontextmanager
async def listening(
    source: ServerSource, host: str, port: int, secret: str, *, write: bool
) -> AsyncGenerator[str]:
    """Serve the page within a with block; provides its URL.

    Args:
        source: the server that the page looks at; not closed.
        host: the address to listen on.
        port: the port; 0 uses a free one.
        secret: the first part of all paths; requests without it are refused.
        write: whether the page may change the server.

    Raises:
        OSError: the address cannot be used.
    """
    api = ExplorerAPI(source, write=write)
    explorer = Explorer(f"/{secret}", RequestGuard(host), api.handlers)

    async def handle(request: web.Request) -> web.StreamResponse:
        if not same_secret(request.path.split("/")[1], secret):
            return json_response({"error": "open the URL that the explorer printed"}, 403)
        return await explorer.handle(request)

    application = web.Application(
        client_max_size=0,
        handler_args={"max_line_size": _MOST_HEADER_BYTES, "max_field_size": _MOST_HEADER_BYTES},
    )
    application.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{runner.addresses[0][1]}/{secret}/"
    finally:
        await runner.cleanup()
