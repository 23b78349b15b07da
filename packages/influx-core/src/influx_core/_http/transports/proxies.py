"""Selects the proxy of a request."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from influx_core._http.urls import redacted, split_url
from influx_core.errors import ConfigError

__all__ = ["checked_proxy", "environment_proxy", "proxy_name"]

_SCHEMES = frozenset({"http", "https"})


def checked_proxy(url: object) -> str:
    """The URL of an HTTP proxy.

    Raises:
        ConfigError: the URL is invalid; the message does not repeat a password.
    """
    parts = split_url(url, "the URL of option proxy")
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ConfigError(
            f"proxy {redacted(str(url))}: only proxies of http:// and https:// are supported; for "
            "others, pass a session whose connector knows them, such as that of aiohttp-socks"
        )
    return str(url)


def environment_proxy(url: str) -> str | None:
    """The proxy that environment variables name for a URL (`HTTPS_PROXY`, `NO_PROXY`...).

    Args:
        url: the URL of the request.
    """
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy is None or parts.hostname is None or proxy_bypass(parts.netloc):
        return None
    return checked_proxy(proxy if "://" in proxy else f"http://{proxy}")


def proxy_name(url: str) -> str:
    """Format the URL of a proxy for errors, without user and password."""
    return redacted(url)
