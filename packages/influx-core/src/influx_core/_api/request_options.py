"""The options of a write and of a query, on top of the client's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Literal, TypedDict, TypeVar, get_args

from influx_core import timestamps
from influx_core._options.option_types import (
    FLAG,
    NAME,
    NONE,
    SECRET,
    OptionType,
    any_of,
    not_taken,
    whole,
    word,
)
from influx_core._options.validator import check_value, refuse_keywords
from influx_core.errors import ConfigError
from influx_core.timestamps import UNIT_NS, Precision

__all__ = [
    "REQUEST_OPTIONS",
    "Consistency",
    "QueryOptions",
    "QueryParams",
    "UnsupportedOption",
    "WriteOptions",
    "WriteParams",
]

Consistency = Literal["any", "one", "quorum", "all"]

DEFAULT_CHUNK_SIZE = 50_000
"""Rows a chunk: what a server prints fastest."""

STREAM_CHUNK_SIZE = 25_000
"""Rows a chunk where memory counts: one is looked at while the next is decoded."""


def _read_precision(value: object) -> Precision:
    return timestamps.precision(value) if isinstance(value, str) else not_taken()


class UnsupportedOption(ConfigError):
    """An option of a request that this kind of server does not have."""


class WriteParams(TypedDict, total=False):
    """Keyword arguments of all writes; the default of each is that of the client.

    `precision` is the unit of integer timestamps. `username` and `password`, `token` or `auth` are
    the credentials of this request only. `org` is for InfluxDB 2.x. `accept_partial` (store valid
    lines if others are invalid) and `no_sync` (respond before the write-ahead log is synced) are
    for 3.x.
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
    """Keyword arguments of all queries; the default of each is that of the client.

    `epoch` is the unit in which `Series.values` shows times, RFC 3339 text by default. `chunked`
    selects a response in chunks, or is the number of rows per chunk, like `chunk_size`. With
    `columnar` the series are `influx_core.ColumnSeries`, which store columns and create rows on
    access. `org` is for InfluxDB 2.x. `username` and `password`, `token` or `auth` are the
    credentials of this request only.
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


_OF_POINTS = ("measurement", "tags", "fields", "timestamp")
_OF_QUERIES = ("bind_params", "http_verb")

PRECISION = OptionType(f"one of {', '.join(map(repr, UNIT_NS))}", _read_precision)

REQUEST_OPTIONS: Mapping[str, OptionType] = {
    "db": any_of(NAME, NONE),
    "retention_policy": any_of(NAME, NONE),
    "org": any_of(NAME, NONE),
    "username": any_of(NAME, NONE),
    "password": any_of(SECRET, NONE),
    "token": any_of(SECRET, NONE),
    "precision": any_of(PRECISION, NONE),
    "consistency": any_of(word(*get_args(Consistency)), NONE),
    "accept_partial": any_of(FLAG, NONE),
    "no_sync": any_of(FLAG, NONE),
    "epoch": any_of(PRECISION, NONE),
    "chunked": any_of(FLAG, whole(1), NONE),
    "chunk_size": any_of(whole(1), NONE),
    "columnar": FLAG,
}
"""What the options of requests take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _RequestOptions:
    """The options of any request."""

    db: str | None = None
    retention_policy: str | None = None
    org: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    auth: object = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for member in fields(self):
            value = getattr(self, member.name)
            if value is not None and member.name in REQUEST_OPTIONS:
                read = check_value(self.owner, member.name, REQUEST_OPTIONS[member.name], value)
                object.__setattr__(self, member.name, read)

    owner: ClassVar[str]
    of_some_apis: ClassVar[tuple[str, ...]]
    """The options that not every API takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions(_RequestOptions):
    """The options of a write, validated."""

    precision: str | None = None
    consistency: Consistency | None = None
    accept_partial: bool | None = None
    no_sync: bool | None = None

    owner: ClassVar[str] = "write"
    of_some_apis: ClassVar[tuple[str, ...]] = ("consistency", "org", "accept_partial", "no_sync")

    @property
    def unit(self) -> Precision:
        """The precision under its canonical name."""
        return "ns" if self.precision is None else timestamps.precision(self.precision)

    def merged_with(self, params: WriteParams, call: str = "write") -> WriteOptions:
        """These options, overridden by the parameters of a call.

        Raises:
            ConfigError: the call does not take one of them, or its value is wrong.
        """
        refuse_keywords(call, WriteParams.__optional_keys__, params, _OF_POINTS)
        return _merged(self, params)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions(_RequestOptions):
    """The options of a query, validated."""

    epoch: str | None = None
    chunked: bool | int | None = None
    chunk_size: int | None = None
    columnar: bool = False

    owner: ClassVar[str] = "query"
    of_some_apis: ClassVar[tuple[str, ...]] = ("org",)

    @property
    def unit(self) -> Precision | None:
        """The unit of shown times under its canonical name; None for RFC 3339 text."""
        return None if self.epoch is None else timestamps.precision(self.epoch)

    @property
    def rows(self) -> int | None:
        """The rows per chunk; None for a response in one piece."""
        if self.chunked is False:
            return None
        if self.chunk_size is not None:
            return self.chunk_size
        return DEFAULT_CHUNK_SIZE if self.chunked is None or self.chunked is True else self.chunked

    def streaming(self) -> QueryOptions:
        """These options for a streamed response; explicit settings are kept."""
        chosen = (
            self.chunked is not None and self.chunked is not True
        ) or self.chunk_size is not None
        return self if chosen else replace(self, chunk_size=STREAM_CHUNK_SIZE)

    def merged_with(self, params: QueryParams, call: str = "execute") -> QueryOptions:
        """These options, overridden by the parameters of a call.

        Raises:
            ConfigError: the call does not take one of them, or its value is wrong.
        """
        refuse_keywords(call, QueryParams.__optional_keys__, params, _OF_QUERIES)
        return _merged(self, params)


_Options = TypeVar("_Options", WriteOptions, QueryOptions)


def _merged(options: _Options, params: Any) -> _Options:
    if not params:
        return options
    given = {name: value for name, value in params.items() if value is not None}
    return replace(options, **given) if given else options
