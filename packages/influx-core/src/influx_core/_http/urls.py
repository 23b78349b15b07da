"""Splits URLs that may contain credentials; errors never repeat a part that may be one."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from influx_core.errors import ConfigError

__all__ = ["redacted", "split_url"]

EXAMPLE = "http://localhost:8086"

_ESCAPES = (
    f"it needs the form {EXAMPLE}; in a password, write '/', '?', '#', '@' and other special "
    "characters as %2F, %3F, %23, %40"
)


def split_url(url: object, owner: str) -> SplitResult:
    """Split a URL that has a scheme and a host.

    Args:
        url: the URL.
        owner: what the URL belongs to, for errors.

    Raises:
        ConfigError: it is not a URL with a scheme and a host.
    """
    if not isinstance(url, str):
        raise ConfigError(f"{owner} is text such as {EXAMPLE}, not {type(url).__name__}")
    if any(ord(character) < 33 or 0xD800 <= ord(character) <= 0xDFFF for character in url):
        raise ConfigError(f"{owner} holds a space, a control character or a lone surrogate")
    parts = _split(url)
    if parts is None or (not _has_userinfo(parts) and "@" in url):
        raise ConfigError(f"{owner} cannot be read: {_ESCAPES}")
    if not parts.scheme or "://" not in url:
        raise ConfigError(
            f"{owner} begins with scheme and host, as {EXAMPLE}; {redacted(url)!r} does not"
        )
    return parts


def redacted(url: str) -> str:
    """Return a URL without user, password and parameters."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "", url
    place = rest.rpartition("@")[2] if "@" in rest else rest
    return f"{scheme}{separator}{place.partition('?')[0].partition('#')[0]}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2].split(",")
        for host in hosts:
            _ = urlsplit(f"//{host}").port
    except ValueError:
        return None
    return parts


def _has_userinfo(parts: SplitResult) -> bool:
    return "@" in parts.netloc
