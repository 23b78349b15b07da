"""The contracts between the parts of a client: Request, Response and the protocols of parts.

Nothing here does anything. Plugins implement these protocols; `influx_testing.conformance` checks
that they do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from influx_core._columns.arrow_layout import Column
from influx_core._points.data_point import DataPoint, PointLike
from influx_core._results.query_result import StatementResult
from influx_core.errors import EncodeError
from influx_core.timestamps import Precision

__all__ = [
    "Auth",
    "BatchSummary",
    "ClientInfo",
    "ColumnDeserializer",
    "ColumnSerializer",
    "Deserializer",
    "LocalResponse",
    "OnInvalid",
    "Operation",
    "ReadingSerializer",
    "Request",
    "Response",
    "ResponseParser",
    "RetryPolicy",
    "Serializer",
    "Spool",
    "SpooledBatch",
    "Target",
    "Transport",
]

OnInvalid = Callable[[int, EncodeError], None]
"""Told of a point that cannot be written: its index in the call, and why."""

Operation = Literal["write", "query", "ping", "other"]
"""What a request is for."""

_SECRET_PARAMS = frozenset({"u", "p", "q", "params"})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, before or after signing.

    Attributes:
        method: `GET` or `POST`.
        path: the path below the base URL, with its leading slash: `/write`.
        base_url: scheme, host and prefix, without trailing slash; set when an endpoint is chosen.
        params: parameters of the URL, in order, not yet percent-encoded.
        headers: names in lower case.
        body: the whole body; empty for none.
        timeout: seconds until the headers of the response must be there; None waits for ever.
        operation: what the request is for.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    base_url: str = ""
    timeout: float | None = None
    operation: Operation = "other"

    @property
    def url(self) -> str:
        """Base URL and path, without parameters."""
        return self.base_url + self.path

    def __repr__(self) -> str:
        """Say where it goes and how much it carries; never parameters that may hold secrets."""
        shown = "&".join(f"{k}=..." if k in _SECRET_PARAMS else f"{k}={v}" for k, v in self.params)
        query = f"?{shown}" if shown else ""
        return f"<Request {self.method} {self.url}{query} ({len(self.body)} bytes)>"


class Response(Protocol):
    """The answer to one request; its body may still be on its way."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives, once.

        Raises:
            ConnectionError: the connection broke; the body is cut.
            TimeoutError: the request's time ran out.
        """
        ...

    async def aclose(self) -> None:
        """Let go of the connection; safe to call twice, and after the last chunk."""
        ...


@dataclass(frozen=True, slots=True)
class LocalResponse:
    """A Response made in this process: by a fake server, or by a test."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Iterable[bytes] = ()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the pieces."""
        for piece in self.pieces:
            yield piece

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""


class Transport(Protocol):
    """Carries requests. Owns sockets; knows nothing of InfluxDB.

    A factory is called without positional arguments, while no event loop may be running yet.
    """

    async def send(self, request: Request) -> Response:
        """Send one request; return when the status and the headers are there.

        Redirects are not followed.

        Raises:
            ConnectionError: the request was not sent; another try is safe.
            TimeoutError: no answer in `request.timeout` seconds, or the connection broke after
                the request had left: it may have been applied.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection; safe to call twice."""
        ...


