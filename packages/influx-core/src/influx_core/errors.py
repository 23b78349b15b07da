"""Every exception of influx_core, under one root; each says whose fault it is.

The caller's: `ConfigError`, `EncodeError`, `DecodeError`. The network's: `ServerUnreachable`,
`ResponseLost`. The server's: `ResponseError` and below. Of a batch writer: `PointsUndelivered`,
`QueueFull`, `WriterClosed`, and `SpoolError` and below. What a program may want to know about a
failure is an attribute; the text is for people and never holds a credential.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = [
    "AuthenticationError",
    "AuthorizationError",
    "ConfigError",
    "DatabaseNotFound",
    "DecodeError",
    "EncodeError",
    "InfluxDBError",
    "PartialWriteError",
    "PointsUndelivered",
    "QueryError",
    "QueueFull",
    "RequestTooLarge",
    "ResponseError",
    "ResponseLost",
    "ServerBusy",
    "ServerUnreachable",
    "SpoolError",
    "SpoolFull",
    "SpoolInUse",
    "UnexpectedRows",
    "WriteError",
    "WriterClosed",
    "is_database_not_found",
    "statement_error",
]

_DATABASE_NOT_FOUND = re.compile(r'(database not found|bucket "[^"]*" not found)')


def _rebuild(cls: type[InfluxDBError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InfluxDBError(Exception):
    """The root: everything this toolkit raises on purpose is one of these.

    An error raised by `write`, `write_many` or `write_lines` also says how far the write got; the
    errors of other calls have no such attributes.

    Attributes:
        written: of a write: the points of the requests before the failing one, which the server
            has acknowledged.
        not_sent: of a write: the points after the failing request, which were never sent; None
            where they came from an iterator whose rest is not known.
    """

    written: int
    not_sent: int | None

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive pickling (between processes) although constructors take keywords."""
        return _rebuild, (type(self), self.args, self.__dict__)


class ConfigError(InfluxDBError, ValueError):
    """A client, one of its parts, or a call was set up in a way that cannot work.

    Raised before anything is sent.
    """


class EncodeError(InfluxDBError, ValueError):
    """A point cannot be written as line protocol without changing it.

    Attributes:
        reason: what cannot be represented, and why.
        index: position of the point in the call, from 0; None where only one was given.
        measurement: the point's measurement as given, where it is known.
        key: the tag or field key concerned; None if it is the point as a whole.
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
        place = "point" if self.index is None else f"point {self.index}"
        if self.measurement is not None:
            place += f" ({self.measurement!r})"
        if self.key is not None:
            place += f", key {self.key!r}"
        return f"{place}: {self.reason}"


class DecodeError(InfluxDBError, ValueError):
    """Bytes are not what they should be: line protocol, or a server's answer.

    Attributes:
        reason: what was found and what was expected.
        line: the line, from 1; None where the format has no lines.
        column: the column in bytes, from 1; None where unknown.
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
    """The result of a query has another number of rows or columns than was asked for.

    Attributes:
        rows: how many rows it has.
    """

    def __init__(self, message: str, *, rows: int = 0) -> None:
        self.rows = rows
        super().__init__(message)


class ServerUnreachable(InfluxDBError, ConnectionError):
    """No server took the request: nothing was sent, so trying again is safe.

    Attributes:
        causes: for every base URL tried, in order, the URL and what happened there.
    """

    def __init__(self, message: str, *, causes: tuple[tuple[str, BaseException], ...] = ()) -> None:
        self.causes = causes
        super().__init__(message)


class ResponseLost(InfluxDBError, ConnectionError):
    """The request left, but no whole answer came back: it may have been applied or not."""


class ResponseError(InfluxDBError):
    """The server answered with an error.

    Attributes:
        status: HTTP status; 200 where the error stood inside an answer.
        code: the server's own error code (2.x: `invalid`, `unauthorized`...), if it sent one.
        request_id: the server's id of the request, to find it in its log.
        retry_after: seconds the server asks to wait, if it does.
        message: the server's words.
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
    """The server does not know who is asking, or the credentials are wrong (401)."""


class AuthorizationError(ResponseError):
    """The server knows who is asking and refuses (403)."""


class RequestTooLarge(ResponseError):
    """The body is over the server's limit (413)."""


class ServerBusy(ResponseError):
    """The server cannot take the request now (429, 503); `retry_after` may say when it can."""


class QueryError(ResponseError):
    """A query was refused, or one of its statements failed.

    Attributes:
        statement_id: position of the failed statement in the query, from 0; None if the query as
            a whole was refused.
    """

    def __init__(self, message: str, *, statement_id: int | None = None, **details: Any) -> None:
        self.statement_id = statement_id
        super().__init__(message, **details)


class WriteError(ResponseError):
    """The server refused a write; `written` and `not_sent` say what became of the other batches.

    Attributes:
        rejected: the lines at fault, each with the server's reason, where the server tells.
    """

    def __init__(
        self, message: str, *, rejected: tuple[tuple[str, str], ...] = (), **details: Any
    ) -> None:
        self.rejected = rejected
        super().__init__(message, **details)


class PartialWriteError(WriteError):
    """Some points of a request were stored; others, those in `rejected` among them, were not.

    Attributes:
        dropped: how many the server says it dropped; 0 also where it could not parse some lines.
    """

    def __init__(self, message: str, *, dropped: int | None = None, **details: Any) -> None:
        self.dropped = dropped
        super().__init__(message, **details)


class DatabaseNotFound(QueryError, WriteError):
    """The database (or bucket) does not exist; no database is ever created unasked."""


def is_database_not_found(message: str) -> bool:
    """Whether the server's message says that the database, or the bucket, does not exist."""
    return _DATABASE_NOT_FOUND.match(message) is not None


def statement_error(
    message: str, statement_id: int | None, *, request_id: str | None = None
) -> QueryError:
    """The exception for the error of a statement, which stands in a result with status 200."""
    cls = DatabaseNotFound if is_database_not_found(message) else QueryError
    return cls(message, statement_id=statement_id, status=200, request_id=request_id)


class PointsUndelivered(InfluxDBError):
    """Points given to a batch writer were not delivered, and never will be by this writer.

    Attributes:
        letters: the points as line protocol, each piece with its target and the reason
            (`influx_core.DeadLetter`).
        points: how many points those are.
    """

    def __init__(self, message: str, *, letters: tuple[Any, ...] = (), points: int = 0) -> None:
        self.letters = letters
        self.points = points
        super().__init__(message)


class QueueFull(InfluxDBError):
    """A batch writer has no room for the points now; none of them was taken."""


class WriterClosed(InfluxDBError):
    """A batch writer takes no points: it was not entered yet, or it was left."""


class SpoolError(InfluxDBError):
    """A spool could not do its work; what it was given is not in it."""


class SpoolFull(SpoolError):
    """A spool has reached its quota, or the disk is full."""


class SpoolInUse(SpoolError, ConfigError):
    """Another writer, of this process or another, has the spool open."""
