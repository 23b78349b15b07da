"""Pages that a fake server serves beside its API, such as that of influx-explorer.

A distribution provides a page by an entry point of the group `influx_testing.pages`. Its name is
the first segment of the page's path, `explorer` for `/explorer`; its value is a PageFactory. It is
loaded at the first request for its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from aiohttp import web

from influx_testing._server.pages.server_controls import ServerControls

__all__ = [
    "GROUP",
    "PageFactory",
    "ServerPage",
    "ServerPages",
    "installed_pages",
]

GROUP = "influx_testing.pages"
"""The group of entry points."""


class ServerPage(Protocol):
    """A page, and the endpoints that it uses. It checks Host and Origin of requests itself."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Respond to a request for the path of the page, or for a path below it."""
        ...


PageFactory = Callable[[ServerControls, str], ServerPage]
"""Makes the page of a server; the second argument is its path, as `/explorer`."""


@cache
def installed_pages() -> Mapping[str, EntryPoint]:
    """The installed pages by the first segment of their paths."""
    return {each.name: each for each in entry_points(group=GROUP)}


class ServerPages:
    """The pages of one server.

    Args:
        controls: what the pages may do with the server.
    """

    def __init__(self, controls: ServerControls) -> None:
        self._controls = controls
        self._made: dict[str, ServerPage] = {}

    def at(self, path: str) -> ServerPage | None:
        """The page that responds to a path; None if the path belongs to the API."""
        name = path.removeprefix("/").partition("/")[0]
        if name not in installed_pages():
            return None
        if name not in self._made:
            factory: PageFactory = installed_pages()[name].load()
            self._made[name] = factory(self._controls, f"/{name}")
        return self._made[name]

    def urls(self) -> list[str]:
        """The URLs of the pages; empty if a browser cannot open them."""
        base = self._controls.url
        return [f"{base}/{name}" for name in installed_pages()] if base.startswith("http:") else []
