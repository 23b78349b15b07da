"""The contracts between the parts of a client: Request, Response and the protocols of parts.

Plugins implement these protocols; `influx_testing.conformance` has a test suite for each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from influx_core._columns.arrow_layout import Column
from influx_core._points.data_point import DataPoint, PointLike
from influx_core._results.query_result import StatementResult
from influx_core.errors import EncodeError
from influx_core.timestamps import Precision

__all__ = [
    "Auth",
    "BatchParser",
    "BatchResponse",
    "BatchSummary",
    "ClientInfo",
    "ColumnDeserializer",
    "ColumnSerializer",
    "Deserializer",
    "FormatTransport",
    "IntakeSerializer",
    "LineSummarizer",
    "LineSummary",
    "LocalResponse",
    "OnInvalid",
    "Operation",
    "PointIntake",
    "PointKeys",
    "PointSerializer",
    "ReadingSerializer",
    "ReceivedBatch",
    "RecordBatch",
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
"""Called for a point that cannot be written, with its index in the call and the error."""

RunT = TypeVar("RunT")
ReceiptT = TypeVar("ReceiptT")
ReceiptT_co = TypeVar("ReceiptT_co", covariant=True)
ChunkT = TypeVar("ChunkT")

Operation = Literal["write", "query", "ping", "configure", "other"]
"""The purpose of a request; `configure` changes databases, tables or tokens of InfluxDB 3."""

_SECRET_PARAMS = frozenset({"u", "p", "q", "params"})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, before or after signing.

    Attributes:
        method: `GET` or `POST`; `PUT` or `DELETE` to configure InfluxDB 3.
        path: the path below the base URL, with its leading slash: `/write`.
        base_url: scheme, host and prefix, without trailing slash; set when an endpoint is chosen.
        params: parameters of the URL, in order, not yet percent-encoded.
        headers: the headers, with names in lower case.
        body: the whole body; empty for none.
        timeout: the seconds that the server may be silent: until the headers of the response have
            arrived, then between the pieces of its body; None waits without limit.
        operation: the purpose of the request.
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

    def sent_to(self, base_url: str, timeout: float | None) -> Request:
        """The same request to a server, which may be silent for `timeout` seconds."""
        return Request(
            self.method,
            self.path,
            self.params,
            self.headers,
            self.body,
            base_url,
            timeout,
            self.operation,
        )

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The same request with other headers."""
        return Request(
            self.method,
            self.path,
            self.params,
            headers,
            self.body,
            self.base_url,
            self.timeout,
            self.operation,
        )

    def __repr__(self) -> str:
        """Say where it goes and how much it carries; never parameters that may hold secrets."""
        shown = "&".join(f"{k}=..." if k in _SECRET_PARAMS else f"{k}={v}" for k, v in self.params)
        query = f"?{shown}" if shown else ""
        return f"<Request {self.method} {self.url}{query} ({len(self.body)} bytes)>"


class Response(Protocol):
    """The response to one request; its body may not have arrived yet."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with names in lower case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives, once.

        Raises:
            ConnectionError: the connection broke; the body is incomplete.
            TimeoutError: nothing came for `timeout` seconds of the request.
        """
        ...

    async def aclose(self) -> None:
        """Release the connection; safe to call twice, and after the last chunk."""
        ...


class RecordBatch(Protocol):
    """A record batch of Arrow: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Export the batch as capsules of its schema and its array."""
        ...


class ReceivedBatch(NamedTuple):
    """A record batch of a response.

    Attributes:
        batch: the batch, such as a `pyarrow.RecordBatch`.
        last: whether it is the last one.
    """

    batch: RecordBatch
    last: bool


class BatchResponse(Response, Protocol):
    """A response whose transport receives record batches instead of bytes.

    A parser of record batches (`BatchParser`) is given these; any other parser gets `chunks`, the
    bytes of an Arrow stream with the same batches.
    """

    def batches(self) -> AsyncIterator[ReceivedBatch]:
        """Iterate over the batches as they arrive, once, instead of over `chunks`.

        The last one is marked, and there is always one: a response without rows is a batch without
        rows, which has the schema.

        Raises:
            ConnectionError: the connection broke; the response is incomplete.
            TimeoutError: nothing came for `timeout` seconds of the request.
        """
        ...


