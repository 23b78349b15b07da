"""to_influx: writes a Dask DataFrame from the workers that have its partitions."""

from __future__ import annotations

from typing import Any, Unpack

from influx_core import ConfigError
from influx_dask._cluster.request_limit import check_limit
from influx_dask._cluster.server_url import ServerURL
from influx_dask._cluster.versions import own_version
from influx_dask._frame_libraries import dd
from influx_dask._write.partition_writer import PartitionWriter
from influx_dask._write.rejected_rows import error_column
from influx_dataframe import FrameParams, encode_frame

__all__ = ["to_influx"]


def to_influx(
    frame: Any,
    url: str,
    measurement: str | None = None,
    *,
    patience: float = 600.0,
    max_requests: int | None = None,
    compute: bool = True,
    **params: Unpack[FrameParams],
) -> Any:
    """Write the partitions of a frame from the workers; return the rows that were refused.

    Each partition is written by a batch writer: requests that fail are sent again, and a row that
    the server refuses does not hold up the others. Every other row is stored when the call
    returns. A point replaces the one with the same series and time, so a partition that is written
    again, because its worker died, changes nothing.

    Args:
        frame: a DataFrame of `dask.dataframe`, with times in the index or in a column.
        url: the server and the database, see `read_influx`. The database exists.
        measurement: the measurement of all rows, unless a column names it.
        patience: the seconds that 50,000 rows wait for a server that does not take them.
        max_requests: the partitions that are written to the server at the same time, by all
            workers.
        compute: whether it is done now; otherwise the result is lazy.
        params: see `influx_dataframe.FrameParams`; by default, columns of categories are tags.

    Returns:
        The refused rows with a column `error`: a DataFrame of pandas, or with `compute=False` one
        of Dask, whose computation writes.

    Raises:
        ConfigError: the URL or a column is wrong, the rows have no times, or the frame is not one
            of Dask.
        EncodeError: a column cannot be written.
        ClusterError: a server did not store rows within `patience` seconds.
    """
    server = ServerURL(url)
    check_limit(max_requests)
    if params.get("on_invalid") is not None:
        raise ConfigError("to_influx returns the rows that cannot be written: leave out on_invalid")
    meta = _meta(frame)
    categories = [name for name in meta.columns if str(meta[name].dtype) == "category"]
    options: FrameParams = {"tags": categories, **params}
    _check_times(meta, options)
    encode_frame(meta, measurement, **options)  # refuses wrong columns before anything is sent
    writer = PartitionWriter(server, measurement, options, patience, max_requests, own_version())
    refused = frame.map_partitions(
        writer,
        meta=meta.assign(**{error_column(meta.columns): meta.index.astype(str)}),
        enforce_metadata=False,
    )
    return refused.compute() if compute else refused


def _meta(frame: Any) -> Any:
    """The empty frame that has the types of a frame of Dask."""
    if not isinstance(frame, dd.DataFrame):
        raise ConfigError(
            f"to_influx takes a DataFrame of dask.dataframe, not {type(frame).__name__}: write a "
            "frame of pandas with influx_dataframe.write_frame, or divide it with "
            "dask.dataframe.from_pandas"
        )
    meta = frame._meta  # noqa: SLF001 - how Dask's own functions see the types of a frame
    repeated = meta.columns[meta.columns.duplicated()]
    if len(repeated):
        raise ConfigError(f"several columns are called {repeated[0]!r}: rename them")
    return meta


def _check_times(meta: Any, params: FrameParams) -> None:
    named = params.get("timestamp", "time")
    if named is None or (
        "timestamp" not in params
        and not str(meta.index.dtype).startswith("datetime64")
        and "time" not in (*meta.columns, *meta.index.names)
    ):
        raise ConfigError(
            "rows that may be written twice need times: make them the index, or say which column "
            "has them, timestamp=..."
        )
