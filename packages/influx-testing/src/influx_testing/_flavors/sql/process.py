"""SQLProcess: DataFusion in its own process, which is killed if a query takes too long."""

from __future__ import annotations

import atexit
import io
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from typing import IO, Any

from influx_testing._flavors.sql.tables import module
from influx_testing.errors import FakeUnsupported

__all__ = ["SQLError", "SQLProcess", "sql_process"]

_SIZE_BYTES = 8


class SQLError(Exception):
    """DataFusion refuses the query; the text is its own."""


@cache
def sql_process() -> SQLProcess:
    """The process that all fakes of this process share; it starts with the first query."""
    process = SQLProcess()
    atexit.register(process.close)
    return process


class SQLProcess:
    """Runs queries in another process, one after the other; a new one follows where one ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(
        self, tables: Mapping[str, Any], query: str, params: Mapping[str, Any], seconds: float
    ) -> Any:
        """Run a query over Arrow tables; returns an Arrow table.

        Raises:
            SQLError: DataFusion refuses the query.
            FakeUnsupported: it takes more than `seconds`, or more memory than there is for it.
        """
        with self._lock:
            process = self._running()
            ending = threading.Timer(seconds, process.kill)
            ending.start()
            try:
                _send(process.stdin, _request(tables, query, params))
                answer = _receive(process.stdout)
            except (BrokenPipeError, EOFError):
                in_time = ending.is_alive()
                self.close()
                reason = "that ended its process" if in_time else f"that takes over {seconds:g} s"
                raise FakeUnsupported(f"an SQL query {reason}") from None
            finally:
                ending.cancel()
        return _table(answer)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "influx_testing._flavors.sql.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
            _receive(self._process.stdout)  # it says when it is ready, so its start is not timed
        return self._process


def _request(tables: Mapping[str, Any], query: str, params: Mapping[str, Any]) -> list[bytes]:
    head = {"query": query, "params": dict(params), "tables": list(tables)}
    return [json.dumps(head).encode(), *map(_stream, tables.values())]


def _stream(table: Any) -> bytes:
    """An Arrow table as bytes."""
    out = io.BytesIO()
    with module("pyarrow.ipc").new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def _table(answer: bytes) -> Any:
    """The table of an answer, which begins with a letter: T, E for an error, M for no memory."""
    kind, data = answer[:1], answer[1:]
    if kind == b"T":
        return module("pyarrow.ipc").open_stream(data).read_all()
    if kind == b"M":
        raise FakeUnsupported(f"an SQL query that takes so much memory: {data.decode()}")
    raise SQLError(data.decode())


def _send(pipe: IO[bytes] | None, parts: list[bytes]) -> None:
    assert pipe is not None
    for part in parts:
        pipe.write(len(part).to_bytes(_SIZE_BYTES, "big"))
        view = memoryview(part)
        while view:
            view = view[pipe.write(view) :]


def _receive(pipe: IO[bytes] | None) -> bytes:
    """Read one message; its size comes first.

    Raises:
        EOFError: the process ended.
    """
    assert pipe is not None
    size = int.from_bytes(_read(pipe, _SIZE_BYTES), "big")
    return _read(pipe, size)


def _read(pipe: IO[bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = pipe.read(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
