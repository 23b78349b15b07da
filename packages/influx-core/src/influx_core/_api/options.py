"""The options of a write and of a query, on top of the client's defaults."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypedDict, TypeVar, get_args

from influx_core import timestamps
from influx_core.errors import ConfigError
from influx_core.timestamps import Precision

__all__ = ["Consistency", "QueryOptions", "QueryParams", "WriteOptions", "WriteParams"]

Consistency = Literal["any", "one", "quorum", "all"]

DEFAULT_CHUNK_SIZE = 50_000
"""Rows a chunk: what a server prints fastest."""

STREAM_CHUNK_SIZE = 25_000
"""Rows a chunk where memory counts: one is looked at while the next is decoded."""


class WriteParams(TypedDict, total=False):
    """Keywords of every write; what is None or not given is the client's default.

    `precision` is the unit of integer timestamps; `username` and `password`, or `token`, sign this
    request alone, and so does `auth`, a part as the client takes it. `org` is for InfluxDB 2.x;
    `accept_partial` and `no_sync` are for 3.x: whether good lines are stored beside bad ones, and
    whether the server answers before it has written its log.
    """

    db: str | None
    retention_policy: str | None
    precision: str | None
    consistency: Consistency | None
    org: str | None
    accept_partial: bool | None
    no_sync: bool | None
    username: str | None
    password: str | None
    token: str | None
    auth: object


class QueryParams(TypedDict, total=False):
    """Keywords of every query; what is None or not given is the client's default.

    `epoch` is the unit in which `Series.values` shows times, RFC 3339 text without it. `chunked`
    is whether the server answers in pieces, or the rows a piece; `chunk_size` says the latter
    alone. With `columnar` the series are `influx_core.ColumnSeries`, which hold columns
    and make rows when asked. `org` is for InfluxDB 2.x; `username` and
    `password`, `token` or `auth` sign this request alone.
    """

    db: str | None
    retention_policy: str | None
    epoch: str | None
    chunked: bool | int | None
    chunk_size: int | None
    columnar: bool | None
    org: str | None
    username: str | None
    password: str | None
    token: str | None
    auth: object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """The options of any request."""

    db: str | None = None
    retention_policy: str | None = None
    org: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    auth: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions(_Common):
    """The options of a write, checked."""

    precision: str | None = None
    consistency: Consistency | None = None
    accept_partial: bool | None = None
    no_sync: bool | None = None

    def __post_init__(self) -> None:
        _ = self.unit
        if self.consistency not in (None, *get_args(Consistency)):
            known = ", ".join(get_args(Consistency))
            raise ConfigError(f"consistency {self.consistency!r} is none of {known}")

    @property
    def unit(self) -> Precision:
        """The precision under its one name."""
        return "ns" if self.precision is None else _unit("precision", self.precision)

    def merged_with(self, params: WriteParams) -> WriteOptions:
        """These options, overridden by the call's parameters."""
        return _merged(self, params)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions(_Common):
    """The options of a query, checked."""

    epoch: str | None = None
    chunked: bool | int | None = None
    chunk_size: int | None = None
    columnar: bool = False

    def __post_init__(self) -> None:
        _ = self.unit
        if not _is_count(self.rows):
            raise ConfigError(f"a chunk is a number of rows, at least one, not {self.rows!r}")

    @property
    def unit(self) -> Precision | None:
        """The unit of shown times under its one name; None for RFC 3339 text."""
        return None if self.epoch is None else _unit("epoch", self.epoch)

    @property
    def rows(self) -> int | None:
        """Rows a chunk; None to have the answer in one piece."""
        if self.chunked is False:
            return None
        if self.chunk_size is not None:
            return self.chunk_size
        return DEFAULT_CHUNK_SIZE if self.chunked in (None, True) else self.chunked

    def streaming(self) -> QueryOptions:
        """These options for an answer that is read piece by piece; what was chosen stays."""
        chosen = self.chunked not in (None, True) or self.chunk_size is not None
        return self if chosen else replace(self, chunk_size=STREAM_CHUNK_SIZE)

    def merged_with(self, params: QueryParams) -> QueryOptions:
        """These options, overridden by the call's parameters."""
        return _merged(self, params)


_Options = TypeVar("_Options", WriteOptions, QueryOptions)


def _merged(options: _Options, params: Any) -> _Options:
    """Override options by keywords; an unknown one is the caller's TypeError."""
    return replace(options, **{name: value for name, value in params.items() if value is not None})


def _is_count(rows: object) -> bool:
    return rows is None or (isinstance(rows, int) and rows >= 1)


def _unit(option: str, name: str) -> Precision:
    try:
        return timestamps.precision(name)
    except ConfigError as error:
        raise ConfigError(f"{option}: {error}") from None
