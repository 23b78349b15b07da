"""Deserializers, and the parsers they make, one for each response."""

from __future__ import annotations

from typing import Protocol

from influx_core._results.query_result import StatementResult
from influx_core.interfaces.record_batches import ReceivedBatch

__all__ = ["BatchParser", "ColumnDeserializer", "Deserializer", "ResponseParser"]


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
