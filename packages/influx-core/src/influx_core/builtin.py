"""Offers our own parts through the same hooks as anybody's.

Modules of parts are imported when a part is built, so that nothing is paid for what is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Literal

from influx_core import auth, retry
from influx_core.deserializers.json import JSONDeserializer
from influx_core.hookspecs import hookimpl
from influx_core.interfaces import (
    Auth,
    Deserializer,
    RetryPolicy,
    Serializer,
    Spool,
    Transport,
)
from influx_core.lineprotocol import LineProtocolSerializer

if TYPE_CHECKING:
    from aiohttp import ClientSession

__all__ = [
    "influx_auths",
    "influx_deserializers",
    "influx_retry_policies",
    "influx_serializers",
    "influx_spools",
    "influx_transports",
]


def aiohttp_transport(
    session: ClientSession | None = None, headers: Mapping[str, str] | None = None
) -> Transport:
    """Make the HTTP transport.

    Args:
        session: a session to use, which stays open when the client is closed; without it the
            transport makes one of its own at the first request.
        headers: sent with every request.

    Raises:
        ConfigError: aiohttp is not installed.
    """
    from influx_core.transports.aiohttp import AiohttpTransport

    return AiohttpTransport(session, headers)


def sqlite_spool(
    path: str | PathLike[str],
    max_bytes: int = 1_000_000_000,
    synchronous: Literal["full", "normal"] = "full",
) -> Spool:
    """Make the spool in a file of SQLite; see `influx_core.spool.sqlite.SQLiteSpool`."""
    from influx_core.spool.sqlite import SQLiteSpool

    return SQLiteSpool(path, max_bytes, synchronous)


@hookimpl
def influx_transports() -> Mapping[str, Callable[..., Transport]]:
    """Offer the HTTP transport under its schemes."""
    return dict.fromkeys(("http", "https"), aiohttp_transport)


@hookimpl
def influx_serializers() -> Mapping[str, Callable[..., Serializer]]:
    """Offer the pure-Python line protocol."""
    return {"line-protocol": LineProtocolSerializer}


@hookimpl
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:
    """Offer the JSON reader."""
    return {"json": JSONDeserializer}


@hookimpl
def influx_auths() -> Mapping[str, Callable[..., Auth]]:
    """Offer the ways of authentication that InfluxDB itself knows."""
    return {
        "none": auth.NoAuth,
        "query": auth.QueryAuth,
        "basic": auth.BasicAuth,
        "token": auth.TokenAuth,
        "bearer": auth.BearerAuth,
    }


@hookimpl
def influx_retry_policies() -> Mapping[str, Callable[..., RetryPolicy]]:
    """Offer the retry policies."""
    return {"never": retry.Never}


@hookimpl
def influx_spools() -> Mapping[str, Callable[..., Spool]]:
    """Offer the spool in a file of SQLite."""
    return {"sqlite": sqlite_spool}
