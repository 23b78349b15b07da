"""The URLs of the source and the sink of a copy, with the secrets that never stand in arguments."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlunsplit

from influx_core import InfluxDBClient
from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import connection_settings
from influx_shell._connection.profiles import ProfileFile, profile_path
from influx_shell._connection.secrets import read_secret_file
from influx_shell._connection.server_urls import refuse_password, split_url

__all__ = ["End", "add_secret_arguments", "complete_url", "connection_url"]

End = Literal["source", "sink"]

_SERVERS = ("http", "https", "http+unix", "questdb")
_PROFILE = "profile:"


def add_secret_arguments(parser: ArgumentParser) -> None:
    """Add the arguments that name files of secrets."""
    group = parser.add_argument_group("secrets")
    for end in ("source", "sink"):
        for kind in ("token", "password"):
            group.add_argument(
                f"--{end}-{kind}-file",
                metavar="FILE",
                help=f"a file with the {kind}; or the variable {_variable(end, kind)}",
            )


async def complete_url(url: str, end: End, options: Namespace, terminal: Terminal) -> str:
    """Return the URL of one end with its secrets, and with the API of its server.

    Args:
        url: a URL without secrets, the path of a file, or `profile:NAME[/DATABASE]`.
        end: the end to which it belongs.
        options: the arguments.
        terminal: has the environment.

    Raises:
        UsageError: the URL holds a password, or a file of secrets cannot be read.
        InfluxDBError: the server does not respond to a ping.
    """
    if url.startswith(_PROFILE):
        url, found = _of_profile(url.removeprefix(_PROFILE), terminal)
    else:
        found = _secrets(end, options, terminal)
    if split_url(url).scheme not in _SERVERS:
        return url
    refuse_password(
        url,
        f"set {_variable(end, 'username')} and {_variable(end, 'password')}, or use "
        f"--{end}-password-file or profile:NAME",
    )
    full = _with_options(url, found)
    given = dict(parse_qsl(split_url(full).query))
    if "api" in given or url.startswith("questdb:"):
        return full
    async with InfluxDBClient.from_url(_without_policy(full), api="auto") as client:
        return _with_options(full, {"api": await client.api_name()})


def connection_url(options: Namespace, terminal: Terminal, api: str) -> str:
    """Return the URL of the server that the arguments of a connection describe, with its secrets.

    Args:
        options: the arguments; see `add_connection_arguments`.
        terminal: has the environment.
        api: the API of the server.
    """
    environment, found = connection_settings(options, terminal)
    names = ("token", "username", "password", "org", "timeout", "db", "retention_policy")
    said = {name: found.get(name) or environment.get(f"INFLUX_{name}".upper()) for name in names}
    given = {name: value for name, value in said.items() if value}
    return _with_options(environment["INFLUX_URL"], {**given, "api": api})


def _of_profile(text: str, terminal: Terminal) -> tuple[str, dict[str, Any]]:
    name, _, db = text.partition("/")
    profile = ProfileFile(profile_path(terminal.environment))[name]
    if profile.url is None:
        raise UsageError(f"profile {name} has no URL")
    options = profile.client_options(terminal)
    options.pop("transport", None)
    if options.get("api") == "auto":
        del options["api"]
    return profile.url, {**options, **({"db": db} if db else {})}


def _secrets(end: End, options: Namespace, terminal: Terminal) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in ("token", "password", "username"):
        path = getattr(options, f"{end}_{kind}_file", None)
        value = terminal.environment.get(_variable(end, kind))
        if path is not None:
            found[kind] = read_secret_file(path)
        elif value:
            found[kind] = value
    return found


def _variable(end: str, kind: str) -> str:
    return f"IQL_{end}_{kind}".upper()


def _with_options(url: str, options: Mapping[str, Any]) -> str:
    parts = split_url(url)
    pairs = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **options}
    return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))


def _without_policy(url: str) -> str:
    """The URL as a client takes it: the retention policy is none of its connection."""
    parts = split_url(url)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != "rp"]
    return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))
