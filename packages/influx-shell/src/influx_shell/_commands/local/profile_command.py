"""Keep the URLs and options of servers by name, in a file that holds no secrets.

iql profile set home --url http://home:8086 --db climate
iql profile secret home     (asks, and keeps the token in the keyring of the system)
iql query "SHOW MEASUREMENTS" --profile home
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from influx_core import InfluxDBClient
from influx_shell._cli.exit_codes import ExitCode, UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection import secrets
from influx_shell._connection.profiles import KEYS, Profile, ProfileFile, profile_path
from influx_shell._connection.server_urls import refuse_password

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "action",
        choices=("list", "show", "set", "remove", "default", "secret", "path"),
        help="what to do",
    )
    parser.add_argument("name", nargs="?", help="the profile")
    for key in KEYS:
        parser.add_argument(f"--{key.replace('_', '-')}", metavar="VALUE", help="for set")


def run(options: Namespace, terminal: Terminal) -> ExitCode:
    """Execute the command."""
    file = ProfileFile(profile_path(terminal.environment))
    if options.action == "path":
        terminal.stdout.write(f"{file.path}\n")
    elif options.action == "list":
        for name in file.profiles:
            mark = " (default)" if name == file.default else ""
            terminal.stdout.write(f"{name}{mark}\n")
    elif options.name is None:
        raise UsageError(f"iql profile {options.action} needs the name of a profile")
    else:
        _ACTIONS[options.action](file, options, terminal)
    return ExitCode.OK


def _show(file: ProfileFile, options: Namespace, terminal: Terminal) -> None:
    for key, value in file[options.name].values.items():
        terminal.stdout.write(f"{key} = {value}\n")


def _set(file: ProfileFile, options: Namespace, terminal: Terminal) -> None:
    given = {key: getattr(options, key) for key in KEYS if getattr(options, key) is not None}
    if "url" in given:
        refuse_password(given["url"])
        InfluxDBClient.from_env({"INFLUX_URL": given["url"]})  # refuses what is not a URL
    old = file.profiles.get(options.name, Profile(options.name))
    values = {key: value for key, value in {**old.values, **given}.items() if value}
    file.profiles[options.name] = Profile(options.name, values)
    file.save()


def _remove(file: ProfileFile, options: Namespace, terminal: Terminal) -> None:
    profile = file[options.name]
    del file.profiles[profile.name]
    if file.default == profile.name:
        file.default = None
    file.save()
    if "keyring" in profile.values:
        secrets.forget(profile.name)


def _default(file: ProfileFile, options: Namespace, terminal: Terminal) -> None:
    file.default = file[options.name].name
    file.save()


def _secret(file: ProfileFile, options: Namespace, terminal: Terminal) -> None:
    profile = file[options.name]
    kind = "password" if profile.values.get("username") else "token"
    secret = secrets.ask(f"{kind} of {profile.name}: ", terminal)
    secrets.keep(profile.name, secret)
    file.profiles[profile.name] = Profile(profile.name, {**profile.values, "keyring": kind})
    file.save()


_ACTIONS = {
    "default": _default,
    "remove": _remove,
    "secret": _secret,
    "set": _set,
    "show": _show,
}
