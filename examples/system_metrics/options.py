"""The options of the command line, and where credentials come from."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

__all__ = ["client_options", "parse"]

EPILOG = """\
The password is read from INFLUX_PASSWORD, the token from INFLUX_TOKEN; if the variable is not set,
the program asks for it. INFLUX_USERNAME stands in for --username.
"""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="system_metrics",
        description="Sample this machine, write to InfluxDB, and show queries with their results.",
        epilog=EPILOG,
    )
    parser.add_argument("--url", help="an InfluxDB server; an embedded one without it")
    parser.add_argument("--username", help="log in with this name and a password")
    parser.add_argument(
        "--token", nargs="?", const="", help="log in with a token (InfluxDB 2.x and 3.x)"
    )
    parser.add_argument("--org", help="the organization of an InfluxDB 2.x")
    parser.add_argument("--seconds", type=float, help="how long to sample (default: 5)")
    return parser.parse_args(arguments)


def client_options(
    options: argparse.Namespace, environ: Mapping[str, str], prompt: Callable[[str], str]
) -> dict[str, Any]:
    """The options of a client for the server at --url.

    Args:
        options: what `parse` returned.
        environ: the environment variables.
        prompt: asks for a secret of the given name that is neither in the options nor in `environ`.
    """
    url, username, password = _split_userinfo(options.url)
    username = options.username or username or environ.get("INFLUX_USERNAME")
    if options.token is not None or (username is None and "INFLUX_TOKEN" in environ):
        token = options.token or environ.get("INFLUX_TOKEN") or prompt("token")
        return {"base_urls": url, "api": "auto", "token": token, "org": options.org}
    if username is None:
        return {"base_urls": url}
    password = password or environ.get("INFLUX_PASSWORD") or prompt("password")
    return {"base_urls": url, "username": username, "password": password}


def _split_userinfo(url: str) -> tuple[str, str | None, str | None]:
    """Separate `http://name:password@host` into the URL of the host, the name and the password."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None, None
    username, _, password = userinfo.partition(":")
    return parts._replace(netloc=host).geturl(), unquote(username), unquote(password)
