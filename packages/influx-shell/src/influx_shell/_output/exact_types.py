"""Formats that tell integers from floats need a response that does.

JSON of InfluxDB 1.x prints 2.0 as 2. Its CSV does so too, and is not used at all: it has null and
the empty string alike, and neither errors of statements nor the mark of a result that was cut off.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from influx_core import InfluxDBClient
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import connect

__all__ = ["exact_client"]

_TYPED_FORMATS = frozenset({"lp", "parquet", "arrow"})
_SELECT = re.compile("select", re.IGNORECASE)
_DIAGNOSTICS = re.compile(r"\bshow\s+diagnostics\b", re.IGNORECASE)
"""The server cannot write its response as MessagePack."""


@asynccontextmanager
async def exact_client(
    client: InfluxDBClient,
    text: str,
    format_name: str,
    options: Namespace,
    terminal: Terminal,
    *,
    ahead: bool = False,
) -> AsyncGenerator[InfluxDBClient, None]:
    """Yield a client whose results have the types that the format needs.

    InfluxDB 1.x sends MessagePack to it, which tells integers and floats apart, and takes the
    server less time than JSON.

    Args:
        client: the client that is used otherwise.
        text: the text of the query.
        format_name: the format.
        options: the arguments of the command.
        terminal: see `connect`.
        ahead: see `connect`.
    """
    if _needs_types(format_name, text) and await client.api_name() == "v1":
        exact = {"api": "v1", "deserializer": "msgpack"}
        async with connect(options, terminal, brief=True, ahead=ahead, **exact) as typed:
            yield typed
    else:
        yield client


def _needs_types(format_name: str, text: str) -> bool:
    if format_name == "csv":
        return bool(_SELECT.search(text)) and not _DIAGNOSTICS.search(text)
    return format_name in _TYPED_FORMATS
