"""Registers the built-in parts through the hooks that plugins use.

The module of a part is imported when the part is created.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Annotated, Literal

from influx_core._options.option_types import PATH, Count, Seconds, SizeInBytes
from influx_core._plugins.deferred_factory import DeferredFactory
from influx_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from ssl import SSLContext

    from aiohttp import ClientSession

    from influx_core.interfaces import (
        Auth,
        Deserializer,
        LineSummarizer,
        RetryPolicy,
        Serializer,
        Spool,
        Transport,
    )

__all__ = [
    "influx_auths",
    "influx_deserializers",
    "influx_line_summarizers",
    "influx_retry_policies",
    "influx_serializers",
    "influx_spools",
    "influx_transports",
]


def aiohttp_transport(
    session: ClientSession | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    ssl: SSLContext | None = None,
    verify: bool | str | PathLike[str] = True,
    ca_file: str | PathLike[str] | None = None,
    cert_file: str | PathLike[str] | None = None,
    key_file: str | PathLike[str] | None = None,
    proxy: str | None = None,
    trust_env: bool = False,
    gzip: bool = False,
    limit: Count = 100,
    connect_timeout: Seconds | None = 10.0,
) -> Transport:
    """Make the HTTP transport.

    Args:
        session: a session to use, which stays open when the client is closed; without it the
            transport makes one of its own at the first request.
        headers: sent with every request.
        ssl: a ready TLS context, instead of the next four.
        verify: whether the server's certificate is verified, or the `ca_file` to verify it with.
        ca_file: the certificates of trusted authorities; the system's unless given.
        cert_file: the client's certificate in PEM.
        key_file: its key, if it is not in the same file.
        proxy: the URL of an HTTP proxy.
        trust_env: whether environment variables (`HTTPS_PROXY`, `NO_PROXY`...) name the proxy.
        gzip: whether the bodies of writes are sent compressed.
        limit: the largest number of connections; further requests wait for a free one.
        connect_timeout: seconds until a connection must be there.

    Raises:
        ConfigError: aiohttp is not installed, or TLS cannot be set up so.
    """
    from influx_core._http.transports.aiohttp import TLS, AiohttpTransport

    authorities = ca_file if isinstance(verify, bool) else ca_file or verify
    tls = TLS(ssl, bool(verify), authorities, cert_file, key_file)
    return AiohttpTransport(
        session,
        headers,
        tls=None if tls == TLS() else tls,
        proxy=proxy,
        trust_env=trust_env,
        gzip=gzip,
        limit=limit,
        connect_timeout=connect_timeout,
    )


def sqlite_spool(
    path: Annotated[str | PathLike[str], PATH],
    max_bytes: SizeInBytes = 1_000_000_000,
    synchronous: Literal["full", "normal"] = "full",
) -> Spool:
    """Make the spool in a file of SQLite; see `influx_core._spool.sqlite_spool.SQLiteSpool`."""
    from influx_core._spool.sqlite_spool import SQLiteSpool

    return SQLiteSpool(path, max_bytes, synchronous)


@hookimpl
def influx_transports() -> Mapping[str, Callable[..., Transport]]:
    """Offer HTTP and UDP under their schemes."""
    return {
        **dict.fromkeys(("http", "https", "http+unix"), aiohttp_transport),
        "udp": DeferredFactory("influx_core._http.transports.udp:UDPTransport"),
    }


@hookimpl
def influx_serializers() -> Mapping[str, Callable[..., Serializer]]:
    """Offer the pure-Python line protocol."""
    serializer = DeferredFactory("influx_core._lineprotocol.serializer:LineProtocolSerializer")
    return {"line-protocol": serializer}


@hookimpl
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:
    """Offer a reader for every format of answers that InfluxDB has."""
    return {
        "json": DeferredFactory(
            "influx_core._parsers.json.json_parser:JSONDeserializer", auto_rank=1
        ),
        "json-rows": DeferredFactory("influx_core._parsers.json.json_rows:JSONRowsDeserializer"),
        "jsonl": DeferredFactory("influx_core._parsers.json.jsonl:JSONLinesDeserializer"),
        "csv": DeferredFactory("influx_core._parsers.csv.csv_parser:CSVDeserializer"),
        "annotated-csv": DeferredFactory(
            "influx_core._annotated_csv.deserializer:AnnotatedCSVDeserializer", flux_rank=1
        ),
        "csv-table": DeferredFactory("influx_core._parsers.csv.csv_table:CSVTableDeserializer"),
        "msgpack": DeferredFactory(
            "influx_core._parsers.msgpack.msgpack_parser:MessagePackDeserializer"
        ),
        "parquet": DeferredFactory("influx_core._parsers.parquet:ParquetDeserializer"),
    }


@hookimpl
def influx_line_summarizers() -> Mapping[str, Callable[..., LineSummarizer]]:
    """Offer the pure-Python summarizer of line protocol."""
    path = "influx_core._lineprotocol.summary:LineProtocolSummarizer"
    return {"line-protocol": DeferredFactory(path, auto_rank=1)}


@hookimpl
def influx_auths() -> Mapping[str, Callable[..., Auth]]:
    """Offer the ways of authentication that InfluxDB itself knows."""
    return {
        "none": DeferredFactory("influx_core._http.no_auth:NoAuth"),
        "query": DeferredFactory("influx_core._http.auth:QueryAuth"),
        "basic": DeferredFactory("influx_core._http.auth:BasicAuth"),
        "token": DeferredFactory("influx_core._http.auth:TokenAuth"),
        "bearer": DeferredFactory("influx_core._http.auth:BearerAuth"),
        "jwt": DeferredFactory("influx_core._http.auth:JWTAuth"),
    }


@hookimpl
def influx_retry_policies() -> Mapping[str, Callable[..., RetryPolicy]]:
    """Offer the retry policies."""
    return {
        "never": DeferredFactory("influx_core._http.retry:Never"),
        "backoff": DeferredFactory("influx_core._http.retry:Backoff"),
    }


@hookimpl
def influx_spools() -> Mapping[str, Callable[..., Spool]]:
    """Offer the spool in a file of SQLite."""
    return {"sqlite": sqlite_spool}
