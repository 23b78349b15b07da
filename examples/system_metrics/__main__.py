"""Reads the configuration and the options, and starts the application."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml
from asphalt.core import merge_config, run_application

from influx_core import ConfigError
from influx_testing import serve

CONFIG = Path(__file__).with_name("config.yaml")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the application against the server at --url, or else against one of its own."""
    options = parse(arguments)
    with ExitStack() as stack:
        url = options.url or stack.enter_context(serve()).url
        try:
            run_application(**configuration(url, options.seconds))
        except ConfigError as error:
            sys.exit(f"system_metrics: {error}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="system_metrics", description=__doc__)
    parser.add_argument("--url", help="of an InfluxDB server; without it, an embedded one is used")
    parser.add_argument("--seconds", type=float, help="how long to sample")
    return parser.parse_args(arguments)


def configuration(url: str, seconds: float | None) -> dict[str, Any]:
    """The configuration file, with the options over it."""
    component: dict[str, Any] = {"components": {"influxdb": {"base_urls": url}}}
    if seconds is not None:
        component["seconds"] = seconds
    return merge_config(yaml.safe_load(CONFIG.read_text()), {"component": component})


if __name__ == "__main__":
    main()
