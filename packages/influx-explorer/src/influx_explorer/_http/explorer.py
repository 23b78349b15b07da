"""Explorer: responds to the requests below one path, for the page and for nobody else."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from influx_core import InfluxDBError
from influx_explorer._http.explorer_api import Handler, RefusedError, json_response
from influx_explorer._http.page_files import SECURITY_HEADERS, page_file
from influx_explorer._http.request_guard import RequestGuard

__all__ = ["Explorer"]


class Explorer:
    """The page and its endpoints.

    Args:
        base: the path that all paths begin with, without a slash at its end.
        guard: refuses the requests of others.
        handlers: the endpoints, by method and by path below the base.
    """

    def __init__(
        self, base: str, guard: RequestGuard, handlers: Mapping[tuple[str, str], Handler]
    ) -> None:
        self._base = base
        self._guard = guard
        self._handlers = handlers

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Respond to a request for the base or a path below it."""
        refusal = self._guard.refusal(request.method, request.scheme, request.headers)
        if refusal:
            return json_response({"error": refusal}, 403)
        if request.path == self._base:
            headers = {**SECURITY_HEADERS, "Location": f"{self._base}/"}
            return web.Response(status=308, headers=headers)
        path = request.path.removeprefix(f"{self._base}/")
        handler = self._handlers.get((request.method, path))
        if handler is None:
            return _file(request.method, path)
        try:
            return await handler(request)
        except RefusedError as error:
            return json_response({"error": str(error)}, error.status)
        except InfluxDBError as error:
            return json_response({"error": str(error), "type": type(error).__name__}, 502)


def _file(method: str, path: str) -> web.Response:
    found = page_file(path or "index.html") if method in {"GET", "HEAD"} else None
    if found is None:
        return json_response({"error": f"the explorer has no {method} {path}"}, 404)
    body, kind = found
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=SECURITY_HEADERS)