@dataclass(frozen=True, slots=True)
class LocalResponse:
    """A Response created in this process, by a fake server or a test."""

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
    """Sends requests. Owns sockets, and does not depend on InfluxDB.

    The factory is called without positional arguments, possibly while no event loop is running.
    """

    async def send(self, request: Request) -> Response:
        """Send one request; return when the status and the headers have arrived.

        Redirects are not followed.

        Raises:
            ConnectionError: the request was not sent; another attempt is safe.
            TimeoutError: no response in `request.timeout` seconds, or the connection broke after
                the request was sent: it may have been applied.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections; safe to call twice."""
        ...


class FormatTransport(Transport, Protocol):
    """A transport that also gets responses to queries in formats that the server's HTTP lacks.

    If the client's deserializer is `auto`, its queries ask for such a format. Other transports do
    not have the attribute.
    """

    @property
    def query_formats(self) -> frozenset[str]:
        """The MIME types of these formats."""
        ...


class Serializer(Protocol):
    """Converts points to the body of a write. Stateless."""

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
            precision: the unit of the timestamps written, and of integer timestamps in the points.
            on_invalid: called for each point that cannot be written; the point is left out.

        Raises:
            EncodeError: the first point that cannot be written, if there is no `on_invalid`.
        """
        ...


class PointSerializer(Serializer, Protocol):
    """A serializer that also accepts a single point, faster than a collection of one."""

    def dump_point(self, point: PointLike, precision: Precision) -> bytes:
        """Encode one point, with the same result as `dump`.

        Args:
            point: a DataPoint or a tuple `(measurement, tags, fields, timestamp)`.
            precision: the unit of the timestamp written, and of an integer timestamp.

        Raises:
            EncodeError: the point cannot be written; its index is 0.
        """
        ...


class PointIntake(Protocol[ChunkT, ReceiptT_co]):
    """Takes points that a writer is given one at a time; see `IntakeSerializer`.

    The points between two calls of `end_run` are a run.
    """

    def take(self, point: PointLike, /) -> ReceiptT_co | None:
        """Add a point to the run; return its receipt.

        Returns:
            None, and nothing was added, if no more points or bytes are allowed, or if the point
            needs anything but its line: `dump_point` decides then what is wrong.
        """
        ...

    def allow(self, points: int, size: int, /) -> None:
        """Set how many points, and bytes of their lines, may be taken from now on."""
        ...

    def taken(self) -> tuple[int, int]:
        """Return how many points and bytes the run has."""
        ...

    def end_run(self, chunks: list[ChunkT], /) -> tuple[int, int]:
        """End the run, and append the chunk of its points, if there are any.

        Returns:
            How many points and bytes were appended.
        """
        ...


class IntakeSerializer(PointSerializer, Protocol):
    """A point serializer that also does what a writer does with most points, in one call each."""

    def point_intake(
        self,
        precision: Precision,
        run: Callable[[], RunT],
        receipt: Callable[[RunT, int], ReceiptT],
        chunk: Callable[[bytes, int, tuple[int, int], RunT], ChunkT],
        now: Callable[[], int],
    ) -> PointIntake[ChunkT, ReceiptT] | None:
        """Make an intake, which takes no point before it is allowed to.

        Args:
            precision: the unit of the timestamps written, and of integer timestamps.
            run: makes what the receipts and the chunk of a run have in common.
            receipt: makes the receipt of a point of a run, from its index in the run.
            chunk: makes the chunk of a run: of its lines in order, as `dump_point` writes them, the
                number of points, and the earliest and the latest time in the lines.
            now: returns the time of a point without one.

        Returns:
            None if this serializer has none, as a subclass that encodes points in its own way.
        """
        ...


class ColumnSerializer(Serializer, Protocol):
    """A serializer that also accepts columns, so that frames need no rows."""

    def dump_columns(
        self,
        measurement: str | Column,
        tags: Mapping[str, Column | str],
        fields: Mapping[str, Column],
        timestamps: Column | None,
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode rows given as columns of equal length, with the same result as `dump`.

        Args:
            measurement: one name for all rows, or a column of strings.
            tags: for each tag one value for all rows, or a column of strings; missing and empty
                values are left out.
            fields: columns of floats, integers, unsigned integers, booleans or strings; missing
                values are left out.
            timestamps: a column of times; for a missing time, or without the column, the server
                uses its own time.
            precision: the precision of the timestamps written; finer times are rounded down.
            on_invalid: called for each row that cannot be written; the row is left out.

        Raises:
            EncodeError: the first row that cannot be written, if there is no `on_invalid`.
            ValueError: the columns differ in length, or have a type that cannot be written.
        """
        ...


