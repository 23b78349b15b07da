"""All exceptions of influx_core, with one base class; the class names the cause.

Wrong input raises `ConfigError`, `EncodeError` or `DecodeError`; the network `ServerUnreachable` or
`ResponseLost`; the server `ResponseError` or a subclass; a batch writer `PointsUndelivered`,
`QueueFull`, `WriterClosed`, or `SpoolError` or a subclass. Details are attributes; the message is
for people and never contains credentials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from influx_core._short_text import shortened

__all__ = [
    "AlreadyExists",
    "AuthenticationError",
    "AuthorizationError",
    "ConfigError",
    "DatabaseNotFound",
    "DecodeError",
    "EncodeError",
    "InfluxDBError",
    "LimitReached",
    "NotFound",
    "PartialWriteError",
    "PointsUndelivered",
    "QueryError",
    "QueueFull",
    "RequestTooLarge",
    "ResponseError",
    "ResponseLost",
    "ServerBusy",
    "ServerUnreachable",
    "SpoolDamaged",
    "SpoolError",
    "SpoolFull",
    "SpoolInUse",
    "UnexpectedRows",
    "WriteError",
    "WriterClosed",
    "class_of_status",
    "is_database_not_found",
    "statement_error",
]

_DATABASE_NOT_FOUND = re.compile(
    r'(?:query error: )?(?:database not found|bucket "[^"]*" not found)|'
    r"Database '[^']*' not found|"  # of InfluxDB 3 over Flight
    r'(?:failed to initialize execute state: )?could not find bucket "'
)


def _rebuild(cls: type[InfluxDBError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InfluxDBError(Exception):
    """The base class of all errors that the toolkit raises on purpose.

    Errors raised by `write`, `write_many` and `write_lines` have the two attributes below; those of
    a batch writer's `put_lines`, and a QueueFull of `put_many`, have `written`, the number of
    accepted points. Errors of other calls have neither.

    Attributes:
        written: the number of points that the server acknowledged before the failed request.
        not_sent: the number of points that were not sent; None if they came from an iterator of
            unknown length.
    """

    written: int
    not_sent: int | None

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive pickling (between processes) although constructors take keywords."""
        return _rebuild, (type(self), self.args, self.__dict__)


class ConfigError(InfluxDBError, ValueError):
    """A client, a part or a call has an invalid option.

    Raised before anything is sent.
    """


_NAME_LIMIT = 200
"""Characters of the name of a measurement or a key that an error shows."""


class EncodeError(InfluxDBError, ValueError):
    """A point cannot be written as line protocol without changing it.

    Attributes:
        reason: what cannot be represented, and why.
        index: position of the point in the call, from 0; None for a single point.
        measurement: the measurement of the point, if it is known.
        key: the tag or field key; None if the point as a whole is invalid.
    """

    def __init__(
        self,
        reason: str,
        *,
        index: int | None = None,
        measurement: object = None,
        key: object = None,
    ) -> None:
        self.reason = reason
        self.index = index
        self.measurement = measurement
        self.key = key
        super().__init__(reason)

    def __str__(self) -> str:
        if self.index is None and self.measurement is None and self.key is None:
            return shortened(self.reason)
        place = "point" if self.index is None else f"point {self.index}"
        if self.measurement is not None:
            place += f" ({shortened(repr(self.measurement), _NAME_LIMIT)})"
        if self.key is not None:
            place += f", key {shortened(repr(self.key), _NAME_LIMIT)}"
        return f"{place}: {shortened(self.reason)}"


class DecodeError(InfluxDBError, ValueError):
    """The bytes are not valid line protocol, or not a valid response.

    Attributes:
        reason: what was found and what was expected.
        line: the line, from 1; None if the format has no lines.
        column: the column in bytes, from 1; None if unknown.
    """

    def __init__(self, reason: str, *, line: int | None = None, column: int | None = None) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(reason)

    def __str__(self) -> str:
        if self.line is None:
            return self.reason
        if self.column is None:
            return f"line {self.line}: {self.reason}"
        return f"line {self.line}, column {self.column}: {self.reason}"


class UnexpectedRows(InfluxDBError, LookupError):
    """The result of a query has more or fewer rows or columns than requested.

    Attributes:
        rows: the number of rows.
    """

    def __init__(self, message: str, *, rows: int = 0) -> None:
        self.rows = rows
        super().__init__(message)


class ServerUnreachable(InfluxDBError, ConnectionError):
    """No server received the request: nothing was sent, so another attempt is safe.

    Attributes:
        causes: for each base URL, in the order of the attempts, the URL and its error.
    """

    def __init__(self, message: str, *, causes: tuple[tuple[str, BaseException], ...] = ()) -> None:
        self.causes = causes
        super().__init__(message)


class ResponseLost(InfluxDBError, ConnectionError):
    """The request was sent, but no complete response arrived: it may have been applied or not."""


