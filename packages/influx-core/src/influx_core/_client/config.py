"""Reads the options of a client from one URL, or from environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from influx_core._api.request_options import REQUEST_OPTIONS
from influx_core._http.timeouts import TIMEOUT
from influx_core._http.urls import split_url
from influx_core._options.option_types import TEXT, OptionType, word
from influx_core._options.validator import check_options, refuse_unknown
from influx_core.errors import ConfigError

__all__ = ["CLIENT_OPTIONS", "options_from_env", "options_from_url"]


CLIENT_OPTIONS: Mapping[str, OptionType] = {
    **{
        name: REQUEST_OPTIONS[name]
        for name in (
            *("chunked", "consistency", "db", "epoch", "org", "password", "precision"),
            *("retention_policy", "token", "username"),
        )
    },
    "api": word("v1", "v2", "v3", "victoriametrics", "auto"),
    "naive": word("raise", "utc", "local"),
    "timeout": TIMEOUT,
}
"""The types of a client's options; a timeout may also be a mapping."""

_PARTS = dict.fromkeys(("auth", "deserializer", "retry", "serializer", "transport"), TEXT)

_TEXT_OPTIONS = {**CLIENT_OPTIONS, **_PARTS}
"""The options that a URL or an environment variable can set."""

_ALIASES = {"rp": "retention_policy", "bucket": "db", "database": "db"}

_ENV_PREFIX = "INFLUX_"


def options_from_url(url: str, *, db_is_given: bool = False) -> dict[str, Any]:
    """Read the options in a URL: `http://user:password@host:8086/db?precision=s`.

    Several hosts of one cluster are separated by commas. The last segment of the path is the
    database, the segments before it are a prefix of the server's paths. If the database is given
    elsewhere, the whole path is the prefix.

    Args:
        url: the URL.
        db_is_given: whether the database is given elsewhere, not in the URL.

    Raises:
        ConfigError: the URL is invalid, or has an unknown option or an invalid value; the message
            never repeats a credential.
    """
    parts = split_url(url, "a client's URL")
    if parts.fragment:
        raise ConfigError("a client's URL has no fragment: write '#' in a password as %23")
    if "," in parts.netloc and parts.path.startswith("//"):
        raise ConfigError(
            "a client's URL is one URL: separate the hosts of a cluster by commas, as "
            "http://a:8086,b:8086/db"
        )
    options = _read(_parameters(parts.query), "the URL")
    place = _place(parts, db_is_given=db_is_given or "db" in options)
    return {**place, **_userinfo(parts), **options}


def options_from_env(environ: Mapping[str, str]) -> dict[str, Any]:
    """Read the options in variables: `INFLUX_URL`, and `INFLUX_<OPTION>` for the others.

    `INFLUX_HOST` is accepted as `INFLUX_URL`, `INFLUX_DATABASE` and `INFLUX_BUCKET` as `INFLUX_DB`.
    A variable for a single option overrides the URL.

    Raises:
        ConfigError: a variable is invalid; the message names it.
    """
    url = environ.get("INFLUX_URL") or environ.get("INFLUX_HOST")
    said = {
        name.removeprefix(_ENV_PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(_ENV_PREFIX) and value
    }
    known = {name: text for name, text in said.items() if name in {*_TEXT_OPTIONS, *_ALIASES}}
    options = _read(known, "the environment")
    return {**(options_from_url(url, db_is_given="db" in options) if url else {}), **options}


def _parameters(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise _not_utf8() from None
    parameters = dict(pairs)
    for name in parameters:
        if [known for known, _ in pairs].count(name) > 1:
            raise ConfigError(f"the URL has the parameter {name!r} more than once")
    return parameters


def _read(texts: Mapping[str, str], owner: str) -> dict[str, Any]:
    refuse_unknown(owner, {*_TEXT_OPTIONS, *_ALIASES}, texts)
    spelled: dict[str, str] = {}
    for alias, text in texts.items():
        first = spelled.setdefault(_ALIASES.get(alias, alias), alias)
        if texts[first] != text:
            raise ConfigError(f"{owner}: {first} and {alias} are one option, and have two values")
    options = {name: _read_none(name, texts[alias]) for name, alias in spelled.items()}
    return check_options(owner, _TEXT_OPTIONS, options)


def _read_none(name: str, text: str) -> str | None:
    return None if name == "timeout" and text.lower() == "none" else text


def _place(parts: SplitResult, *, db_is_given: bool) -> dict[str, Any]:
    prefix, db = parts.path.rstrip("/"), ""
    if not db_is_given:
        prefix, _, db = prefix.rpartition("/")
    hosts = parts.netloc.rpartition("@")[2].split(",")
    urls = [f"{parts.scheme}://{host}{prefix}" for host in hosts]
    return {"base_urls": urls, **({"db": _unescaped(db)} if db else {})}


def _userinfo(parts: SplitResult) -> dict[str, str]:
    user, _, _ = parts.netloc.rpartition("@")
    username, _, password = user.partition(":")
    credentials = {"username": username, "password": password} if username else {}
    if password:
        credentials["password"] = password
    return {name: _unescaped(text) for name, text in credentials.items()}


def _unescaped(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> ConfigError:
    return ConfigError("a client's URL has escapes such as %FF that are no UTF-8")
