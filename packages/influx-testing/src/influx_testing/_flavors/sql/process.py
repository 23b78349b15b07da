"""SQLProcess: DataFusion in its own process, which is killed if a query takes too long."""

from __future__ import annotations

import atexit
import io
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, BinaryIO

from influx_testing._flavors.cancellation import Cancellation
from influx_testing._flavors.sql.tables import module
from influx_testing.errors import FakeUnsupported

__all__ = ["QueryCancelled", "SQLError", "SQLProcess", "SQLQuery", "StreamedQuery", "sql_process"]

_SIZE_BYTES = 8
_PATIENCE = 0.1
"""Seconds between two looks whether a query that waits for its turn is cancelled."""


_THREADS = 64


class SQLError(Exception):
    """The query is refused; the text is DataFusion's, or says which function is misused."""


class QueryCancelled(Exception):
    """The query was stopped, because nobody waits for its rows."""


@dataclass(frozen=True, slots=True)
class SQLQuery:
    """What is asked of the process.

    Attributes:
        text: the query.
        params: the values of its parameters, of JSON or as Arrow scalars.
        format: one of `RESULT_FORMATS`, `SCHEMA`, or `STREAM`.
        seconds: how long it may take, from the time at which the process has its tables.
        cancellation: stops it.
    """

    text: str
    params: Mapping[str, Any]
    format: str
    seconds: float
    cancellation: Cancellation = field(default_factory=Cancellation)


class StreamedQuery:
    """A query that runs.

    Attributes:
        schema: its schema, as an encapsulated IPC message of Arrow, as soon as it is planned.
        rows: a mapped file in the IPC stream format of Arrow, when all rows are made.
    """

    def __init__(self) -> None:
        self.schema: Future[bytes] = Future()
        self.rows: Future[Any] = Future()

    def fail(self, error: BaseException) -> None:
        """Give the error to those that wait for what has not come."""
        for part in (self.schema, self.rows):
            if not part.done():
                part.set_exception(error)


@cache
def sql_process() -> SQLProcess:
    """The process that all fakes of this process share; it starts with the first query."""
    process = SQLProcess()
    atexit.register(process.close)
    return process


