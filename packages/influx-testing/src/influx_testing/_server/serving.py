"""Serves a fake on a loopback socket, for tests of any client."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Self

from influx_testing._server.fake_influxdb import FakeInfluxDB
from influx_testing._server.fake_server import FakeServer
from influx_testing._server.listener import Listener
from influx_testing._server.tls import TLSOption
from influx_testing.clock import TravelClock

__all__ = ["ServedFake", "serve"]


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    fake: FakeInfluxDB | None = None,
    unix_socket: str | Path | None = None,
    udp: int | None = None,
    tls: TLSOption = False,
    allow_origins: Collection[str] = (),
) -> ServedFake:
    """Serve a fake until it is closed.

    Args:
        host: the address to listen on; use a loopback address, because the fake is not protected.
        port: the port; 0 uses a free port.
        fake: the fake to serve; a new one by default.
        unix_socket: a path to listen on instead of a port.
        udp: also accept datagrams of line protocol on this port; 0 uses a free port. The settings
            `udp.database`, `udp.retention-policy` and `udp.precision` apply to them.
        tls: serve HTTPS with a certificate created for this server, whose authority is in
            `.ca_file`, or with an SSL context.
        allow_origins: the origins of web pages that may use a server on a loopback address,
            in addition to those of this machine; `*` allows all.

    Raises:
        ConfigError: TLS is not available.
        OSError: the address cannot be used.
    """
    served = ServedFake(
        fake or FakeInfluxDB(clock=TravelClock()),
        Listener.on(host, port, unix_socket, tls=tls, allow_origins=allow_origins),
    )
    if udp is not None:
        try:
            served.take_datagrams(served.listener, host, udp)
        except BaseException:
            served.close()
            raise
    return served


class ServedFake(FakeServer):
    """A fake that is served; a context manager that closes it."""

    def __init__(self, fake: FakeInfluxDB, listener: Listener) -> None:
        super().__init__(fake, url=listener.url)
        self.listener = listener
        self.serve_on(listener)

    def close(self) -> None:
        """Stop listening and end the thread; safe to call twice."""
        self.listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()
