"""The function `from`: reads a bucket."""

from __future__ import annotations

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.storage_stream import StorageRead, StorageStream
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing.errors import FakeUnsupported

__all__ = ["from_"]


@flux_function("universe", "from")
def from_(
    context: QueryContext,
    bucket: str = "",
    bucket_id: str = "",
    host: str = "",
    org: str = "",
    org_id: str = "",
    token: str = "",
) -> TableStream:
    """Read a bucket."""
    if host:
        raise FakeUnsupported("from(host: ...), a bucket of another server")
    if context.server is None:
        raise FluxError("there is no server to read from")
    if bucket and bucket_id:
        raise FluxError("only one of bucket or bucketID can be given")
    return StorageStream(context.budget, StorageRead(context.server.bucket(bucket, bucket_id)))
