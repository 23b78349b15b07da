"""Settings of a batch writer, validated before it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from os import PathLike
from typing import Annotated, Literal, Self, TypedDict

from influx_core._api.request_options import Consistency
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._http.backoff import ExponentialBackoff
from influx_core._options.option_types import (
    NONE,
    PATH,
    Count,
    OptionType,
    Seconds,
    SizeInBytes,
    any_of,
    not_taken,
)
from influx_core._options.validator import check_value, option_types_of, refuse_unknown
from influx_core._points.batching import BATCH_BYTES, BATCH_POINTS, Fullness
from influx_core.errors import ConfigError

__all__ = ["DeadLetterOption", "OnFull", "PutParams", "WriterParams", "WriterSettings"]

OnFull = Literal["block", "drop_oldest", "drop_new", "raise", "spool"]

DeadLetterOption = Callable[[DeadLetter], None] | str | PathLike[str] | None
"""The receiver of dead letters: a function, the path of a file, or None."""


DEAD_LETTER = any_of(
    OptionType("a function", lambda taker: taker if callable(taker) else not_taken()), PATH, NONE
)


class PutParams(TypedDict, total=False):
    """Where points are stored; missing keys and None select the client's defaults.

    There are no credentials: the client's are used, because a spool must not store any.
    """

    db: str | None
    retention_policy: str | None
    precision: str | None
    consistency: Consistency | None
    org: str | None


class WriterParams(TypedDict, total=False):
    """Keyword arguments of `client.writer()`; see `WriterSettings` for meanings and defaults."""

    batch_points: int
    batch_bytes: int
    flush_interval: float
    in_flight: int
    queue_points: int
    queue_bytes: int
    on_full: OnFull
    close_timeout: float
    max_attempts: int
    backoff: float
    max_retry_delay: float
    auth_retry_interval: float
    dead_letter: DeadLetterOption


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterSettings:
    """The settings of a batch writer.

    Attributes:
        batch_points: the largest number of points in one request.
        batch_bytes: the largest number of bytes of line protocol in one request.
        flush_interval: the longest time in seconds that a point waits for others to fill its
            request.
        in_flight: the largest number of concurrent requests.
        queue_points: the largest number of points in memory, including those in flight.
        queue_bytes: the largest number of bytes of line protocol in memory.
        on_full: what `put` does when the queue is full: wait (`block`), give up the oldest batch
            that is not in flight (`drop_oldest`), give up the new points (`drop_new`), `raise`
            QueueFull, or move the oldest batch to the `spool` and wait for that.
        close_timeout: the time limit in seconds for delivering the remaining points when the writer
            is closed.
        max_attempts: attempts for a batch that fails while other batches succeed.
        backoff: the pause in seconds after the first failure; each further failure about doubles
            it.
        max_retry_delay: the longest pause in seconds between two attempts; also limits Retry-After.
        auth_retry_interval: the pause in seconds after the server refused the credentials (401), or
            a write to a database (403; only points for that database wait).
        dead_letter: receives the points that are given up: a function or the path of a file.

    Raises:
        ConfigError: a value is invalid; the message names it.
    """

    batch_points: Count = BATCH_POINTS
    batch_bytes: SizeInBytes = BATCH_BYTES
    flush_interval: Seconds = 1.0
    in_flight: Count = 2
    queue_points: Count = 100_000
    queue_bytes: SizeInBytes = 64_000_000
    on_full: OnFull = "block"
    close_timeout: Seconds = 10.0
    max_attempts: Count = 20
    backoff: Seconds = 0.5
    max_retry_delay: Seconds = 30.0
    auth_retry_interval: Seconds = 30.0
    dead_letter: Annotated[DeadLetterOption, DEAD_LETTER] = None

    def __post_init__(self) -> None:
        for name, option_type in option_types_of(type(self)).items():
            value = check_value("writer", name, option_type, getattr(self, name))
            object.__setattr__(self, name, value)
        for room, batch in (("queue_points", "batch_points"), ("queue_bytes", "batch_bytes")):
            if getattr(self, room) < getattr(self, batch):
                raise ConfigError(f"writer: {room} has to be at least {batch}")

    @classmethod
    def of(cls, params: WriterParams) -> Self:
        """Create settings from keyword arguments; raise ConfigError for an unknown name."""
        refuse_unknown("writer", [*(field.name for field in fields(cls)), "spool"], params)
        return cls(**params)

    @property
    def fullness(self) -> Fullness:
        """Return the rule for when a batch is sent."""
        return Fullness(self.batch_points, self.batch_bytes, self.flush_interval)

    @property
    def retry_delays(self) -> ExponentialBackoff:
        """Return the rule for how long to wait after failures."""
        return ExponentialBackoff(self.backoff, max(self.backoff, self.max_retry_delay))