class Serializer(Protocol):
    """Turns points into the body of a write. Stateless."""

    @property
    def content_type(self) -> str:
        """The MIME type of what `dump` returns."""
        ...

    def dump(
        self,
        points: Iterable[PointLike],
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode points; the loop over them is inside this call.

        Args:
            points: DataPoints or tuples `(measurement, tags, fields, timestamp)`.
            precision: of the timestamps written, and of integer timestamps read.
            on_invalid: told of each point that cannot be written, which is then left out.

        Raises:
            EncodeError: the first point that cannot be written, if there is no `on_invalid`.
        """
        ...


class ColumnSerializer(Serializer, Protocol):
    """A serializer that takes columns too, so that a frame becomes no rows first."""

    def dump_columns(
        self,
        measurement: str | Column,
        tags: Mapping[str, Column | str],
        fields: Mapping[str, Column],
        timestamps: Column | None,
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode the rows that columns of one length make, as `dump` would encode those points.

        Args:
            measurement: one for all rows, or a column of strings.
            tags: one value for all rows, or a column of strings; a missing or empty one is left
                out of its line.
            fields: columns of floats, integers, unsigned ones, booleans, strings; a missing value
                is left out of its line.
            timestamps: a column of times; where one is missing, or without the column, the server
                takes its own.
            precision: of the timestamps written; what is finer is rounded down.
            on_invalid: told of each row that cannot be written, which is then left out.

        Raises:
            EncodeError: the first row that cannot be written, if there is no `on_invalid`.
            ValueError: the columns are not of one length, or of a kind that cannot be written.
        """
        ...


class ReadingSerializer(Serializer, Protocol):
    """A serializer that reads what it writes, too."""

    def load(
        self, data: bytes, precision: Precision, default_time: int | None = None
    ) -> list[DataPoint]:
        """Decode points; their timestamps are nanoseconds.

        Args:
            data: the body of a write.
            precision: what the timestamps in the data count.
            default_time: for points without a timestamp, in nanoseconds, rounded down to the
                precision; None leaves them without.

        Raises:
            DecodeError: the first line that is no point.
        """
        ...


class ResponseParser(Protocol):
    """Reads one answer piece by piece."""

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes, however they are cut; return the results finished by them.

        A statement's rows may come in several results, in order, their series marked partial.

        Raises:
            DecodeError: the bytes are no answer of this format.
        """
        ...

    def finish(self) -> list[StatementResult]:
        """Say that the bytes are at their end; return what was still held.

        Raises:
            DecodeError: the answer was cut.
        """
        ...


class Deserializer(Protocol):
    """Knows one format of answers. Stateless; each answer gets a ResponseParser of its own."""

    @property
    def accept(self) -> str:
        """The value of the Accept header that asks for this format."""
        ...

    def start(self) -> ResponseParser:
        """Begin to read an answer."""
        ...


class ColumnDeserializer(Deserializer, Protocol):
    """A deserializer that gives columns too, so that a frame is not made of rows.

    Where a deserializer has no such method, its rows are turned into columns.
    """

    def start_columns(self) -> ResponseParser:
        """Begin to read an answer, whose series are to be `influx_core.ColumnSeries`.

        The results are those of `start` in all else: pieces, errors, what is refused. A column has
        the kind that `influx_core.columns.column_of` gives the same values:

        - `time`, if its name is that and its values are integers, nanoseconds, or all missing; RFC
          3339 text in it becomes nanoseconds, too, unless one is something else;
        - `integer`, if every number in it was printed without fraction and exponent, and fits 64
          bits with a sign; else `unsigned`, if all fit 64 bits without one; else `float`;
        - `boolean` and `string`, if that is what all its values are; strings may have a dictionary;
        - `null`, if no value is there;
        - `object`, if its values are of several of these.

        This holds for each piece by itself; whoever joins pieces finds the common kind.
        """
        ...


class Auth(Protocol):
    """Puts credentials on requests."""

    def sign(self, request: Request, now: float) -> Request:
        """Return the request with credentials; `now` is in seconds since 1970. Pure."""
        ...


class RetryPolicy(Protocol):
    """Decides whether a failed request is tried again. Never sleeps itself."""

    def delay(self, attempt: int, failure: Exception) -> float | None:
        """Seconds to wait before the next try; None gives up.

        Args:
            attempt: how many tries have failed, from 1.
            failure: what the last one raised.
        """
        ...


class ClientInfo(Protocol):
    """What a notice is given of the client that sent a request; most are an InfluxDBClient."""

    @property
    def base_urls(self) -> list[str]:
        """The base URLs; the one that responded last comes first."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """Where a batch of points goes, and what its timestamps count.

    Credentials are the client's own, and no part of it.

    Attributes:
        db: the database.
        retention_policy: the database's default where None.
        precision: of the timestamps in the lines.
        consistency: how many nodes of a cluster must store a point.
        org: the organization of an InfluxDB 2.x.
    """

    db: str | None = None
    retention_policy: str | None = None
    precision: Precision = "ns"
    consistency: str | None = None
    org: str | None = None


@dataclass(frozen=True, slots=True)
class SpooledBatch:
    """A batch as a spool keeps it.

    Attributes:
        number: its place in the order of delivery; unique in a spool.
        target: where it goes.
        lines: its points as line protocol; empty where only the rest was asked for.
        points: the number of points.
        span: its earliest and latest time, in units of the target's precision; None if unknown.
    """

    number: int
    target: Target
    lines: bytes
    points: int
    span: tuple[int, int] | None = None


class Spool(Protocol):
    """A durable queue of batches behind a batch writer.

    Every method may block, and is called from one thread that is not the event loop's. A factory is
    called before that, and must not touch the disk.
    """

    def open(self) -> Sequence[SpooledBatch]:
        """Take hold of the store; what is in it, in order, without the lines.

        Raises:
            SpoolInUse: another writer holds it.
            SpoolError: it cannot be used.
        """
        ...

    def append(self, batch: SpooledBatch) -> None:
        """Keep a batch; when this returns, it survives whatever happens to the process.

        Raises:
            SpoolFull: there is no room for it.
            SpoolError: it could not be kept.
        """
        ...

    def read(self, number: int) -> SpooledBatch:
        """A batch with its lines.

        Raises:
            SpoolError: it is not there, or damaged.
        """
        ...

    def remove(self, number: int) -> None:
        """Forget a batch; no error if it is not there.

        Raises:
            SpoolError: it could not be removed, and may come back.
        """
        ...

    def close(self) -> None:
        """Let go of the store; safe to call twice, and if `open` failed."""
        ...


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a notice is told of a batch.

    Attributes:
        target: where it went.
        points: how many points it had.
        size: their bytes.
        attempts: how many requests were tried for it.
        seconds: since its first point was put; 0 for one that came back from a spool.
    """

    target: Target
    points: int
    size: int
    attempts: int
    seconds: float
