"""WebPageGuard: keeps web pages of other machines away from a server on a loopback address.

A browser sends the requests of any page to loopback addresses: directly, with an Origin header, or
through a name of the page's own domain that resolves to a loopback address (DNS rebinding). A real
server responds to both, but a developer's fake has no password.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

__all__ = ["WebPageGuard", "is_loopback"]

ANY = "*"


class WebPageGuard:
    """Checks the headers Host and Origin of requests.

    Args:
        host: the address that the server listens on; on any but a loopback address, no request is
            refused.
        origins: the origins that are allowed, as `http://app.example:3000`; `*` allows all.
    """

    def __init__(self, host: str, origins: Collection[str]) -> None:
        self._origins = frozenset(origins)
        self._is_off = ANY in self._origins or not is_loopback(host)

    def refusal(self, headers: Mapping[str, str]) -> str:
        """Why a request is refused; empty if it is not. Names of headers are in lower case."""
        origin, host = headers.get("origin"), headers.get("host", "")
        if self._is_off or origin in self._origins:
            return ""
        if not is_loopback(_hostname(f"//{host}")):
            return f"the host {host!r} is not this machine; for that name, allow all origins: '*'"
        if origin is None or is_loopback(_hostname(origin)):
            return ""
        return f"a web page of {origin!r} may not use this server unless its origin is allowed"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is a loopback one."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
