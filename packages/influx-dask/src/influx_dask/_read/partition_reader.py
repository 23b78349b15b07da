"""PartitionReader: reads one partition, on the worker that needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from influx_core.columns import Kind
from influx_dask._cluster.request_limit import request_limit
from influx_dask._cluster.server_url import ServerURL
from influx_dask._cluster.versions import check_task
from influx_dask._read.frame_collector import FrameCollector
from influx_dask._read.frame_shape import FrameShape
from influx_dask._read.measurement_query import MeasurementQuery
from influx_dask._read.statement_query import SelectStatementQuery
from influx_dataframe import stream_frames

__all__ = ["PartitionReader"]

_CHUNK_ROWS = 20_000
"""The rows that are in memory as a response: a partition is read as a stream of them."""


@dataclass(frozen=True)
class PartitionReader:
    """Called with a range of time, returns its frame; Dask passes the columns that are used.

    Attributes:
        url: the server.
        query: what is read.
        max_requests: the partitions that are read from the server at the same time, by all workers.
        version: the version of influx-dask that made it.
    """

    url: ServerURL
    query: MeasurementQuery | SelectStatementQuery
    max_requests: int | None
    version: str

    def __call__(self, bounds: tuple[int, int], columns: Sequence[str] | None = None) -> Any:
        """Return the frame of a partition.

        Args:
            bounds: the first nanosecond, and the one after the last.
            columns: the columns that are needed; None for all.
        """
        check_task(self.version)
        shape = self.query.shape.only(columns)
        with request_limit(self.url.server, self.max_requests):
            frame = asyncio.run(self._read(bounds, shape, columns))
        return frame if columns is None else frame[list(columns)]

    async def _read(
        self, bounds: tuple[int, int], shape: FrameShape, columns: Sequence[str] | None
    ) -> Any:
        collected = FrameCollector(shape)
        text = self.query.text(*bounds, columns)
        types: dict[str, Kind] = shape.kinds
        async with self.url.client() as client:
            frames = stream_frames(client, text, types=types, chunk_size=_CHUNK_ROWS)
            async with aclosing(frames):
                async for frame in frames:
                    collected.add(frame)
        return collected.frame()