class ReadingSerializer(Serializer, Protocol):
    """A serializer that can also decode."""

    def load(
        self, data: bytes, precision: Precision, default_time: int | None = None
    ) -> list[DataPoint]:
        """Decode points; timestamps are returned in nanoseconds.

        Args:
            data: the body of a write.
            precision: the unit of the timestamps in the data.
            default_time: the timestamp of points without one, in nanoseconds, rounded down to the
                precision; with None they have none.

        Raises:
            DecodeError: a line is invalid; raised for the first one.
        """
        ...


class LineSummary(NamedTuple):
    """What a block of line protocol holds, up to the end of its last whole line.

    Attributes:
        end: the offset after the last line end that later data cannot move into a string.
        newlines: the newlines before it, those in strings included.
        points: the lines that are neither empty nor comments.
        timed: whether all of these end with a time.
        comments: whether there are comments.
        earliest: the smallest of the times, in the unit of the lines; None without a time. A time
            beyond 64 bits counts as the nearest integer that has them.
        latest: the largest of the times.
    """

    end: int
    newlines: int
    points: int
    timed: bool
    comments: bool
    earliest: int | None
    latest: int | None


class PointKeys(Protocol):
    """The keys of some points, by which points are found that replace each other.

    Points of one series with the same time have the same key, however the tags are ordered and
    escaped; others seldom have. Keys can be compared with those of the same summarizer.
    """

    def __len__(self) -> int:
        """The number of different keys."""
        ...

    def isdisjoint(self, other: Any, /) -> bool:
        """Whether no key is among the others."""
        ...


class LineSummarizer(Protocol):
    """Tells what blocks of line protocol hold, for programs that pass lines on. Stateless.

    Lines are not decoded: a line that is no point counts as one.
    """

    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        """Tell where the last whole line of a block ends, and what the lines before it hold.

        A string that has not ended after `influx_core.codec.LONGEST_STRING` bytes is none: its
        quote is an ordinary character.

        Args:
            data: lines, from the start of one.
            final: whether no more data follows: the rest is a line, too, and a quote without an
                end opens no string.
        """
        ...

    def keys(self, data: bytes, *, by_field: bool = False) -> PointKeys | None:
        """Return the keys of all points.

        Args:
            data: whole lines that have times.
            by_field: whether points with the same time and different fields have different keys.

        Returns:
            None if `by_field` is true and a line may have several fields.
        """
        ...


class ResponseParser(Protocol):
    """Parses one response in pieces."""

    def feed(self, data: bytes) -> list[StatementResult]:
        """Parse the next bytes, a piece of any size; return the results that they complete.

        The rows of a statement may be spread over several results, in order, with series marked as
        partial.

        Raises:
            DecodeError: the bytes are not a response of this format.
        """
        ...

    def finish(self) -> list[StatementResult]:
        """End the response; return the remaining results.

        Raises:
            DecodeError: the response is incomplete.
        """
        ...


class BatchParser(ResponseParser, Protocol):
    """A parser that also takes record batches, from a transport that receives them."""

    def feed_batch(self, received: ReceivedBatch) -> list[StatementResult]:
        """Read the next batch; return the results that it completes, as `feed` does.

        A response is read either with `feed` or with `feed_batch`.

        Raises:
            DecodeError: the batch is damaged.
        """
        ...


class Deserializer(Protocol):
    """Reads one format of responses. Stateless; each response has a ResponseParser of its own."""

    @property
    def accept(self) -> str:
        """The value of the Accept header for this format."""
        ...

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        ...


