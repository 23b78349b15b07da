"""The order of base URLs: the last successful one first, those that failed recently last.

It has no clock: `now` is in seconds of a monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from influx_core._http.urls import EXAMPLE, redacted, split_url
from influx_core.errors import ConfigError

__all__ = ["Endpoints"]

FIRST_REST = 1.0
"""The seconds for which a server is avoided after a failure; they double with each further one."""

LONGEST_REST = 60.0


_WITH_HOST = frozenset({"http", "https", "http+unix"})


class Endpoints:
    """The base URLs of a client; the one that responded last comes first.

    Args:
        base_urls: one URL or several, for the same transport.

    Raises:
        ConfigError: there is no URL, or one is not a base URL.
    """

    def __init__(self, base_urls: str | Iterable[str]) -> None:
        self.urls = [_checked(url) for url in _listed(base_urls)]
        if not self.urls:
            raise ConfigError(f"client: base_urls is empty: name at least one, {EXAMPLE}")
        self._rests: dict[str, _Rest] = {}

    def scheme(self) -> str:
        """The scheme of all URLs.

        Raises:
            ConfigError: the URLs have different schemes.
        """
        schemes = sorted({url.partition("://")[0] for url in self.urls})
        if schemes == ["http", "https"]:
            raise ConfigError(
                "base_urls mix https and http: after a failure, credentials would be sent "
                "unencrypted; use one scheme"
            )
        if len(schemes) > 1:
            raise ConfigError(f"base_urls of one client need one scheme, not {', '.join(schemes)}")
        return schemes[0]

    def order(self, now: float) -> tuple[str, ...]:
        """Return all base URLs in the order in which to try them; those that are down come last.

        So a server that is down is tried only if no other server receives the request. When its
        time is over, it has its former place again.
        """
        if not self._rests:
            return tuple(self.urls)
        return tuple(sorted(self.urls, key=lambda url: self._down_until(url, now)))

    def answered(self, url: str) -> None:
        """Move the URL of a server that responded to the front."""
        self._rests.pop(url, None)
        if self.urls[0] != url:
            self.urls.remove(url)
            self.urls.insert(0, url)

    def failed(self, url: str, now: float) -> None:
        """Mark a server as down for a while, because it received no request or did not respond."""
        before = self._rests.get(url)
        seconds = FIRST_REST if before is None else min(before.seconds * 2, LONGEST_REST)
        self._rests[url] = _Rest(now + seconds, seconds)

    def _down_until(self, url: str, now: float) -> float:
        rest = self._rests.get(url)
        return rest.until if rest is not None and rest.until > now else 0.0


@dataclass(frozen=True, slots=True)
class _Rest:
    """The time until which a server is avoided, and the length of that time in seconds."""

    until: float
    seconds: float


def _listed(base_urls: object) -> list[object]:
    if isinstance(base_urls, str):
        return [base_urls]
    if isinstance(base_urls, Iterable) and not isinstance(base_urls, (bytes, Mapping)):
        return list(cast("Iterable[object]", base_urls))
    kind = type(base_urls).__name__  # pyright: ignore[reportUnknownArgumentType]
    raise ConfigError(f"client: base_urls takes a URL such as {EXAMPLE}, or several, not {kind}")


def _checked(url: object) -> str:
    parts = split_url(url, "client: a base URL")
    url = f"{parts.scheme}{str(url)[len(parts.scheme) :]}"  # in lower case
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            f"the base URL of {redacted(url)!r} holds credentials: pass username= and password= "
            "instead, or use from_url()"
        )
    if parts.scheme == "http+unix" and not parts.netloc:
        socket = quote(parts.path, safe="")
        raise ConfigError(
            f"{url!r} has no host: escape the path of the socket, as in http+unix://{socket}"
        )
    if parts.scheme in _WITH_HOST and "," in parts.netloc:
        raise ConfigError(
            f"client: the base URL {url!r} names several servers: give a list of base URLs"
        )
    if parts.scheme in _WITH_HOST and not parts.hostname:
        raise ConfigError(f"client: the base URL {url!r} names no host: write {EXAMPLE}")
    if parts.query or parts.fragment:
        raise ConfigError(
            f"the base URL {redacted(url)} is followed by parameters: a base URL has none; "
            "from_url() takes them"
        )
    return url if url.endswith("://") else url.rstrip("/")
