"""Formats with types need a response with types: JSON of InfluxDB 1.x prints 2.0 as 2."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from influx_core import InfluxDBClient
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.connection_options import connect

__all__ = ["TYPED_FORMATS", "exact_client"]

TYPED_FORMATS = frozenset({"lp", "parquet", "arrow"})


@asynccontextmanager
async def exact_client(
    client: InfluxDBClient, format_name: str, options: Namespace, terminal: Terminal
) -> AsyncGenerator[InfluxDBClient, None]:
    """Yield a client whose results have the types that the format needs.

    InfluxDB 1.x sends MessagePack to it, which tells integers and floats apart.
    """
    if format_name in TYPED_FORMATS and await client.api_name() == "v1":
        async with connect(options, terminal, api="v1", deserializer="msgpack") as exact:
            yield exact
    else:
        yield client
