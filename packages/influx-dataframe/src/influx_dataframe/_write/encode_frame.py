"""Encodes frames as line protocol, column by column."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypedDict, Unpack

from influx_core import ConfigError, EncodeError, Plugins
from influx_core.codec import PointColumns, dump_columns_or_rows
from influx_core.columns import Column
from influx_core.interfaces import OnInvalid, Serializer
from influx_core.options import refuse_keywords
from influx_core.plugins import PartSpec
from influx_core.timestamps import Naive, Precision, naive_rule
from influx_core.timestamps import precision as canonical_precision
from influx_dataframe._from_frame import RawBatch, RawColumn, read_batches
from influx_dataframe._write.column_encoders import ColumnEncoders, EncodingPolicy
from influx_dataframe._write.column_roles import AUTO, Auto, ColumnRoles

__all__ = ["FrameBlocks", "FrameParams", "encode_frame"]

_NO_TIME = 2**63 - 1
"""Stands where a time is missing: no server stores it, so the codec refuses the row."""


class FrameParams(TypedDict, total=False):
    """Options that describe a frame.

    Attributes:
        measurement_column: the column with the measurement of each row, instead of `measurement`.
        tags: the columns that are tags; values that are not strings are converted as for points.
        constant_tags: tags of all rows.
        fields: the columns that are fields; all others by default.
        timestamp: the column, or the level of the index, with the times. By default an index of
            times, otherwise the column `time`. With None the rows are written without a time, as
            the points of `write_many` or `put_many`.
        naive: how times without a time zone are read: `utc`, `local`, or an error (`raise`).
        on_nonfinite: whether infinities, and NaN if it does not mean missing, are left out (`omit`)
            or make the row invalid (`raise`).
        durations: `ns` writes durations as integer nanoseconds.
        unsigned: whether unsigned 64-bit integers are written as unsigned, for servers that support
            them: 2.x and 3.x.
        empty_rows: whether rows without a value in any field are errors (`raise`) or left out
            (`skip`); the number that `write_frame` returns does not count them.
        on_invalid: called with the index and the error of each row that cannot be written; the row
            is left out.
    """

    measurement_column: str | None
    tags: Iterable[str]
    constant_tags: Mapping[str, str]
    fields: Iterable[str] | None
    timestamp: str | Auto | None
    naive: Naive
    on_nonfinite: Literal["raise", "omit"]
    durations: Literal["raise", "ns"]
    unsigned: bool
    empty_rows: Literal["raise", "skip"]
    on_invalid: OnInvalid | None


def encode_frame(
    frame: Any,
    measurement: str | None = None,
    *,
    precision: Precision = "ns",
    serializer: PartSpec = "auto",
    **params: Unpack[FrameParams],
) -> bytes:
    """Encode the rows of a frame as line protocol.

    Missing values are left out: None, NA, NaT, null, and NaN in pandas and NumPy.

    Args:
        frame: a DataFrame of pandas or polars; an Arrow table, record batch or reader, or any
            object with the Arrow PyCapsule interface; a structured NumPy array; or an iterable of
            these.
        measurement: the measurement of all rows, unless a column names it.
        precision: the unit of the times written, and of integers that are times; finer times are
            rounded down.
        serializer: the part that encodes; `auto` selects compiled code if it is installed.
        params: see `FrameParams`.

    Raises:
        ConfigError: a column does not exist, or its role is ambiguous.
        EncodeError: a column cannot be written (`key`, and `index` of its first row), or a row
            cannot and there is no `on_invalid`: a row without fields or time, with a number that is
            not finite, or with text that line protocol cannot represent.
        TypeError: the object is not a frame.
        ValueError: two columns have the same name, or whole rows are missing.
    """
    refuse_keywords(
        "encode_frame",
        FrameParams.__optional_keys__,
        params,
        ("measurement", "precision", "serializer"),
    )
    unit = canonical_precision(precision)
    blocks = FrameBlocks(frame, unit, measurement, params)
    options = {"unsigned": True} if params.get("unsigned") else {}
    part = _plugins().serializer(serializer, **options)
    return b"".join(block.dump(part, 0, block.length) for block in blocks)


@functools.cache
def _plugins() -> Plugins:
    return Plugins()


class FrameBlocks:
    """The rows of a frame as columns that can be written, a batch at a time.

    Args:
        frame: see `encode_frame`.
        precision: of the times.
        measurement: the measurement of all rows; None if a column names it.
        params: see `FrameParams`.

    Raises:
        ConfigError: an option has an unknown value.
        TypeError: the object is not a frame.
    """

    def __init__(
        self, frame: Any, precision: Precision, measurement: str | None, params: FrameParams
    ) -> None:
        fields = params.get("fields")
        self.precision: Precision = precision
        self.roles = ColumnRoles(
            measurement,
            params.get("measurement_column"),
            _names(params.get("tags", ())),
            dict(params.get("constant_tags", {})),
            None if fields is None else _names(fields),
            params.get("timestamp", AUTO),
        )
        self.policy = EncodingPolicy(
            precision,
            naive_rule(params.get("naive", "raise")),
            _word(params, "on_nonfinite", "raise", "omit"),
            _word(params, "durations", "raise", "ns"),
            params.get("unsigned", False),
        )
        self.on_invalid = params.get("on_invalid")
        self.skips_empty = _word(params, "empty_rows", "raise", "skip") == "skip"
        self.skipped = 0
        self._batches = read_batches(frame, self.roles.tags)

    def __iter__(self) -> Iterator[FrameBlock]:
        start = 0
        for batch in self._batches:
            yield FrameBlock(self, batch, start)
            start += batch.length


class FrameBlock:
    """The rows of a batch, ready to be written.

    Args:
        blocks: what they are part of.
        batch: the columns.
        start: the row of the frame that is the first one here.

    Attributes:
        length: how many rows there are.

    Raises:
        ConfigError: a column is not there, or has no obvious role.
        EncodeError: a column cannot be written.
    """

    def __init__(self, blocks: FrameBlocks, batch: RawBatch, start: int) -> None:
        self.length = batch.length
        self._blocks = blocks
        self._start = start
        self._batch = batch
        roles, encoders = blocks.roles, ColumnEncoders(blocks.policy, start)
        found = roles.of_batch(batch)
        tags: dict[str, Column | str] = dict(roles.constant_tags)
        tags |= {name: encoders.tag(name, batch.columns[name]) for name in found.tags}
        fields = {name: encoders.field(name, batch.columns[name]) for name in found.fields}
        self._times = (
            None
            if found.timestamp is None
            else encoders.time(found.timestamp, batch.columns[found.timestamp])
        )
        self._points = PointColumns(
            self._measurement(encoders), tags, fields, _stamped(self._times)
        )

    def _measurement(self, encoders: ColumnEncoders) -> str | Column:
        roles = self._blocks.roles
        if roles.measurement is not None:
            return roles.measurement
        name = str(roles.measurement_column)
        return encoders.tag(name, self._batch.columns[name])

    def dump(self, serializer: Serializer, start: int, stop: int) -> bytes:
        """Write rows.

        Raises:
            EncodeError: the first one that cannot be written, if nobody is told.
        """
        told, skips_empty = self._blocks.on_invalid, self._blocks.skips_empty
        first: EncodeError | None = None

        def on_invalid(index: int, error: EncodeError) -> None:
            nonlocal first
            row = start + index
            if skips_empty and self._is_empty(row):
                self._blocks.skipped += 1
            elif told is not None:
                told(self._start + row, self._explained(row, error))
            elif first is None:
                first = self._explained(row, error)

        listens = on_invalid if told is not None or skips_empty else None
        part = self._points.slice(start, stop)
        try:
            lines = dump_columns_or_rows(serializer, part, self._blocks.precision, listens)
        except EncodeError as error:
            raise self._explained(start + (error.index or 0), error) from None
        if first is not None:
            raise first
        return lines

    def _is_empty(self, row: int) -> bool:
        """Whether no field has a value."""
        return not any(
            column.slice(row, row + 1).presence()[0] for column in self._points.fields.values()
        )

    def _explained(self, row: int, error: EncodeError) -> EncodeError:
        """The error in words of the frame: with the row in all of it, and the column's type."""
        reason = error.reason
        column: RawColumn | None = self._batch.columns.get(str(error.key))
        if self._times is not None and not self._times.slice(row, row + 1).presence()[0]:
            reason = "its time is missing"
        elif column is not None:
            reason = f"{reason} (a column of type {column.type})"
        return EncodeError(
            reason, index=self._start + row, measurement=error.measurement, key=error.key
        )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """The names of columns; one alone may be given as text."""
    return (names,) if isinstance(names, str) else tuple(names)


def _word(params: FrameParams, name: str, *known: Any) -> Any:
    """The word that an option chooses; the first of those that are known if it is not given.

    Raises:
        ConfigError: it is not known.
    """
    word = params.get(name, known[0])
    if word not in known:
        raise ConfigError(f"unknown {name} {word!r}; known are {', '.join(known)}")
    return word


def _stamped(times: Column | None) -> Column | None:
    """Times, none of which is missing; a row without one must not get the server's."""
    if times is None or (times.valid is None and times.kind != "null"):
        return times
    return Column.of([_NO_TIME if ns is None else ns for ns in times.to_list()], "time")
