from __future__ import annotations

import copy
import gc
import json
import pickle
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import eq
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from influx_core import KeyedTuple, Series

compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups._codec.table_series import TableSeries  # noqa: E402

NS = 1481463645150329483
WHEN = datetime(2016, 12, 11, 13, 40, 45, 150329, tzinfo=UTC)


def table_series(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> TableSeries:
    found = {"columns": list(columns), "values": list(map(list, rows))}
    read = compiled.read_json_tables(json.dumps({"results": [{"series": [found]}]}).encode())
    ((_, ((_, names, table, _, _),), _),) = read
    return TableSeries("m", names, table, {}, False)


def plain_series(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Series:
    return Series("m", columns, list(map(list, rows)))


def outcome(look: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return repr(look(*arguments))
    except Exception as error:
        return type(error), str(error).replace("_influx_speedups.", "")


LOOKS: list[Callable[[Any], Any]] = [
    lambda row: row.time,
    lambda row: row.time_ns,
    lambda row: row.v,
    lambda row: row.nope,
    lambda row: row.mro,
    lambda row: row._row,
    lambda row: row.__len__(),
    lambda row: row.__nope__,
    lambda row: row.columns,
    lambda row: row["time"],
    lambda row: row["columns"],
    lambda row: row["nope"],
    lambda row: row[0],
    lambda row: row[-1],
    lambda row: row[3],
    lambda row: row[-9],
    lambda row: row[2**70],
    lambda row: row[True],
    lambda row: row[0:2],
    lambda row: row[None],
    lambda row: row[1.5],
    lambda row: getattr(row, 5),
    lambda row: setattr(row, "v", 5),
    lambda row: hash(row),
    lambda row: len(row),
    lambda row: list(row),
    lambda row: row._asdict(),
    lambda row: list(row._asdict()),
    lambda row: repr(row),
    lambda row: row == row[:],
    lambda row: dir(row) and row.__class__.__mro__[-2:],
    lambda row: "time" in row.columns,
    lambda row: 5 in row,
    lambda row: copy.copy(row),
    lambda row: copy.deepcopy(row),
    lambda row: pickle.loads(pickle.dumps(row)),
]
NAMES = st.sampled_from(
    ["time", "v", "count", "columns", "time_ns", "_asdict", "__x", "a b", "mro"]
)
TIMES = st.one_of(
    st.integers(-(2**63), 2**63),
    st.integers(0, 2 * 10**18),
    st.none(),
    st.sampled_from(["2016-12-11T13:40:45.150329483Z", "soon", 1.5, True, 2**63]),
)
VALUES = st.one_of(st.integers(-5, 5), st.floats(allow_nan=False), st.text(max_size=3), st.none())


@st.composite
def shapes(draw: st.DrawFn) -> tuple[list[str], list[list[Any]]]:
    columns = draw(st.lists(NAMES, min_size=1, max_size=5))
    row = st.tuples(*[TIMES if name == "time" else VALUES for name in columns]).map(list)
    rows = draw(st.lists(row, min_size=1, max_size=4))
    return columns, json.loads(json.dumps(rows).replace("Infinity", "1e308"))


@given(shapes())
def test_whatever_is_asked_of_a_row_it_does_what_a_keyed_tuple_does(
    shape: tuple[list[str], list[list[Any]]],
) -> None:
    for ours, theirs in zip(table_series(*shape), plain_series(*shape), strict=True):
        for look in LOOKS:
            assert outcome(look, ours) == outcome(look, theirs)
        assert outcome(eq, ours, theirs) == outcome(eq, theirs, theirs)


@given(shapes(), st.sampled_from([None, "ns", "us", "s", "h"]))
def test_values_show_times_as_those_of_a_series_do(
    shape: tuple[list[str], list[list[Any]]], epoch: Any
) -> None:
    ours, theirs = (make(*shape).with_epoch(epoch) for make in (table_series, plain_series))
    assert outcome(lambda: ours.values) == outcome(lambda: theirs.values)
    assert ours.rows == theirs.rows
    assert outcome(lambda: ours.values) == outcome(lambda: theirs.values)


@given(shapes(), shapes(), st.booleans())
def test_pieces_go_together_as_those_of_a_series_do(
    first: tuple[list[str], list[list[Any]]],
    second: tuple[list[str], list[list[Any]]],
    same: bool,
) -> None:
    shapes = [first, first, (first[0], []) if same else second]
    joined = [
        outcome(lambda make: Series.joined([make(*shape) for shape in shapes]).rows, make)
        for make in (table_series, plain_series)
    ]
    assert joined[0] == joined[1]


@given(st.integers(-(2**62), 2**63 - 2) | st.integers(-(2**63) + 2 * 10**9, 0))
def test_every_time_is_the_datetime_and_the_text_it_is_in_python(ns: int) -> None:
    for time in (ns, ns // 1000 * 1000, ns // 10**9 * 10**9):
        (ours,), (theirs,) = table_series(["time"], [[time]]), plain_series(["time"], [[time]])
        assert (ours.time, ours.time.tzinfo, ours.time_ns) == (theirs.time, UTC, time)
        shown = table_series(["time"], [[time]]).with_epoch(None).values
        assert shown == plain_series(["time"], [[time]]).with_epoch(None).values


def test_a_row_is_a_keyed_tuple_and_a_copy_is_one_of_python() -> None:
    (row,) = table_series(["time", "v"], [[NS, 6]])
    assert isinstance(row, KeyedTuple)
    assert row == KeyedTuple({"time": 0, "v": 1}, [NS, 6])
    assert KeyedTuple({"time": 0, "v": 1}, [NS, 6]) == row
    assert row < KeyedTuple({"time": 0, "v": 1}, [NS, 7])
    assert type(copy.copy(row)) is type(pickle.loads(pickle.dumps(row))) is KeyedTuple
    assert (row.time, row.time_ns) == (WHEN, NS)


def test_rows_outlive_their_series() -> None:
    rows = list(table_series(["time", "s"], [[NS, "one"], [NS + 1, "two"]]))
    gc.collect()
    assert [(row.time_ns, row.s) for row in rows] == [(NS, "one"), (NS + 1, "two")]


def test_a_series_is_iterated_over_as_often_as_you_like_and_says_how_long_it_is() -> None:
    series = table_series(["time", "v"], [[NS + i, i] for i in range(5)])
    rows = iter(series)
    next(rows)
    assert len(list(rows)) == 4
    assert next(rows, None) is None
    assert [row.v for row in series] == [row.v for row in series] == [0, 1, 2, 3, 4]
    assert len(series) == len(series.rows) == 5
    assert series == plain_series(["time", "v"], [[NS + i, i] for i in range(5)])
    assert "<td>2016-12-11T13:40:45.150329483Z</td>" in series._repr_html_()


def test_changes_to_the_rows_are_seen() -> None:
    series = table_series(["time", "v"], [[NS, 1]])
    series.rows[0][1] = 7
    series.rows.append([NS + 1, 8])
    assert [row.v for row in series] == [7, 8]
    assert len(series) == 2
    assert series.with_epoch("ns").values == [[NS, 7], [NS + 1, 8]]
    assert Series.joined([series, table_series(["time", "v"], [[NS, 9]])]).rows[0] == [NS, 7]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (int, 5, {}),
        (compiled.row_type(KeyedTuple), 5, {}),
        (compiled.row_type(KeyedTuple), table_series(["v"], []).table, {"v": 1}),
        (compiled.row_type(KeyedTuple), table_series(["v"], []).table, {"v": -1}),
        (compiled.row_type(KeyedTuple), table_series(["v"], []).table, {"v": "0"}),
        (compiled.row_type(KeyedTuple), table_series(["v"], []).table, {5: 0}),
        (KeyedTuple, table_series(["v"], []).table, {}),
    ],
)
def test_wrong_arguments_are_python_errors(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        compiled.rows(*arguments)


def test_a_table_refuses_what_it_has_not() -> None:
    table = table_series(["v"], [[1]]).table
    other = table_series(["v", "w"], [[1, 2]]).table
    for wrong in (
        lambda: table.lists(-1),
        lambda: table.lists("1"),
        lambda: table.shown(1, 1),
        lambda: table.shown(0, -1),
        lambda: compiled.Table.joined([table, other]),
        lambda: compiled.Table.joined([table, 5]),
        lambda: compiled.Table.joined(5),
        lambda: compiled.Table(),
        lambda: compiled.row_type(5),
        lambda: compiled.row_type(int),
        lambda: type(next(iter(table_series(["v"], [[1]]))))(),
    ):
        with pytest.raises((TypeError, ValueError)):
            wrong()
    assert len(compiled.Table.joined([])) == 0


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e15, 1e16, -1e16, 1e-4, 1e-5, -0.0, 0.0, 2.0, 5e-324]),
    st.text(st.sampled_from('a,"\n\r \u00e9'), max_size=5),
)
TIMES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-(10**6), 10**6)