class ResponseError(InfluxDBError):
    """The server responded with an error.

    Attributes:
        status: the HTTP status; 200 if the error was inside a response.
        code: the server's own error code (2.x: `invalid`, `unauthorized`...), if it sent one.
        request_id: the server's id of the request, to find it in its log.
        retry_after: the seconds to wait before another attempt, if the server sent Retry-After.
        message: the server's error message.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        super().__init__(message)


class AuthenticationError(ResponseError):
    """The credentials are missing or wrong (401)."""


class AuthorizationError(ResponseError):
    """The user lacks the required privilege (403)."""


class RequestTooLarge(ResponseError):
    """The body exceeds the server's limit (413)."""


class ServerBusy(ResponseError):
    """The server cannot process the request now (429, 503); `retry_after` may say when it can."""


class NotFound(ResponseError):
    """What is to be changed does not exist (404 of the management APIs)."""


class AlreadyExists(ResponseError):
    """What is to be created exists already (409 of InfluxDB 3, 422 of InfluxDB 2)."""


class LimitReached(ResponseError):
    """The server allows no more databases, tables or columns (422 of InfluxDB 3)."""


class QueryError(ResponseError):
    """A query was refused, or one of its statements failed.

    Attributes:
        statement_id: position of the failed statement in the query, from 0; None if the query as
            a whole was refused.
        reference: the number of a Flux error that the server sent in the middle of a response;
            None for other errors.
    """

    def __init__(
        self,
        message: str,
        *,
        statement_id: int | None = None,
        reference: int | None = None,
        **details: Any,
    ) -> None:
        self.statement_id = statement_id
        self.reference = reference
        super().__init__(message, **details)


class _LineAndReason(NamedTuple):
    line: str
    reason: str


class RejectedLine(_LineAndReason):
    """A line that the server did not store; it unpacks to `line` and `reason`.

    Attributes:
        line: the text of the line; only its beginning if the server quotes no more, and its
            number does not tell which line of the body it is.
        reason: the server's reason.
        number: its position in the body of the request, counted from 1; None if unknown.
    """

    number: int | None

    def __new__(cls, line: str, reason: str, number: int | None = None) -> Self:
        """Create it from its parts."""
        made = super().__new__(cls, line, reason)
        made.number = number
        return made

    def __repr__(self) -> str:
        return f"RejectedLine({self.line!r}, {self.reason!r}, number={self.number})"


class WriteError(ResponseError):
    """The server refused a write; `written` and `not_sent` describe the other requests.

    Attributes:
        rejected: the invalid lines with the server's reasons, if the server names them.
    """

    def __init__(
        self, message: str, *, rejected: tuple[RejectedLine, ...] = (), **details: Any
    ) -> None:
        self.rejected = rejected
        super().__init__(message, **details)


class PartialWriteError(WriteError):
    """Some points of a request were stored, others were not.

    Attributes:
        dropped: the number of points that the server dropped; 0 if some lines could not be parsed.
    """

    def __init__(self, message: str, *, dropped: int | None = None, **details: Any) -> None:
        self.dropped = dropped
        super().__init__(message, **details)


class DatabaseNotFound(QueryError, WriteError):
    """The database (or bucket) does not exist; databases are created only on request."""


_BY_STATUS: Mapping[int, type[ResponseError]] = {
    401: AuthenticationError,
    403: AuthorizationError,
    413: RequestTooLarge,
    429: ServerBusy,
    503: ServerBusy,
}


def class_of_status(status: int) -> type[ResponseError] | None:
    """Return the class for a status that means the same for all requests; None for others."""
    return _BY_STATUS.get(status)


def is_database_not_found(message: str) -> bool:
    """Whether the server's message says that the database, or the bucket, does not exist."""
    return _DATABASE_NOT_FOUND.match(message) is not None


def statement_error(
    message: str,
    statement_id: int | None,
    *,
    request_id: str | None = None,
    reference: int | None = None,
) -> QueryError:
    """Return the exception for a statement's error inside a response with status 200."""
    cls = DatabaseNotFound if is_database_not_found(message) else QueryError
    return cls(
        message,
        statement_id=statement_id,
        reference=reference,
        status=200,
        request_id=request_id,
    )


class PointsUndelivered(InfluxDBError):
    """A batch writer gave points up: they are neither delivered nor spooled.

    Attributes:
        letters: the points as line protocol with target and reason (`influx_core.DeadLetter`).
        points: the number of points.
    """

    def __init__(self, message: str, *, letters: tuple[Any, ...] = (), points: int = 0) -> None:
        self.letters = letters
        self.points = points
        super().__init__(message)


class QueueFull(InfluxDBError):
    """The queue of a batch writer is full; `written` of `put_many` counts the accepted points."""


class WriterClosed(InfluxDBError):
    """The batch writer does not accept points: it is not entered yet, or already closed."""


class SpoolError(InfluxDBError):
    """A spool could not be opened, or could not store, read or delete a batch."""


class SpoolDamaged(SpoolError):
    """A batch in a spool is damaged or missing; it cannot be read, now or later."""


class SpoolFull(SpoolError):
    """A spool has reached its quota, or the disk is full."""


class SpoolInUse(SpoolError, ConfigError):
    """Another writer, in this process or in another one, has the spool open."""
