"""Starts the application: the configuration file, with the options of the command line over it."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from getpass import getpass
from pathlib import Path
from typing import Any

import yaml
from asphalt.core import merge_config, run_application

from influx_core import ConfigError
from influx_query import manage, render
from influx_testing import FakeInfluxDB, serve

from .options import client_options, parse

CONFIG = Path(__file__).with_name("config.yaml")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the application on the server at --url, or else on an embedded one."""
    options = parse(arguments)
    with ExitStack() as stack:
        try:
            if options.url is None:
                client = stack.enter_context(embedded_server())
            else:
                client = client_options(options, os.environ, _prompt)
            run_application(**configuration(client, options.seconds))
        except ConfigError as error:
            sys.exit(f"system_metrics: {error}")


@contextmanager
def embedded_server() -> Iterator[dict[str, Any]]:
    """Serve a fake InfluxDB that requires a login; the options of a client for it."""
    username, password = "demo", secrets.token_urlsafe()
    fake = FakeInfluxDB(config={"http.auth-enabled": True})
    fake.query(render(manage.create_user(username, password, admin=True)))
    with serve(fake=fake) as server:
        yield {"base_urls": server.url, "username": username, "password": password}


def configuration(client: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    """The configuration file, with the options over it."""
    component: dict[str, Any] = {"components": {"influxdb": dict(client)}}
    if seconds is not None:
        component["seconds"] = seconds
    return merge_config(yaml.safe_load(CONFIG.read_text()), {"component": component})


def _prompt(what: str) -> str:
    if not sys.stdin.isatty():
        raise ConfigError(f"no {what} is given: set the variable INFLUX_{what.upper()}")
    return getpass(f"{what}: ")


if __name__ == "__main__":
    main()
