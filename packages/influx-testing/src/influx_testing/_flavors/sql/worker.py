"""The process that runs SQL: reads requests from its standard input until that ends.

A request is a JSON header and one Arrow stream for each table; a response is a letter and data.
Each of them follows its size in 8 bytes.
"""

from __future__ import annotations

import io
import json
import sys
from importlib import import_module
from typing import IO, Any

__all__ = ["main"]

_MEMORY_BYTES = 256 << 20
_RESULT_BYTES = 64 << 20
_SIZE_BYTES = 8


def main() -> None:
    """Answer requests until the standard input ends."""
    for name in ("datafusion", "pyarrow.ipc"):
        import_module(name)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _send(sink, b"ready")
    while head := _receive(source):
        asked: dict[str, Any] = json.loads(head)
        tables = {name: _table(_receive(source)) for name in asked["tables"]}
        _send(sink, _answer(tables, asked["query"], asked["params"]))


def _answer(tables: dict[str, Any], query: str, params: dict[str, Any]) -> bytes:
    try:
        return b"T" + _result(_context(tables), query, params)
    except MemoryError:
        return f"Mover {_RESULT_BYTES >> 20} MB of rows".encode()
    except Exception as error:
        text = str(error)
        return f"{'M' if 'Resources exhausted' in text else 'E'}{text}".encode()


def _context(tables: dict[str, Any]) -> Any:
    engine: Any = import_module("datafusion")
    runtime = engine.RuntimeEnvBuilder().with_disk_manager_disabled()
    runtime = runtime.with_greedy_memory_pool(_MEMORY_BYTES)
    settings = engine.SessionConfig().with_information_schema(enabled=True)
    context = engine.SessionContext(settings, runtime)
    for name, table in tables.items():
        context.register_record_batches(name, [table.to_batches()])
    return context


def _result(context: Any, query: str, params: dict[str, Any]) -> bytes:
    """Run a query that only reads; the rows as an Arrow stream."""
    engine: Any = import_module("datafusion")
    reading = engine.SQLOptions().with_allow_ddl(False).with_allow_dml(False)
    frame = context.sql_with_options(query, reading.with_allow_statements(False), params)
    out = io.BytesIO()
    ipc: Any = import_module("pyarrow.ipc")
    with ipc.new_stream(out, frame.schema()) as writer:
        for batch in frame.execute_stream():
            writer.write_batch(batch.to_pyarrow())
            if out.tell() > _RESULT_BYTES:
                raise MemoryError
    return out.getvalue()


def _table(data: bytes) -> Any:
    ipc: Any = import_module("pyarrow.ipc")
    return ipc.open_stream(data).read_all()


def _receive(source: IO[bytes]) -> bytes:
    """One message; empty where the input has ended."""
    return source.read(int.from_bytes(source.read(_SIZE_BYTES), "big"))


def _send(sink: IO[bytes], data: bytes) -> None:
    sink.write(len(data).to_bytes(_SIZE_BYTES, "big") + data)
    sink.flush()


if __name__ == "__main__":
    main()
