"""Offers the transport and the deserializer through the hooks of influx_core.

pyarrow is imported when a part is created.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike

from influx_core import hookimpl
from influx_core.interfaces import Deserializer, Transport
from influx_core.options import Count, Seconds

__all__ = ["influx_deserializers", "influx_transports"]


def flight_transport(
    headers: Mapping[str, str] | None = None,
    *,
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
    """Make the transport that runs queries of InfluxDB 3 over Flight, and all else over HTTP.

    The options apply to both; they are those of the HTTP transport, except that gRPC takes neither
    an `ssl` context nor a `session`.

    Args:
        headers: sent with every request.
        verify: whether the server's certificate is verified, or the `ca_file` to verify it with.
        ca_file: the certificates of trusted authorities in PEM; the system's unless given.
        cert_file: the client's certificate in PEM.
        key_file: its key, if it is not in the same file.
        proxy: the URL of an HTTP proxy.
        trust_env: whether environment variables name the proxy.
        gzip: whether the bodies of writes are sent compressed.
        limit: the largest number of HTTP connections, and of Flight streams; further requests wait.
        connect_timeout: seconds until a connection must be there; 20 for Flight if None.

    Raises:
        ConfigError: TLS cannot be set up so, or the proxy or a header is invalid.
    """
    from influx_flight._transport.connection import ConnectionOptions
    from influx_flight._transport.flight_transport import FlightTransport

    authorities = ca_file if isinstance(verify, bool) else ca_file or verify
    return FlightTransport(
        ConnectionOptions(
            headers=dict(headers or {}),
            verify=bool(verify),
            ca_file=authorities,
            cert_file=cert_file,
            key_file=key_file,
            proxy=proxy,
            trust_env=trust_env,
            limit=limit,
            connect_timeout=connect_timeout,
        ),
        gzip=gzip,
    )


def arrow_deserializer() -> Deserializer:
    """Make the deserializer of streams of record batches."""
    from influx_flight._arrow.deserializer import ArrowDeserializer

    return ArrowDeserializer()


@hookimpl
def influx_transports() -> Mapping[str, Callable[..., Transport]]:
    """Offer the transport `flight`."""
    return {"flight": flight_transport}


@hookimpl
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:
    """Offer the deserializer `arrow`."""
    return {"arrow": arrow_deserializer}
