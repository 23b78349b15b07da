"""Parquet and Arrow: the rows of a result as record batches in one file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib import import_module
from typing import Any

from influx_core import ConfigError, InfluxDBClient
from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.languages import language_of
from influx_shell._connection.result_streams import Query
from influx_shell._output.complete_file import complete_file

__all__ = ["FRAME_FORMATS", "write_frames"]

FRAME_FORMATS = ("parquet", "arrow")


async def write_frames(
    client: InfluxDBClient, query: Query, name: str, path: str | None, terminal: Terminal
) -> None:
    """Run a query and write its rows; a file appears when it is complete.

    Args:
        client: the client.
        query: one statement on one measurement.
        name: `parquet`, or `arrow` for the Arrow IPC stream format.
        path: the file; None for standard output, which must not be a terminal.
        terminal: has standard output.

    Raises:
        UsageError: pyarrow is not installed, or binary data would go to a terminal.
        ConfigError: the rows do not have one set of columns.
    """
    if path is None and terminal.prints_to_terminal:
        raise UsageError(f"{name} is binary: name a file with --output")
    frames = await _frames(client, query)
    if path is None:
        await _write_all(frames, name, terminal.binary_stdout)
        return
    with complete_file(path) as out:
        await _write_all(frames, name, out)


async def _frames(client: InfluxDBClient, query: Query) -> AsyncGenerator[Any, None]:
    try:
        import influx_dataframe

        import_module("pyarrow")
    except ImportError:
        raise UsageError(
            "parquet and arrow need libraries: pip install influx-shell[frames]"
        ) from None
    language = query.language or language_of(query.text, await client.api_name())
    if language == "flux":
        return influx_dataframe.stream_flux_frames(
            client, query.text, params=query.params or None, backend="pyarrow"
        )
    return influx_dataframe.stream_frames(
        client,
        query.text,
        backend="pyarrow",
        language=language,
        bind_params=query.params or None,
    )


async def _write_all(frames: AsyncGenerator[Any, None], name: str, out: Any) -> None:
    writer: Any = None
    async with aclosing(frames):
        async for frame in frames:
            if writer is None:
                writer = _writer(name, out, frame.schema)
            elif frame.schema != writer.schema:
                raise ConfigError(
                    f"a {name} file has one schema, and the result has several: "
                    f"{writer.schema.names} and {frame.schema.names}; query one measurement"
                )
            writer.write_table(frame)
    if writer is None:
        raise ConfigError("the result has no columns, so there is nothing to write")
    writer.close()


def _writer(name: str, out: Any, schema: Any) -> Any:
    if name == "parquet":
        return import_module("pyarrow.parquet").ParquetWriter(out, schema)
    return import_module("pyarrow.ipc").new_stream(out, schema)
