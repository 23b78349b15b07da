"""Serves the page for one server: `python -m influx_explorer --url http://localhost:8086`."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from influx_core import InfluxDBError
from influx_explorer._http.listening import listening
from influx_explorer._server.connecting import connected

__all__ = ["add_arguments", "main", "serve"]

_CLIENT_OPTIONS = ("db", "org", "username", "api")


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m influx_explorer",
        description="Look at an InfluxDB server in the browser. Credentials stay in this process: "
        "they come from INFLUX_TOKEN or INFLUX_PASSWORD, or from files.",
    )
    parser.add_argument(
        "--url", metavar="URL", help="the server; INFLUX_URL or http://localhost:8086 by default"
    )
    add_arguments(parser)
    return serve(parser.parse_args(arguments))


def serve(options: argparse.Namespace) -> int:
    """Serve as the parsed arguments say, until interrupted; returns the exit status."""
    try:
        serve_page(options)
    except (InfluxDBError, OSError, ValueError) as error:
        print(f"influx_explorer: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def serve_page(options: argparse.Namespace) -> None:
    """Serve as the parsed arguments say, until interrupted.

    Raises:
        InfluxDBError: the client cannot be made.
        OSError: the address cannot be used, or a file of secrets cannot be read.
        ValueError: the URL holds a password, or cannot be read.
    """
    asyncio.run(_serve(options, _environment(options, os.environ)))


async def _serve(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    given = {name: getattr(options, name) for name in _CLIENT_OPTIONS}
    known = {name: value for name, value in given.items() if value is not None}
    source = await connected(environment, known, _tls(options))
    secret = secrets.token_urlsafe(16)
    try:
        async with listening(
            source, options.host, options.port, secret, write=options.write
        ) as url:
            print(f"listening on {url}", flush=True)
            await stop.wait()
    finally:
        await source.aclose()


def _environment(options: argparse.Namespace, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of the client, with the URL and the secrets of the arguments.

    Raises:
        ValueError: the URL holds a password.
        OSError: a file of secrets cannot be read.
    """
    found = {name: value for name, value in environ.items() if name.startswith("INFLUX_")}
    url: str | None = options.url
    if url is not None:
        if _password_of(url) is not None:
            raise ValueError(
                "the URL holds a password, which everybody on this machine can see: set "
                "INFLUX_PASSWORD, or use --password-file"
            )
        found.pop("INFLUX_HOST", None)
        found["INFLUX_URL"] = url
    found.setdefault("INFLUX_URL", found.pop("INFLUX_HOST", "http://localhost:8086"))
    for name in ("token", "password"):
        path: Path | None = getattr(options, f"{name}_file")
        if path is not None:
            found[f"INFLUX_{name.upper()}"] = path.read_text().strip()
    return found


def _password_of(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        raise ValueError(
            "the server's URL cannot be read: it needs the form http://localhost:8086"
        ) from None


def _tls(options: argparse.Namespace) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if options.ca_file is not None:
        given["ca_file"] = options.ca_file
    if options.insecure:
        given["verify"] = False
    return given


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the page, all but the URL of the server."""
    add = parser.add_argument
    add("--db", "--bucket", metavar="NAME", help="the database or bucket to begin with")
    add("--org", metavar="NAME", help="the organization of InfluxDB 2.x")
    add("--username", metavar="NAME", help="the user of InfluxDB 1.x")
    add("--api", choices=("auto", "v1", "v2", "v3", "victoriametrics"), help="found out by a ping")
    add("--token-file", type=Path, metavar="FILE", help="a file that holds the token")
    add("--password-file", type=Path, metavar="FILE", help="a file that holds the password")
    add("--ca-file", type=Path, metavar="FILE", help="certificates of trusted authorities")
    add("--insecure", action="store_true", help="do not verify the server's certificate")
    add("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    add("--port", type=_port, default=8087, help="0 takes a free one (%(default)s)")
    add("--write", action="store_true", help="let the page change the server, not only read")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
