"""RequestGuard: lets only the explorer's own page use it.

A web page of another origin can send requests to this machine, directly or through a name of its
own domain that resolves to a loopback address (DNS rebinding). Browsers say where a request comes
from in the headers Origin, Host and Sec-Fetch-Site, which pages cannot change.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["RequestGuard", "is_loopback", "same_secret"]

_BODY_TYPES = frozenset({"application/json", "application/octet-stream"})


class RequestGuard:
    """Checks the headers of requests.

    Args:
        host: the address that the explorer listens on; a name is allowed as Host, too.
    """

    def __init__(self, host: str) -> None:
        self._names = frozenset({host.lower()})
        self._is_local = is_loopback(host)

    def refusal(self, method: str, scheme: str, headers: Mapping[str, str]) -> str:
        """Why a request is refused; empty if it is not."""
        host = headers.get("Host", "")
        if not self._is_known(_hostname(f"//{host}")):
            return f"the host {host!r} is not an address of this explorer"
        origin = headers.get("Origin")
        if origin is not None and origin != f"{scheme}://{host}":
            return f"a web page of {origin!r} may not use the explorer"
        if not _is_own_site(method, headers):
            return "another web page may not use the explorer"
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if method == "POST" and kind not in _BODY_TYPES:
            return f"a body of the type {kind!r} is refused; the page sends JSON"
        return ""

    def _is_known(self, name: str) -> bool:
        """Whether a Host cannot be a name that another domain lets resolve to this machine."""
        if is_loopback(name) or name in self._names:
            return True
        return not self._is_local and _is_address(name)


def _is_own_site(method: str, headers: Mapping[str, str]) -> bool:
    """Whether the explorer's page sent a request, or a person opened the page."""
    site = headers.get("Sec-Fetch-Site", "none")
    if site in {"none", "same-origin"}:
        return True
    return method == "GET" and headers.get("Sec-Fetch-Dest") == "document"


def same_secret(given: str, secret: str) -> bool:
    """Whether two secrets are equal, in a time that does not depend on their characters."""
    return hmac.compare_digest(given.encode(), secret.encode())


def is_loopback(host: str) -> bool:
    """Whether a name or an address is that of this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
