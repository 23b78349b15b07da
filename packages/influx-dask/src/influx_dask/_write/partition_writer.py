"""PartitionWriter: writes one partition with a batch writer, on the worker that has it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from influx_core import BatchWriter, PointsUndelivered
from influx_dask._cluster.request_limit import request_limit
from influx_dask._cluster.server_url import ServerURL
from influx_dask._cluster.versions import check_task
from influx_dask._write.rejected_rows import refused_rows, with_errors
from influx_dask.errors import ClusterError
from influx_dataframe import write_frame

__all__ = ["PartitionWriter"]

_ROWS = 50_000
"""The rows that are encoded and not yet acknowledged."""


@dataclass(frozen=True)
class PartitionWriter:
    """Called with a partition, writes it and returns the rows that were refused.

    Attributes:
        url: the server.
        measurement: the measurement of all rows, unless a column names it.
        params: how the columns are written, see `influx_dataframe.FrameParams`.
        patience: the seconds that some thousand rows wait for a server that does not take them.
        max_requests: the partitions that are written to the server at the same time.
        version: the version of influx-dask that made it.
    """

    url: ServerURL
    measurement: str | None
    params: Mapping[str, Any]
    patience: float
    max_requests: int | None
    version: str

    def __call__(self, frame: Any) -> Any:
        """Write a partition; returns the refused rows, with a column of the reasons."""
        check_task(self.version)
        errors: dict[int, str] = {}
        if len(frame):
            with request_limit(self.url.server, self.max_requests):
                errors = asyncio.run(self._write(frame))
        return with_errors(frame, errors)

    async def _write(self, frame: Any) -> dict[int, str]:
        errors: dict[int, str] = {}
        options = {"retention_policy": self.url.policy} if self.url.policy else {}
        async with self.url.client() as client, client.writer(close_timeout=0.0) as writer:
            for start in range(0, len(frame), _ROWS):
                rows = frame.iloc[start : start + _ROWS]
                refused = await self._write_rows(writer, rows, options)
                errors |= {start + row: reason for row, reason in refused.items()}
        return errors

    async def _write_rows(
        self, writer: BatchWriter, rows: Any, options: Mapping[str, Any]
    ) -> dict[int, str]:
        errors: dict[int, str] = {}

        def on_invalid(row: int, error: Exception) -> None:
            errors[row] = str(error)

        try:
            async with asyncio.timeout(self.patience):
                receipt = await write_frame(
                    writer,
                    rows,
                    self.measurement,
                    **self.params,
                    **options,
                    on_invalid=on_invalid,
                )
                await receipt
        except PointsUndelivered as error:
            errors |= refused_rows(rows, error.letters, self.measurement, self.params)
        except TimeoutError as error:
            raise ClusterError(
                f"{self.url.server} did not store {len(rows):,} rows within {self.patience:g} s; "
                "write the frame again when it does: rows that are stored stay the same"
            ) from error
        return errors