@given(
    st.lists(st.tuples(TIMES | CELLS, CELLS, CELLS), max_size=6),
    st.lists(st.none() | st.text(st.sampled_from('a,"'), max_size=2), max_size=2),
    st.sampled_from(["ns", "ms", None, "as received"]),
)
def test_the_lines_of_csv_are_those_of_python(rows, before, epoch) -> None:
    both = [make(["time", "a", "b"], rows) for make in (table_series, plain_series)]
    ours, theirs = (
        series if epoch == "as received" else series.with_epoch(epoch) for series in both
    )
    assert ours.csv_rows(before) == theirs.csv_rows(before)


def test_a_line_of_csv_is_never_blank() -> None:
    rows = [[None], ["x"], [""]]
    assert table_series(["a"], rows).csv_rows() == '""\nx\n""\n'
    assert plain_series(["a"], rows).csv_rows() == '""\nx\n""\n'


def test_the_lines_of_csv_are_those_of_rows_that_were_changed() -> None:
    series = table_series(["a"], [["x"]])
    series.rows[0][0] = "y"
    assert series.csv_rows() == "y\n"


def test_csv_refuses_columns_and_units_that_are_not_there() -> None:
    series = table_series(["time", "a"], [[1, "x"]])
    for column, unit in ((2, 1), (-1, 1), (0, -1)):
        with pytest.raises(ValueError, match="no such column"):
            series.table.csv("", column, unit)


