"""The fields of a series become points."""

from __future__ import annotations

from collections.abc import Sequence

from influx_copy_doubles import batch

from influx_copy import ColumnarBatch
from influx_copy._flux.field_joiner import FieldJoiner
from influx_core.columns import Column


def joined(batches: Sequence[ColumnarBatch]) -> list[tuple[dict[str, object], list[object]]]:
    """The tags and the rows of what is yielded: time and values, by the names of fields."""
    joiner = FieldJoiner()
    found = [piece for each in batches for piece in joiner.add(each)]
    found += joiner.rest()
    assert joiner.values == 0
    return [
        (
            {key: str(tag) for key, tag in piece.tags.items()},
            list(
                zip(
                    piece.times.to_list(),
                    *(piece.fields[name].to_list() for name in sorted(piece.fields)),
                    strict=True,
                )
            ),
        )
        for piece in found
    ]


def test_fields_of_a_series_are_joined_by_time() -> None:
    host = {"host": "a"}
    assert joined(
        [
            batch([1, 2], {"f": ("float", [0.5, 1.5])}, host),
            batch([3], {"f": ("float", [2.5])}, host),
            batch([1, 3, 4], {"i": ("integer", [1, 3, 4])}, host),
        ]
    ) == [(host, [(1, 0.5, 1), (2, 1.5, None), (3, 2.5, 3), (4, None, 4)])]


def test_a_tag_that_is_a_column_of_one_value_is_that_value() -> None:
    column = {"host": Column.of(["a", "a"], "string")}
    found = joined(
        [
            batch([1, 2], {"f": ("float", [0.5, 1.5])}, column),
            batch([1, 2], {"i": ("integer", [1, 2])}, {"host": "a"}),
        ]
    )
    assert found == [({"host": "a"}, [(1, 0.5, 1), (2, 1.5, 2)])]


def test_series_and_types_are_not_mixed() -> None:
    pieces = [
        batch([1], {"f": ("float", [0.5])}, {"host": "a"}),
        batch([1], {"f": ("float", [1.5])}, {"host": "b"}),
        batch([2], {"f": ("string", ["x"])}, {"host": "b"}),
        batch([2], {"f": ("string", ["y"])}, {"host": "b"}, "other"),
    ]
    assert [rows for _, rows in joined(pieces)] == [
        [(1, 0.5)],
        [(1, 1.5)],
        [(2, "x")],
        [(2, "y")],
    ]
