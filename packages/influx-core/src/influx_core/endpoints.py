"""Which base URL is tried next; sticky: the one that answered last is tried first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from influx_core.errors import ConfigError

__all__ = ["Endpoints"]


class Endpoints:
    """The base URLs of a client.

    Args:
        base_urls: one URL or several, of one transport.

    Raises:
        ConfigError: no URL, or one that is no base URL.
    """

    def __init__(self, base_urls: str | Iterable[str]) -> None:
        given = [base_urls] if isinstance(base_urls, str) else base_urls
        self.urls = [_checked(url) for url in given]
        if not self.urls:
            raise ConfigError("base_urls is empty: name at least one, http://localhost:8086")

    def scheme(self) -> str:
        """The scheme all URLs share.

        Raises:
            ConfigError: they do not share one.
        """
        schemes = sorted({url.partition("://")[0] for url in self.urls})
        if len(schemes) > 1 and schemes != ["http", "https"]:
            raise ConfigError(f"base_urls of one client need one scheme, not {', '.join(schemes)}")
        return schemes[0]

    def order(self) -> Iterator[str]:
        """Every base URL once, the best first."""
        return iter(tuple(self.urls))

    def answered(self, url: str) -> None:
        """Move the URL of a server that answered to the front."""
        if self.urls[0] != url:
            self.urls.remove(url)
            self.urls.insert(0, url)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if not parts.scheme or "://" not in url:
        raise ConfigError(f"{url!r} is no base URL: write scheme and host, http://localhost:8086")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            f"the base URL of {parts.hostname} holds credentials: pass username= and password= "
            "instead"
        )
    if parts.query or parts.fragment:
        raise ConfigError(
            f"{parts.scheme}://{parts.netloc}{parts.path} is followed by parameters: a base URL "
            "has none"
        )
    return url if url.endswith("://") else url.rstrip("/")
