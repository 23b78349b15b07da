"""Serve the fake from the command line: `python -m influx_testing --port 8086`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from influx_core.errors import ConfigError
from influx_testing.engine.writes import PartialWrite, WriteConflict
from influx_testing.http import serve
from influx_testing.server import FakeInfluxDB
from influx_testing.web.faces import FACES

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        fake = FakeInfluxDB(options.flavor, config=dict(options.config))
        if options.data is not None:
            fake.load(options.data.read_bytes(), options.database)
        served = serve(options.host, options.port, fake=fake)
    except (ConfigError, OSError, PartialWrite, WriteConflict) as error:
        print(f"influx_testing: {error}", file=sys.stderr)
        return 1
    stop = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, interrupt)
    with served:
        print(f"listening on {served.url}", flush=True)
        stop.wait()
    if options.save is not None:
        options.save.write_bytes(fake.dump())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m influx_testing", description="Serve a fake InfluxDB, held in memory."
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    parser.add_argument("--port", type=int, default=8086, help="0 takes a free one (%(default)s)")
    parser.add_argument("--flavor", choices=sorted(FACES), default="1.6", help="(%(default)s)")
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


def _setting(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


if __name__ == "__main__":
    sys.exit(main())
