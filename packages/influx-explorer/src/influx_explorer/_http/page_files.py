"""The files of the page, as they are built into this distribution."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["SECURITY_HEADERS", "page_file"]

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The headers of every response: nothing comes from elsewhere, and nobody embeds the page."""

_TYPES = {
    "index.html": "text/html",
    "app.js": "text/javascript",
    "app.css": "text/css",
    "icon.svg": "image/svg+xml",
    "THIRD_PARTY.txt": "text/plain",
}


@cache
def page_file(name: str) -> tuple[bytes, str] | None:
    """The content and the type of a file; None if the page has no such file."""
    if name not in _TYPES:
        return None
    return files("influx_explorer").joinpath("_page", name).read_bytes(), _TYPES[name]
