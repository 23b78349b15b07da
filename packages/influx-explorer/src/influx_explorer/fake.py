"""The page of a fake server, which influx-testing finds by an entry point."""

from __future__ import annotations

from urllib.parse import urlsplit

from influx_explorer._fake.fake_api import FakeAPI
from influx_explorer._http.explorer import Explorer
from influx_explorer._http.explorer_api import ExplorerAPI
from influx_explorer._http.request_guard import RequestGuard
from influx_explorer._server.server_source import ServerSource
from influx_testing.pages import ServerControls

__all__ = ["make_page"]


def make_page(controls: ServerControls, path: str) -> Explorer:
    """Make the page of a server.

    Args:
        controls: what the page may do with the server.
        path: the path of the page, as `/explorer`.
    """
    source = ServerSource(controls.client(), controls.url)
    api = ExplorerAPI(source, write=True, is_fake=True)
    guard = RequestGuard(urlsplit(controls.url).hostname or "")
    return Explorer(path, guard, {**api.handlers, **FakeAPI(controls).handlers})