class SQLProcess:
    """Runs queries in another process, one after the other; a new one follows where one ended.

    The process keeps the tables of the last query. They are sent again where they have changed.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="influx-testing-sql")

    def run(self, tables: Mapping[str, Any], query: SQLQuery) -> bytes | BinaryIO:
        """Run a query over Arrow tables; returns its rows in its format, many of them as a file.

        Args:
            tables: by schema and name, `iox.cpu`. One that is the same object as at the last
                query is not sent again.
            query: what is asked.

        Raises:
            SQLError: the query is refused.
            FakeUnsupported: it takes too long, or more memory than there is for it.
            QueryCancelled: it was cancelled.
        """
        with self._turn(query.cancellation):
            rows = self._answer(tables, query)
            return rows if isinstance(rows, bytes) else _opened(rows)

    def stream(self, tables: Mapping[str, Any], query: SQLQuery) -> StreamedQuery:
        """Run a query whose format is `STREAM`, in a thread of its own.

        Args:
            tables: as for `run`.
            query: what is asked.

        Returns:
            Its schema and its rows, which come later; their errors are those of `run`.
        """
        streamed = StreamedQuery()
        self._threads.submit(self._fill, streamed, tables, query)
        return streamed

    def _fill(self, streamed: StreamedQuery, tables: Mapping[str, Any], query: SQLQuery) -> None:
        try:
            with self._turn(query.cancellation):
                rows = self._answer(tables, query, streamed.schema.set_result)
                assert isinstance(rows, Path)
                streamed.rows.set_result(_mapped(rows))
        except BaseException as error:
            streamed.fail(error)

    @contextmanager
    def _turn(self, cancellation: Cancellation) -> Generator[None]:
        """Wait until no other query runs."""
        while not self._lock.acquire(timeout=_PATIENCE):
            if cancellation.is_set:
                raise QueryCancelled
        try:
            yield
        finally:
            self._lock.release()

    def _answer(
        self,
        tables: Mapping[str, Any],
        query: SQLQuery,
        planned: Callable[[bytes], object] | None = None,
    ) -> bytes | Path:
        """Ask the process; returns the rows, or a file with them.

        Args:
            tables: as for `run`.
            query: what is asked.
            planned: called with the schema, before there are rows.
        """
        process = self._running()
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            process.kill()

        answer = None
        with query.cancellation.stopping(stop), suppress(BrokenPipeError, EOFError):
            _send(process.stdin, self._request(tables, query))
            with _ending(query.seconds, stop):
                answer = _received(process, planned)
        if answer is None or stopped.is_set():
            self.close()  # the next query must not meet a process that is about to end
            raise _ended(query, stopped.is_set())
        return _rows(answer)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        scratch, self._scratch = self._scratch, None
        self._kept = {}
        if process is not None:
            process.kill()
            process.communicate()
        if scratch is not None:
            scratch.cleanup()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._scratch = tempfile.TemporaryDirectory(
                prefix="influx-testing-sql-", ignore_cleanup_errors=True
            )
            self._process = subprocess.Popen(
                [sys.executable, "-m", "influx_testing._flavors.sql.worker", self._scratch.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
            _receive(self._process.stdout)  # it says when it is ready, so its start is not timed
        return self._process

    def _request(self, tables: Mapping[str, Any], query: SQLQuery) -> list[bytes]:
        afresh = not self._kept.keys() <= tables.keys()
        kept = {} if afresh else self._kept
        sent = {name: table for name, table in tables.items() if kept.get(name) is not table}
        self._kept = dict(tables)
        return _request(sent, query, afresh=afresh)


@contextmanager
def _ending(seconds: float, stop: Callable[[], object]) -> Generator[None]:
    """Call a function if a with block takes longer than some seconds."""
    ending = threading.Timer(seconds, stop)
    ending.start()
    try:
        yield
    finally:
        ending.cancel()
        ending.join()


def _received(process: subprocess.Popen[bytes], planned: Callable[[bytes], object] | None) -> bytes:
    """The answer to a request.

    Raises:
        EOFError: the process ended before.
    """
    answer = _receive(process.stdout)
    if planned is None or answer[:1] != b"S":
        return answer
    planned(answer[1:])
    return _receive(process.stdout)


def _ended(query: SQLQuery, stopped: bool) -> Exception:
    """Why a query has no answer: it was stopped, or its process ended."""
    if query.cancellation.is_set:
        return QueryCancelled()
    limit = f"that takes over {query.seconds:g} s"
    return FakeUnsupported(f"an SQL query {limit if stopped else 'that ended its process'}")


def _mapped(path: Path) -> Any:
    """A file in memory; its name is removed at once."""
    rows = module("pyarrow").memory_map(str(path))
    _remove(path)
    return rows


def _opened(path: Path) -> BinaryIO:
    """A file for reading; its name is removed at once."""
    rows = path.open("rb")
    _remove(path)
    return rows


def _remove(path: Path) -> None:
    with suppress(OSError):  # Windows keeps an open file; its directory goes with the process
        path.unlink()


def _request(tables: Mapping[str, Any], query: SQLQuery, *, afresh: bool) -> list[bytes]:
    arrow = module("pyarrow")
    typed = {name: v for name, v in query.params.items() if isinstance(v, arrow.Scalar)}
    head = {
        "query": query.text,
        "params": {name: v for name, v in query.params.items() if name not in typed},
        "typed_params": bool(typed),
        "format": query.format,
        "afresh": afresh,
        "tables": list(tables),
    }
    parts = [json.dumps(head).encode(), *map(_stream, tables.values())]
    if typed:
        row = [arrow.array([value], value.type) for value in typed.values()]
        parts.append(_stream(arrow.table(row, names=list(typed))))
    return parts


def _stream(table: Any) -> bytes:
    """An Arrow table as bytes."""
    out = io.BytesIO()
    with module("pyarrow.ipc").new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def _rows(answer: bytes) -> bytes | Path:
    """The rows of an answer, or a file with them.

    It begins with a letter: R for rows, F for a file, E for an error, M for no memory.
    """
    kind, data = answer[:1], answer[1:]
    if kind == b"R":
        return data
    if kind == b"F":
        return Path(data.decode())
    if kind == b"M":
        raise FakeUnsupported(f"an SQL query that takes so much memory: {data.decode()}")
    raise SQLError(data.decode())


def _send(pipe: IO[bytes] | None, parts: Sequence[bytes]) -> None:
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
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = pipe.readinto(view)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(data)