@given(
    st.lists(TIMES | CELLS, max_size=5) | st.sets(st.integers(-9, 9)).map(sorted),
    st.sampled_from(["time", "a"]),
)
@example([-(2**63), 0, 2**63 - 1], "time")
def test_times_increase_as_those_of_python_do(times, name) -> None:
    rows = [["x", time] for time in times]
    ours, theirs = (make(["b", name], rows) for make in (table_series, plain_series))
    assert ours.increasing_times() == theirs.increasing_times()
    ours.rows.clear()
    assert ours.increasing_times() is None


def test_increasing_times_are_the_first_and_the_last() -> None:
    for make in (table_series, plain_series):
        assert make(["time"], [[1], [2], [4]]).increasing_times() == (1, 4)
        assert make(["time"], [[7]]).increasing_times() == (7, 7)
        for times in ([], [1, 1], [2, 1], [1, None], [None], [True, 2], [1, 2.5]):
            assert make(["time"], [[time] for time in times]).increasing_times() is None


def test_there_are_no_times_in_columns_that_are_not_there() -> None:
    table = table_series(["time"], [[1]]).table
    for column in (1, -1):
        with pytest.raises(ValueError, match="no such column"):
            table.increasing(column)
    with pytest.raises(TypeError):
        table.increasing("time")
