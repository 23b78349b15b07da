"""The process that runs SQL: reads requests from its standard input until that ends.

A request is a JSON header, one Arrow stream for each table, and one for parameters with types of
Arrow, if there are any; a response is a letter and data. Each of them follows its size in 8 bytes.
Tables stay for the queries that follow, until a request sends others in their place.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import IO, Any

from influx_testing._flavors.sql.result_formats import SCHEMA, STREAM, formatted
from influx_testing._flavors.sql.session import SQLSession

__all__ = ["main"]

_SIZE_BYTES = 8
_MOST_SENT = 1 << 20
"""The most bytes of rows that are sent; more are in a file."""

_numbers = count(1)
_MISSING_PARAMETER = re.compile(r"Placeholder '(.*?)' was not provided a value")
_PYTHON_ERROR = re.compile(r"PyErr \{.*?value: \w+\((['\"])(.*?)\1\)", re.DOTALL)


def main() -> None:
    """Answer requests until the standard input ends; the argument is a directory for files."""
    for name in ("datafusion", "pyarrow.compute", "pyarrow.ipc", "pyarrow.parquet"):
        import_module(name)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    scratch = Path(sys.argv[1])
    session = SQLSession()
    _send(sink, b"ready")
    while head := _receive(source):
        asked: dict[str, Any] = json.loads(head)
        sent = {name: _table(_receive(source)) for name in asked["tables"]}
        if asked["typed_params"]:
            row = _table(_receive(source))
            asked["params"] |= {name: row.column(name)[0] for name in row.column_names}
        if asked["afresh"]:
            session = SQLSession()
        session.replace(sent)
        _send(sink, _answer(session, asked, scratch, partial(_send, sink)))


def _answer(
    session: SQLSession, asked: Mapping[str, Any], scratch: Path, send: Callable[[bytes], None]
) -> bytes:
    """The response, which begins with a letter: R for rows in a format, F for the path of a file.

    M is for what takes too much memory, E for errors. Before the rows of a stream, S and its schema
    are sent.
    """
    query, params, format_ = asked["query"], asked["params"], asked["format"]
    try:
        if format_ == STREAM:
            schema, batches = session.stream(query, params)
            send(b"S" + bytes(schema.serialize()))
            return b"F" + _stored(schema, batches, _new_file(scratch))
        if format_ == SCHEMA:
            return b"R" + bytes(session.schema(query, params).serialize())
        rows = formatted(session.run(query, params), format_, session, scratch)
        if len(rows) <= _MOST_SENT:
            return b"R" + rows
        path = _new_file(scratch)
        path.write_bytes(rows)
        return b"F" + str(path).encode()
    except MemoryError as error:
        return f"M{error}".encode("utf-8", "replace")
    except Exception as error:
        text = _own_reason(str(error))
        kind = "M" if "Resources exhausted" in text else "E"
        return f"{kind}{text}".encode("utf-8", "replace")


def _new_file(scratch: Path) -> Path:
    """The path of a file for rows; the process that asked removes it."""
    return scratch / f"rows{next(_numbers)}"


def _stored(schema: Any, batches: Iterable[Any], path: Path) -> bytes:
    """Write rows to a file, in the IPC stream format of Arrow; returns its path."""
    ipc: Any = import_module("pyarrow.ipc")
    with ipc.new_stream(str(path), schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return str(path).encode()


def _own_reason(text: str) -> str:
    """The reason of an error, as the server says it; of a Python function's what it says itself."""
    found = _PYTHON_ERROR.search(text)
    if found:
        return f"Error during planning: {found[2]}"
    missing = _MISSING_PARAMETER.search(text)
    if missing:
        name = missing[1]
        return f"Error during planning: No value found for placeholder with name {name}"
    return text.removeprefix("DataFusion error: ").replace(".\nValid fields", ". Valid fields")


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