class ColumnDeserializer(Deserializer, Protocol):
    """A deserializer that also returns columns, so that frames need no rows.

    The rows of other deserializers are converted to columns.
    """

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series are `influx_core.ColumnSeries`.

        In all other respects the results equal those of `start`. The type of a column is the one
        that `influx_core.columns.column_of` returns for the same values:

        - `time`, if that is its name and its values are integers (nanoseconds), RFC 3339 text,
        which is converted, or all missing;
        - `integer`, if all numbers are printed without fraction and exponent and fit into 64 bits;
        otherwise `unsigned`, if they fit into 64 bits without a sign; otherwise `float`;
        - `boolean` or `string`, if all values are of that type; strings may have a dictionary; -
        `null`, if all values are missing; - `object`, if the values have several of these types.

        This applies to each piece by itself; joining pieces determines the common type.
        """
        ...


class Auth(Protocol):
    """Adds credentials to requests."""

    def sign(self, request: Request, now: float) -> Request:
        """Return the request with credentials; `now` is in seconds since 1970. Pure."""
        ...


class RetryPolicy(Protocol):
    """Decides whether a failed request is repeated. It does not sleep itself."""

    def delay(self, attempt: int, failure: Exception) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up.

        Args:
            attempt: the number of failed attempts, from 1.
            failure: the exception of the last attempt.
        """
        ...


class ClientInfo(Protocol):
    """The client that sent a request, for notices; usually an InfluxDBClient."""

    @property
    def base_urls(self) -> list[str]:
        """The base URLs; the one that responded last comes first."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """The destination of points, and the unit of their timestamps.

    Credentials are not part of it; they belong to the client.

    Attributes:
        db: the database.
        retention_policy: the retention policy; the database's default if None.
        precision: the unit of the timestamps in the lines.
        consistency: the number of nodes of a cluster that must store a point.
        org: the organization of an InfluxDB 2.x.
    """

    db: str | None = None
    retention_policy: str | None = None
    precision: Precision = "ns"
    consistency: str | None = None
    org: str | None = None


@dataclass(frozen=True, slots=True)
class SpooledBatch:
    """A batch as it is stored in a spool.

    Attributes:
        number: its position in the order of delivery; unique in a spool.
        target: the target of the points.
        lines: the points as line protocol; empty in the result of `open`.
        points: the number of points.
        span: the earliest and the latest time, in units of the target's precision; None if unknown.
    """

    number: int
    target: Target
    lines: bytes
    points: int
    span: tuple[int, int] | None = None


class Spool(Protocol):
    """A durable queue of batches behind a batch writer.

    All methods may block; they are called from one thread, which is not that of the event loop. The
    factory is called earlier and must not access the disk.
    """

    def open(self) -> Sequence[SpooledBatch]:
        """Open and lock the store; return its batches in order, without the lines.

        Raises:
            SpoolInUse: another writer has it open.
            SpoolError: the store cannot be used.
        """
        ...

    def append(self, batch: SpooledBatch) -> None:
        """Store a batch; after the return it survives the death of the process.

        Raises:
            SpoolFull: there is no room for the batch.
            SpoolError: the batch could not be stored.
        """
        ...

    def read(self, number: int) -> SpooledBatch:
        """Return a batch with its lines.

        Raises:
            SpoolDamaged: the batch does not exist or is damaged; it is not read again.
            SpoolError: it cannot be read now; it is tried again.
        """
        ...

    def remove(self, number: int) -> None:
        """Delete a batch; no error if it does not exist.

        Raises:
            SpoolError: the batch could not be deleted, and may be delivered again.
        """
        ...

    def close(self) -> None:
        """Close and unlock the store; safe to call twice, and if `open` failed."""
        ...


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A summary of a batch, for notices.

    Attributes:
        target: the target of the batch.
        points: the number of points.
        size: the size of the lines in bytes.
        attempts: the number of requests for it.
        seconds: the time since its first point was put; 0 for a batch from a spool.
    """

    target: Target
    points: int
    size: int
    attempts: int
    seconds: float
