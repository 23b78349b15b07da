"""The arguments that name a server, and the client that they describe."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any
from urllib.parse import unquote

from influx_core import InfluxDBClient
from influx_core.interfaces import Transport
from influx_shell._cli.terminal import Terminal
from influx_shell._connection import profiles, secrets
from influx_shell._connection.server_urls import refuse_password, split_url

__all__ = [
    "add_connection_arguments",
    "connect",
    "connection_settings",
    "database_of",
    "policy_of",
]

_DEFAULT_URL = "http://localhost:8086"

_CLIENT_ARGUMENTS = ("db", "retention_policy", "org", "username", "api", "timeout")
"""The arguments that are options of the client under the same names."""


def add_connection_arguments(parser: ArgumentParser) -> None:
    """Add `--url`, `--db` and the other options of connections to a parser."""
    group = parser.add_argument_group("server")
    group.add_argument("--url", metavar="URL", help=f"the server; {_DEFAULT_URL} by default")
    group.add_argument("--db", "--bucket", metavar="NAME", help="the database or bucket")
    group.add_argument(
        "--rp", dest="retention_policy", metavar="NAME", help="the retention policy of InfluxDB 1.x"
    )
    group.add_argument("--org", metavar="NAME", help="the organization of InfluxDB 2.x")
    group.add_argument("--username", metavar="NAME", help="the user of InfluxDB 1.x")
    group.add_argument(
        "--api",
        choices=("auto", "v1", "v2", "v3", "victoriametrics"),
        help="the API of the server; a ping finds it out by default",
    )
    group.add_argument("--timeout", metavar="SECONDS", help="seconds of silence; 60 by default")
    group.add_argument("--profile", metavar="NAME", help="take the server from a profile")
    group.add_argument("--token-file", metavar="FILE", help="a file that holds the token")
    group.add_argument("--password-file", metavar="FILE", help="a file that holds the password")
    group.add_argument("--ask", action="store_true", help="ask for the token or the password")
    group.add_argument("--ca-file", metavar="FILE", help="certificates of trusted authorities")
    group.add_argument("--insecure", action="store_true", help="do not verify the certificate")


def connect(
    options: Namespace,
    terminal: Terminal,
    *,
    brief: bool = False,
    ahead: bool = False,
    **more: Any,
) -> InfluxDBClient:
    """Create the client that arguments, profile and environment describe.

    Arguments come first. A profile that `--profile` names replaces the environment; the default
    profile is used if the environment names no server.

    Args:
        options: the arguments.
        terminal: has the environment, and asks for secrets.
        brief: whether few requests are sent; without TLS, the client starts sooner then.
        ahead: whether responses are received before their reader comes to them.
        more: further options of the client.

    Raises:
        UsageError: a profile does not exist, a file of secrets cannot be read, or the URL holds a
            password.
        ConfigError: an option is invalid.
    """
    environment, found = connection_settings(options, terminal)
    if brief and "transport" not in found and _is_plain_http(environment["INFLUX_URL"]):
        from influx_shell._connection.brief_transport import BriefTransport

        found["transport"] = BriefTransport()
    elif ahead:
        found["transport"] = _transport(environment, found)
    if ahead:
        from influx_shell._connection.read_ahead import ReadAheadTransport

        found["transport"] = ReadAheadTransport(found["transport"])
    return InfluxDBClient.from_env(environment, **{**found, **more})


def _transport(environment: dict[str, str], found: dict[str, Any]) -> Transport:
    """Build the transport of a client."""
    from influx_core.plugins import Plugins

    scheme = split_url(environment["INFLUX_URL"]).scheme
    return Plugins().transport(found.get("transport", "auto"), scheme)


def connection_settings(
    options: Namespace, terminal: Terminal
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the environment with the URL of the server, and the options that override it.

    Raises:
        UsageError: see `connect`.
    """
    named = {name: getattr(options, name, None) for name in _CLIENT_ARGUMENTS}
    given = {name: value for name, value in named.items() if value is not None}
    given |= _tls(options) | secrets.from_arguments(options, terminal)
    if options.url is not None:
        refuse_password(options.url)
    profile = profiles.selected(options.profile, options.url, terminal.environment)
    environment = {} if profile is not None else dict(terminal.environment)
    found = {"api": "auto", **(profile.client_options(terminal) if profile else {}), **given}
    url = options.url or (profile.url if profile else None) or environment.get("INFLUX_URL")
    host = environment.pop("INFLUX_HOST", None)
    environment["INFLUX_URL"] = url or host or _DEFAULT_URL
    return environment, found


def database_of(options: Namespace, terminal: Terminal) -> str | None:
    """Return the database that arguments, profile and environment name."""
    environment = terminal.environment
    profile = profiles.selected(options.profile, options.url, environment)
    names = ("INFLUX_DB", "INFLUX_DATABASE", "INFLUX_BUCKET")
    found = (
        profile.values.get("db")
        if profile
        else next(filter(None, map(environment.get, names)), None)
    )
    url = options.url or (profile.url if profile else environment.get("INFLUX_URL"))
    return options.db or found or _last_segment(url or "") or None


def _last_segment(url: str) -> str:
    return unquote(split_url(url).path.rstrip("/").rpartition("/")[2])


def policy_of(options: Namespace, terminal: Terminal) -> str | None:
    """Return the retention policy that arguments, profile and environment name."""
    environment = terminal.environment
    profile = profiles.selected(options.profile, options.url, environment)
    if profile:
        found = profile.values.get("retention_policy")
    else:
        names = ("INFLUX_RETENTION_POLICY", "INFLUX_RP")
        found = next(filter(None, map(environment.get, names)), None)
    return options.retention_policy or found or None


def _is_plain_http(urls: str) -> bool:
    return all(url.strip().lower().startswith("http://") for url in urls.split(","))


def _tls(options: Namespace) -> dict[str, Any]:
    if not options.ca_file and not options.insecure:
        return {}
    tls = {"verify": not options.insecure, "ca_file": options.ca_file}
    return {"transport": {"type": "auto", **{k: v for k, v in tls.items() if v is not None}}}
