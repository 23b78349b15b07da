"""Serve the fake from the command line: `python -m influx_testing --port 8086`."""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from influx_core.errors import ConfigError, DecodeError
from influx_query import InfluxQLSyntaxError
from influx_testing._engine.catalog.organization_setup import (
    DEFAULT_BUCKET,
    DEFAULT_ORG,
    DEFAULT_TOKEN,
)
from influx_testing._engine.flux.language.standard_library import preload
from influx_testing._engine.storage.write_errors import PartialWrite, WriteConflict
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._faults.fault_plan import Chaos
from influx_testing._flavors.registry import FLAVORS
from influx_testing._inspection.request_log import LoggedRequest
from influx_testing._server.access_log import AccessLog
from influx_testing._server.fake_influxdb import FakeInfluxDB
from influx_testing._server.fake_server import AuthOption, credentials, make_fake
from influx_testing._server.listener import Listener
from influx_testing._server.tls import Certificate, TLSOption
from influx_testing.clock import TravelClock
from influx_testing.errors import StatementError
from influx_testing.pages import ServerControls, ServerPages, installed_pages

__all__ = ["main"]

_REFUSALS = (
    ConfigError,
    DecodeError,
    InfluxQLSyntaxError,
    OSError,
    PartialWrite,
    StatementError,
    WriteConflict,
)


def main(arguments: list[str] | None = None, program: str = "python -m influx_testing") -> int:
    """Serve until interrupted; returns the exit status.

    Args:
        arguments: those of the command line; by default those of the process.
        program: how the command is called, for the help.
    """
    options = _parser(program).parse_args(arguments)
    try:
        if options.save is not None:
            _unfinished(options.save).write_bytes(b"")  # fail now, not when the data is there
        fake = _fake(options)
        if fake.flavor == "2.x":
            preload()
        listener = _listener(fake, options)
    except _REFUSALS as error:
        print(f"influx_testing: {error}", file=sys.stderr)
        return 1
    stop = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, interrupt)
    with closing(listener):
        gateway = _gateway(fake, options)
        listener.handle = gateway.handle
        _announce(listener, _serve_pages(listener, gateway, fake, options))
        stop.wait()
    return 0 if options.save is None else _save(fake, options.save)


def _save(fake: FakeInfluxDB, path: Path) -> int:
    """Write everything to a file, which keeps its old content if that fails."""
    try:
        _unfinished(path).write_bytes(fake.dump())
        _unfinished(path).replace(path)
    except OSError as error:
        print(f"influx_testing: {path} could not be saved: {error}", file=sys.stderr)
        return 1
    return 0


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.unfinished")


def _serve_pages(
    listener: Listener, gateway: FaultGateway, fake: FakeInfluxDB, options: argparse.Namespace
) -> list[str]:
    """Serve the installed pages beside the API; returns their URLs."""
    if not installed_pages():
        return []
    required = credentials(options.flavor, options.auth)
    pages = ServerPages(ServerControls(gateway, listener.url, credentials=required, fake=fake))
    listener.pages = pages.at
    return pages.urls()


def _announce(listener: Listener, pages: list[str]) -> None:
    """Print where the server is; the first line says that it is ready."""
    print(f"listening on {listener.url}", flush=True)
    for url in pages:
        print(f"explore at {url}", flush=True)
    if listener.ca_file is not None:
        print(f"certificate authority in {listener.ca_file}", flush=True)
    for url in listener.datagram_urls:
        print(f"taking datagrams on {url}", flush=True)


def _fake(options: argparse.Namespace) -> FakeInfluxDB:
    required = credentials(options.flavor, options.auth)
    names = {"org": options.org, "bucket": options.bucket}
    fake = make_fake(options.flavor, required, dict(options.config), TravelClock(), **names)
    for name in options.database:
        fake.create_database(name)
    if options.data is not None:
        fake.load(options.data.read_bytes(), (options.database or ["data"])[0])
    return fake


def _listener(fake: FakeInfluxDB, options: argparse.Namespace) -> Listener:
    tls: TLSOption | Certificate = options.tls
    if options.tls_cert is not None:
        tls = Certificate.from_files(options.tls_cert, options.tls_key)
    listener = Listener.on(
        options.host, options.port, options.unix, tls=tls, allow_origins=options.allow_origin
    )
    if options.udp is not None:
        try:
            listener.take_datagrams(options.host, options.udp, fake.receive)
        except OSError:
            listener.close()
            raise
    if options.continuous_queries:
        listener.every(options.continuous_queries, fake.run_continuous_queries)
        listener.every(options.continuous_queries, fake.run_tasks)
    return listener


def _gateway(fake: FakeInfluxDB, options: argparse.Namespace) -> FaultGateway:
    """The gateway of the server: requests are logged as lines and not kept."""
    finished = _ignore if options.quiet else AccessLog(sys.stderr)
    gateway = FaultGateway(fake.handle, finished, fake.failures)
    if options.chaos is not None:
        gateway.faults.chaos = Chaos(options.chaos)
    return gateway


def _ignore(entry: LoggedRequest) -> None:
    pass


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program, description="Serve a fake InfluxDB, held in memory."
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    add("--port", type=_port, default=8086, help="0 takes a free one (%(default)s)")
    add("--flavor", choices=sorted(FLAVORS), default="1.6", help="(%(default)s)")
    add("--unix", metavar="PATH", help="listen on this unix socket, not on a port")
    add("--udp", type=_port, metavar="PORT", help="also take datagrams of line protocol here")
    add("--tls", action="store_true", help="serve HTTPS with a new certificate")
    add("--tls-cert", type=Path, metavar="FILE", help="serve HTTPS with this certificate, in PEM")
    add("--tls-key", type=Path, metavar="FILE", help="its key, unless it is in the same file")
    add(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let web pages of this origin use the server; can be repeated, * allows all",
    )
    add(
        "--auth",
        type=_auth,
        default=False,
        metavar="NAME:PASSWORD",
        help="ask for these credentials, an administrator's; with 2.x and 3.x for a TOKEN (2.x "
        f"always asks for one: {DEFAULT_TOKEN})",
    )
    add("--org", default=DEFAULT_ORG, help="the organization of 2.x (%(default)s)")
    add("--bucket", default=DEFAULT_BUCKET, help="the bucket of 2.x (%(default)s)")
    add("--chaos", type=int, metavar="SEED", help="let requests fail at random, the same each time")
    add("--quiet", action="store_true", help="do not log requests to the standard error")
    add(
        "--config",
        action="append",
        default=[],
        type=_setting,
        metavar="KEY=VALUE",
        help="a setting, such as http.auth-enabled=true; can be repeated",
    )
    add(
        "--database",
        action="append",
        default=[],
        metavar="NAME",
        help="create this database; can be repeated, the first one gets the lines of --data",
    )
    add("--data", type=Path, metavar="FILE", help="line protocol to begin with")
    add("--save", type=Path, metavar="FILE", help="write everything to this file at the end")
    add(
        "--continuous-queries",
        type=_interval,
        default=1.0,
        metavar="SECONDS",
        help="how often continuous queries and tasks run that are due; 0 runs none "
        "(%(default)s, as on a real server)",
    )
    return parser


def _auth(text: str) -> AuthOption:
    name, colon, password = text.partition(":")
    return (name, password) if colon else text


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _interval(text: str) -> float:
    with suppress(ValueError):
        seconds = float(text)
        if 0 <= seconds < math.inf:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds of 0 or more")


def _setting(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


if __name__ == "__main__":
    sys.exit(main())
