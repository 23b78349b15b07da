"""Serve the fake from the command line: `python -m influx_testing --port 8086`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

from influx_core.errors import ConfigError
from influx_testing._engine.storage.writes import PartialWrite, WriteConflict
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._faults.fault_plan import Chaos
from influx_testing._flavors.registry import FLAVORS
from influx_testing._inspection.request_log import LoggedRequest
from influx_testing._server.access_log import AccessLog
from influx_testing._server.fake_influxdb import FakeInfluxDB
from influx_testing._server.fake_server import AuthOption, credentials, make_fake
from influx_testing._server.listener import Listener

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        required = credentials(options.flavor, options.auth)
        fake = make_fake(options.flavor, required, dict(options.config))
        if options.data is not None:
            fake.load(options.data.read_bytes(), options.database)
        listener = _listener(fake, options)
    except (ConfigError, OSError, PartialWrite, WriteConflict) as error:
        print(f"influx_testing: {error}", file=sys.stderr)
        return 1
    stop = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, interrupt)
    with closing(listener):
        listener.handle = _gateway(fake, options).handle
        print(f"listening on {listener.url}", flush=True)
        for url in listener.datagram_urls:
            print(f"taking datagrams on {url}", flush=True)
        stop.wait()
    if options.save is not None:
        options.save.write_bytes(fake.dump())
    return 0


def _listener(fake: FakeInfluxDB, options: argparse.Namespace) -> Listener:
    listener = Listener.on(options.host, options.port, options.unix)
    if options.udp is not None:
        try:
            listener.take_datagrams(options.host, options.udp, fake.receive)
        except OSError:
            listener.close()
            raise
    return listener


def _gateway(fake: FakeInfluxDB, options: argparse.Namespace) -> FaultGateway:
    """The gateway of the server: requests are logged as lines and not kept."""
    gateway = FaultGateway(fake.handle, _ignore if options.quiet else AccessLog(sys.stderr))
    if options.chaos is not None:
        gateway.faults.chaos = Chaos(options.chaos)
    return gateway


def _ignore(entry: LoggedRequest) -> None:
    pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m influx_testing", description="Serve a fake InfluxDB, held in memory."
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    parser.add_argument("--port", type=int, default=8086, help="0 takes a free one (%(default)s)")
    parser.add_argument("--flavor", choices=sorted(FLAVORS), default="1.6", help="(%(default)s)")
    parser.add_argument("--unix", metavar="PATH", help="listen on this unix socket, not on a port")
    parser.add_argument(
        "--udp", type=int, metavar="PORT", help="take datagrams of line protocol on this port, too"
    )
    parser.add_argument(
        "--auth",
        type=_auth,
        default=False,
        metavar="NAME:PASSWORD",
        help="ask for these credentials, an administrator's; with 2.x and 3.x for a TOKEN",
    )
    parser.add_argument(
        "--chaos", type=int, metavar="SEED", help="let requests fail by chance, the same each time"
    )
    parser.add_argument(
        "--quiet", action="store_true", help="do not log requests to the standard error"
    )
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        type=_setting,
        metavar="KEY=VALUE",
        help="a setting, such as http.auth-enabled=true; can be repeated",
    )
    parser.add_argument("--data", type=Path, help="a file of line protocol to begin with")
    parser.add_argument(
        "--database", default="data", help="where its lines go unless it says (%(default)s)"
    )
    parser.add_argument("--save", type=Path, help="a file to write everything to in the end")
    return parser


def _auth(text: str) -> AuthOption:
    name, colon, password = text.partition(":")
    return (name, password) if colon else text


def _setting(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


if __name__ == "__main__":
    sys.exit(main())
