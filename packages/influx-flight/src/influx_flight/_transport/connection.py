"""Connects to a server: its address, TLS and the options of gRPC."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from influx_core import ConfigError
from influx_core.parts import TLS
from influx_flight._pyarrow import flight
from influx_flight._transport.fork_guard import check_process, keep_in_forks

__all__ = ["ConnectionOptions", "connect"]

_SCHEMES = {"http": "grpc+tcp", "https": "grpc+tls", "http+unix": "grpc+unix"}
_PORTS = {"http": 80, "https": 443}

_FIRST_RECONNECT_MS = 100
_LONGEST_RECONNECT_MS = 1_000
"""After a failed connection gRPC refuses calls for a while, up to two minutes by default; endpoints
and retry policies already decide when a server is tried again."""

_KEEPALIVE_MS = 300_000
_KEEPALIVE_TIMEOUT_MS = 20_000
"""Pings find a server that vanished without closing the connection; servers refuse more of them."""

_WINDOW_BYTES = 4 << 20
_FRAME_BYTES = 1 << 20
"""The bytes that gRPC receives ahead of the reader of a stream, and in one frame of HTTP/2.

By default it probes the connection, and lets the window grow while a reader is slow; a fixed window
bounds the memory of a stream. This one allows 40 MB/s over a round trip of 100 ms.
"""

_PEM = "-----BEGIN CERTIFICATE-----"

Text = str | PathLike[str]


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """How to connect, for HTTP and for Flight.

    Attributes:
        headers: sent with every request.
        verify: whether the server's certificate is verified.
        ca_file: the certificates of trusted authorities in PEM; the system's unless given.
        cert_file: the client's certificate in PEM.
        key_file: its key, if it is not in the same file.
        proxy: the URL of an HTTP proxy.
        trust_env: whether environment variables name the proxy.
        limit: the largest number of HTTP connections, and of Flight streams.
        connect_timeout: seconds until a connection must be there; None for the default of gRPC.
    """

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    verify: bool = True
    ca_file: Text | None = None
    cert_file: Text | None = None
    key_file: Text | None = None
    proxy: str | None = None
    trust_env: bool = False
    limit: int = 100
    connect_timeout: float | None = 10.0

    def tls(self) -> TLS | None:
        """Return the TLS options of HTTP; None if they are the default ones."""
        tls = TLS(None, self.verify, self.ca_file, self.cert_file, self.key_file)
        return None if tls == TLS() else tls


def connect(base_url: str, options: ConnectionOptions) -> Any:
    """Return a `pyarrow.flight.FlightClient`; it connects when it is first used.

    Raises:
        ConfigError: the URL cannot be used with Flight, a certificate cannot be read, or gRPC was
            used in the process from which this one was forked.
    """
    location = _location(base_url)
    arguments: dict[str, Any] = {"generic_options": _grpc_options(options)}
    if base_url.startswith("https:"):
        arguments |= _tls_arguments(options)
    check_process()
    client = flight.FlightClient(location, **arguments)
    keep_in_forks(client)
    return client


def _location(base_url: str) -> str:
    parts = urlsplit(base_url)
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None:
        known = ", ".join(_SCHEMES)
        raise ConfigError(f"Flight needs a base URL of {known}, not {parts.scheme!r}")
    if parts.path:
        raise ConfigError(
            f"the base URL {base_url} has the path {parts.path!r}, and Flight has no paths: use "
            "a URL of scheme, host and port"
        )
    if parts.scheme == "http+unix":
        return f"{scheme}://{unquote(parts.netloc)}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{scheme}://{host}:{parts.port or _PORTS[parts.scheme]}"


def _grpc_options(options: ConnectionOptions) -> list[tuple[str, str | int]]:
    """The options of a channel: https://grpc.github.io/grpc/core/group__grpc__arg__keys.html."""
    made: list[tuple[str, str | int]] = [
        ("grpc.primary_user_agent", f"influx-flight/{version('influx-flight')}"),
        ("grpc.enable_http_proxy", int(options.trust_env or options.proxy is not None)),
        ("grpc.initial_reconnect_backoff_ms", _FIRST_RECONNECT_MS),
        ("grpc.max_reconnect_backoff_ms", _LONGEST_RECONNECT_MS),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.http2.bdp_probe", 0),
        ("grpc.http2.lookahead_bytes", _WINDOW_BYTES),
        ("grpc.http2.max_frame_size", _FRAME_BYTES),
    ]
    if options.proxy is not None:
        made.append(("grpc.http_proxy", options.proxy))
    if options.connect_timeout is not None:
        milliseconds = max(1, round(options.connect_timeout * 1000))
        made.append(("grpc.min_reconnect_backoff_ms", milliseconds))
    return made


def _tls_arguments(options: ConnectionOptions) -> dict[str, Any]:
    """The arguments of a FlightClient, which takes PEM and no SSLContext."""
    made: dict[str, Any] = {}
    if options.cert_file is not None:
        made["cert_chain"] = _read(options.cert_file)
        made["private_key"] = _read(options.key_file or options.cert_file)
    if not options.verify:
        return made | {"disable_server_verification": True}
    roots = _system_roots() if options.ca_file is None else _certificates(options.ca_file)
    return made | ({"tls_root_certs": roots} if roots else {})


def _certificates(ca_file: Text) -> bytes:
    """The certificates of a file, without anything else that it holds, such as a key."""
    text = _read(ca_file).decode("utf-8", "replace")
    end = _PEM.replace("BEGIN", "END")
    found = [part.partition(end)[0] for part in text.split(_PEM)[1:]]
    if not found:
        raise ConfigError(f"TLS: {ca_file} (ca_file) holds no certificate in PEM")
    return "".join(f"{_PEM}{part}{end}\n" for part in found).encode()


def _system_roots() -> bytes:
    """The certificates that Python trusts, so that HTTP and Flight trust the same servers."""
    found = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, found)).encode()


def _read(file: Text) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ConfigError(f"TLS cannot be set up with {file}: {error}") from error
