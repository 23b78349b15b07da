"""The contract of a serializer that takes columns: it writes their rows as it writes points."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from typing import Any

import pytest

from influx_core import EncodeError, PointLike
from influx_core.columns import Column
from influx_core.interfaces import ColumnSerializer

__all__ = ["ColumnSerializerSuite", "string_views"]


def string_views(texts: Sequence[str | None]) -> Column:
    """Make a column of strings as views, of which the long ones are in two buffers by turns."""
    buffers = bytearray(b"before"), bytearray()
    views = bytearray()
    for row, text in enumerate(texts):
        encoded = (text or "").encode()
        buffer = buffers[row % 2]
        if text is None:
            views += b"\xff" * 16  # what is there has no meaning
        elif len(encoded) <= 12:
            views += struct.pack("=i12s", len(encoded), encoded)
        else:
            views += struct.pack("=i4sii", len(encoded), encoded, row % 2, len(buffer))
            buffer += encoded
    valid = Column.of(texts, "string").valid
    return Column("string", len(texts), bytes(views), valid=valid, texts=buffers)


class ColumnSerializerSuite:
    """Tests to inherit in addition to `SerializerSuite`; a subclass creates it in `make`."""

    def make(self) -> ColumnSerializer:
        """Return a new serializer."""
        raise NotImplementedError("make() must return the serializer")

    def frame(self) -> tuple[Any, ...]:
        """Measurement, tags, fields and times: columns of every type, with missing values."""
        known = Column.of(["a,b", "c d"], "string")
        positions = array("i", [1, 0, -1, 1])
        tags = {
            "coded": Column("string", 4, positions, valid=b"\x0b", dictionary=known),
            "plain": Column.of(["", "é", "=", None], "string"),
            "same": "everywhere",
        }
        fields = {
            "b": Column.of([True, False, None, True], "boolean"),
            "f": Column.of([None, -1e-07, 0.0, 1e16], "float"),
            "i": Column.of([2**63 - 1, -(2**63), 0, None], "integer"),
            "s": Column.of(['x "y"\\', "", None, "a\nb"], "string"),
            "n": Column.of([None] * 4, "null"),
        }
        return "cpu load", tags, fields, Column.of([1, -1, None, 10**18], "time")

    def rows(self) -> list[PointLike]:
        """The rows of the frame as points."""
        return [
            (
                "cpu load",
                {"coded": "c d", "same": "everywhere"},
                {"b": True, "i": 2**63 - 1, "s": 'x "y"\\'},
                1,
            ),
            (
                "cpu load",
                {"coded": "a,b", "plain": "é", "same": "everywhere"},
                {"b": False, "f": -1e-07, "i": -(2**63), "s": ""},
                -1,
            ),
            ("cpu load", {"plain": "=", "same": "everywhere"}, {"f": 0.0, "i": 0}, None),
            (
                "cpu load",
                {"coded": "c d", "same": "everywhere"},
                {"b": True, "f": 1e16, "s": "a\nb"},
                10**18,
            ),
        ]

    def test_columns_are_written_as_the_points_that_they_are(self) -> None:
        serializer = self.make()
        measurement, tags, fields, times = self.frame()
        body = serializer.dump_columns(measurement, tags, fields, times, "ns")
        assert body == serializer.dump(self.rows(), "ns")

    def test_slices_of_columns_are_written_as_their_rows(self) -> None:
        serializer = self.make()
        measurement, tags, fields, times = self.frame()
        for start, stop in [(0, 2), (1, 4), (3, 3)]:
            part = {key: column.slice(start, stop) for key, column in fields.items()}
            sliced = {
                key: tag if isinstance(tag, str) else tag.slice(start, stop)
                for key, tag in tags.items()
            }
            moments = times.slice(start, stop)
            body = serializer.dump_columns(measurement, sliced, part, moments, "ns")
            assert body == serializer.dump(self.rows()[start:stop], "ns")

    def test_the_measurement_may_be_a_column(self) -> None:
        fields = {"f": Column.of([1.0, 2.0], "float")}
        names = Column.of(["m", "n"], "string")
        points: list[PointLike] = [("m", {}, {"f": 1.0}, None), ("n", {}, {"f": 2.0}, None)]
        body = self.make().dump_columns(names, {}, fields, None, "ns")
        assert body == self.make().dump(points, "ns")

    def test_strings_may_be_views(self) -> None:
        serializer = self.make()
        texts = ["", "é", "of twelve ch", None, "a few more than twelve", 'and "more" than twelve']
        numbers = Column.of(range(len(texts)), "integer")

        def written(column: Column, start: int, stop: int) -> bytes:
            part = column.slice(start, stop)
            fields = {"i": numbers.slice(start, stop), "s": part}
            return serializer.dump_columns("m", {"t": part}, fields, None, "ns")

        for start, stop in [(0, 6), (1, 5), (5, 6)]:
            expected = written(Column.of(texts, "string"), start, stop)
            assert written(string_views(texts), start, stop) == expected

    def test_the_texts_of_a_dictionary_may_be_views(self) -> None:
        serializer = self.make()
        fields = {"i": Column.of([1, 2], "integer")}
        texts = ["short", "and more than twelve"]

        def written(dictionary: Column) -> bytes:
            coded = Column("string", 2, array("i", [1, 0]), dictionary=dictionary)
            return serializer.dump_columns(coded, {"t": coded}, fields, None, "ns")

        assert written(string_views(texts)) == written(Column.of(texts, "string"))

    def test_times_are_nanoseconds_rounded_down_to_the_precision(self) -> None:
        fields = {"f": Column.of([1.0, 2.0], "float")}
        times = Column.of([1_999_999_999, -1], "time")
        points: list[PointLike] = [("m", {}, {"f": 1.0}, 1), ("m", {}, {"f": 2.0}, -1)]
        body = self.make().dump_columns("m", {}, fields, times, "s")
        assert body == self.make().dump(points, "s")

    def test_a_row_without_a_field_is_an_error_with_its_index(self) -> None:
        fields = {"f": Column.of([1.0, None], "float")}
        with pytest.raises(EncodeError) as caught:
            self.make().dump_columns("m", {}, fields, None, "ns")
        assert caught.value.index == 1

    def test_rows_that_cannot_be_written_are_told_and_left_out(self) -> None:
        serializer = self.make()
        told: list[int] = []
        fields = {"f": Column.of([float("nan"), 1.0, float("inf")], "float")}
        body = serializer.dump_columns(
            "m", {}, fields, None, "ns", lambda index, error: told.append(index)
        )
        assert told == [0, 2]
        assert body == serializer.dump([("m", {}, {"f": 1.0}, None)], "ns")

    def test_no_rows_are_no_bytes(self) -> None:
        fields = {"f": Column.of([], "float")}
        assert self.make().dump_columns("m", {}, fields, None, "ns") == b""

    def test_it_keeps_no_state(self) -> None:
        serializer = self.make()
        measurement, tags, fields, times = self.frame()
        first = serializer.dump_columns(measurement, tags, fields, times, "ns")
        serializer.dump_columns("other", {}, {"f": Column.of([1.0], "float")}, None, "s")
        assert serializer.dump_columns(measurement, tags, fields, times, "ns") == first

    def test_the_error_of_a_row_is_reported_with_its_index(self) -> None:
        told: list[tuple[int, type]] = []
        fields = {"f": Column.of([1.0, float("nan")], "float")}
        self.make().dump_columns(
            "m", {}, fields, None, "ns", lambda index, error: told.append((index, type(error)))
        )
        assert told == [(1, EncodeError)]

    def test_large_integers_keep_every_digit(self) -> None:
        numbers = [2**53 + 1, -(2**63), 2**63 - 1]
        points: list[PointLike] = [("m", {}, {"i": number}, None) for number in numbers]
        fields = {"i": Column.of(numbers, "integer")}
        body = self.make().dump_columns("m", {}, fields, None, "ns")
        assert body == self.make().dump(points, "ns")

    def test_columns_of_different_lengths_are_refused(self) -> None:
        fields = {"f": Column.of([1.0], "float"), "g": Column.of([1.0, 2.0], "float")}
        with pytest.raises(ValueError, match=r"."):
            self.make().dump_columns("m", {}, fields, None, "ns")

    def test_columns_that_are_no_fields_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"."):
            self.make().dump_columns("m", {}, {"f": Column.of([1], "time")}, None, "ns")
