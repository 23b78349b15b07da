"""Reads the options of a client from one URL, or from environment variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from influx_core.errors import ConfigError

__all__ = ["options_from_env", "options_from_url"]


def _truth(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError(f"{text!r} is neither true nor false") from None


def _seconds(text: str) -> float | None:
    return None if text.lower() == "none" else float(text)


def _chunked(text: str) -> bool | int:
    return int(text) if text.isdecimal() and int(text) > 1 else _truth(text)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "api": str,
    "auth": str,
    "chunked": _chunked,
    "consistency": str,
    "db": str,
    "deserializer": str,
    "epoch": str,
    "naive": str,
    "org": str,
    "password": str,
    "precision": str,
    "retention_policy": str,
    "retry": str,
    "serializer": str,
    "timeout": _seconds,
    "token": str,
    "transport": str,
    "username": str,
}
"""What text can say of a client, and how it is read."""

_ALIASES = {"rp": "retention_policy", "bucket": "db", "database": "db"}

_ENV_PREFIX = "INFLUX_"


def options_from_url(url: str) -> dict[str, Any]:
    """The options that a URL stands for: `http://user:password@host:8086/db?precision=s`.

    Several hosts of one cluster are separated by commas. The last segment of the path is the
    database, what is before it a prefix of the server's paths; with `db` among the parameters,
    the whole path is a prefix.

    Raises:
        ConfigError: it is no such URL, or says what no client understands; never repeats a
            credential.
    """
    parts = urlsplit(url)
    if not parts.scheme or "://" not in url:
        raise ConfigError("a client's URL begins with scheme and host, as http://localhost:8086")
    if parts.fragment:
        raise ConfigError("a client's URL has no fragment: write '#' in a password as %23")
    options = _read(dict(parse_qsl(parts.query, keep_blank_values=True)), "the URL")
    return {**_place(parts, db_is_said="db" in options), **_userinfo(parts), **options}


def options_from_env(environ: Mapping[str, str]) -> dict[str, Any]:
    """The options that variables stand for: `INFLUX_URL`, and `INFLUX_<OPTION>` for the others.

    `INFLUX_HOST` is understood as `INFLUX_URL`, `INFLUX_DATABASE` and `INFLUX_BUCKET` as
    `INFLUX_DB`. A variable that names one option wins over the URL.

    Raises:
        ConfigError: a variable is invalid; the message names it.
    """
    url = environ.get("INFLUX_URL") or environ.get("INFLUX_HOST")
    said = {
        name.removeprefix(_ENV_PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(_ENV_PREFIX) and value
    }
    known = {name: text for name, text in said.items() if name in _READERS or name in _ALIASES}
    return {**(options_from_url(url) if url else {}), **_read(known, "the environment")}


def _read(texts: Mapping[str, str], where: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for given, text in texts.items():
        name = _ALIASES.get(given, given)
        if name not in _READERS:
            known = ", ".join(sorted([*_READERS, *_ALIASES]))
            raise ConfigError(f"{where} says {given!r}, which no client knows; known: {known}")
        try:
            options[name] = _READERS[name](text)
        except ValueError as error:
            raise ConfigError(f"{where} says {given!r}: {error}") from None
    return options


def _place(parts: SplitResult, *, db_is_said: bool) -> dict[str, Any]:
    prefix, db = parts.path.rstrip("/"), ""
    if not db_is_said:
        prefix, _, db = prefix.rpartition("/")
    hosts = parts.netloc.rpartition("@")[2].split(",")
    urls = [f"{parts.scheme}://{host}{prefix}" for host in hosts]
    return {"base_urls": urls, **({"db": unquote(db)} if db else {})}


def _userinfo(parts: SplitResult) -> dict[str, str]:
    user, at, _ = parts.netloc.rpartition("@")
    username, _, password = user.partition(":")
    return {"username": unquote(username), "password": unquote(password)} if at else {}
