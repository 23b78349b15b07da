"""Frames of every library: the same values, and types that depend on kinds alone."""

from __future__ import annotations

import warnings
from array import array

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import influx_dataframe
from influx_core import ColumnSeries, ConfigError, DecodeError, QueryResult, Series, StatementResult
from influx_core.columns import Column
from influx_core.timestamps import MAX_NS, MIN_NS
from influx_dataframe import to_frame, to_frames, to_pandas
from influx_dataframe._read.to_frames import make_frame
from influx_dataframe._result_tables import ResultTable

ONE_OF_BYTES = Column("float", 1, bytes(8))
COLUMNS = ["time", "f", "n", "u", "b", "s", "x"]
FULL = [
    [MIN_NS, 0.5, -(2**63), 2**64 - 1, True, "ü\n", None],
    [-1, 1.5, 2**63 - 1, 2**63, False, "", None],
    [MAX_NS, 2.5, 0, 1, True, "a,b", None],
]
TYPES = {
    "pandas": {
        "time": "datetime64[ns, UTC]",
        "h": "category",
        "f": "float64",
        "n": "Int64",
        "u": "UInt64",
        "b": "boolean",
        "x": "object",
    },
    "polars": {
        "time": "Datetime(time_unit='ns', time_zone='UTC')",
        "h": "Categorical",
        "f": "Float64",
        "n": "Int64",
        "u": "UInt64",
        "b": "Boolean",
        "s": "String",
        "x": "Null",
    },
    "pyarrow": {
        "time": "timestamp[ns, tz=UTC]",
        "h": "dictionary<values=large_string, indices=int32, ordered=0>",
        "f": "double",
        "n": "int64",
        "u": "uint64",
        "b": "bool",
        "s": "large_string",
        "x": "null",
    },
    "numpy": {
        "time": "<M8[ns]",
        "h": "|O",
        "f": "<f8",
        "n": "<i8",
        "u": "<u8",
        "b": "|b1",
        "s": "|O",
        "x": "|O",
    },
}
GAPS = [[time, *(None for _ in COLUMNS[1:])] for time in (5, 6)]


def a_series(rows: list[list[object]], **facts: object) -> Series:
    return Series("m", COLUMNS, rows, tags={"h": "a b"}, **facts)


def expected(table: list[list[object]]) -> dict[str, list[object]]:
    columns = dict(zip(COLUMNS, map(list, zip(*table, strict=True)), strict=True))
    return {"time": columns.pop("time"), "h": ["a b"] * len(table), **columns}


@pytest.mark.parametrize("table", [FULL, FULL + GAPS, GAPS + FULL], ids=["full", "end", "begin"])
def test_the_values_are_exact_and_missing_ones_change_no_type(backend, rows, types, table):
    frame = to_frame(a_series(table), backend=backend)
    assert rows(frame) == expected(table)
    assert {name: kind for name, kind in types(frame).items() if name in TYPES[backend]} == TYPES[
        backend
    ]


def test_a_series_by_the_row_is_the_same_frame_as_one_by_the_column(backend, rows, types):
    series = a_series(FULL + GAPS)
    left, right = (to_frame(one, backend=backend) for one in (series, ColumnSeries.of(series)))
    assert rows(left) == rows(right)
    assert types(left) == types(right)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(MIN_NS, MAX_NS),
            st.none() | st.floats(allow_nan=False),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.booleans(),
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
        ),
        max_size=20,
    ),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_any_slice_of_any_answer_keeps_its_values(backend, rows, table, start, stop):
    names = ["time", "f", "n", "b", "s"]
    whole = ColumnSeries.of(Series("m", names, list(map(list, table)), tags={"h": "a"}))
    kinds = {"f": "float", "n": "integer", "b": "boolean", "s": "string"}
    stop = min(stop, len(table))
    start = min(start, stop)
    frame = to_frame(whole.slice(start, stop), backend=backend, types=kinds)
    held = table[start:stop]
    assert rows(frame) == {
        "time": [row[0] for row in held],
        "h": ["a"] * len(held),
        **{name: [row[i] for row in held] for i, name in enumerate(names) if i},
    }


def test_a_series_without_rows_is_a_frame_without_rows(backend, rows, types):
    series = Series("m", ["time", "f"], [], tags={"h": "a"})
    frame = to_frame(series, backend=backend, types={"f": "float"})
    assert rows(frame) == {"time": [], "h": [], "f": []}
    wanted = {name: TYPES[backend][name] for name in ("time", "h", "f")}
    assert types(frame) == wanted


def test_an_answer_without_times_is_a_frame_without_an_index_of_them(backend, rows):
    assert rows(to_frame(Series("", ["name"], [["a"]]), backend=backend)) == {"name": ["a"]}


def test_pieces_with_tags_are_one_frame(backend, rows):
    pieces = [Series("m", ["time", "f"], [[1, 1]], tags={"h": h}) for h in ("b", "a", "b")]
    frame = to_frames(pieces, backend=backend)["m"]
    assert rows(frame)["h"] == ["b", "a", "b"]


def test_a_column_of_several_kinds_is_refused_where_there_is_no_type_for_it(backend, rows):
    series = Series("m", ["time", "x"], [[1, "a"], [2, True]])
    if backend in ("pandas", "numpy"):
        assert rows(to_frame(series, backend=backend))["x"] == ["a", True]
    else:
        with pytest.raises(DecodeError, match=r'column \'x\' has.*types=\{\'x\': "string"\}'):
            to_frame(series, backend=backend)
    frame = to_frame(series, backend=backend, types={"x": "string"})
    assert rows(frame)["x"] == ["a", "true"]


def test_every_library_has_a_function_of_its_own(backend):
    method = {"pyarrow": "to_arrow"}.get(backend, f"to_{backend}")
    series = a_series(FULL)
    made = getattr(influx_dataframe, method)(series, types={"f": "float"})
    assert type(made) is type(to_frame(series, backend=backend))
    assert len(made) == 3


def test_a_result_becomes_a_frame_for_each_measurement(backend, rows):
    several = tuple(Series(name, ["time", "f"], [[1, 0.5]]) for name in "ab")
    result = QueryResult((StatementResult(0, several),))
    for frames in (to_frames(result, backend=backend), to_frames(result[0], backend=backend)):
        assert [*frames] == ["a", "b"]
        assert rows(frames["b"]) == {"time": [1], "f": [0.5]}


def test_statements_that_answer_with_the_same_measurement_are_told_apart():
    one = (Series("m", ["time"], [[1]]),)
    result = QueryResult((StatementResult(0, one), StatementResult(1, one)))
    with pytest.raises(ConfigError, match=r"two statements.*'m'.*to_frames\(result\[0\]\)"):
        to_frames(result)


def test_writing_into_a_frame_changes_no_series():
    pytest.importorskip("pandas")
    series = ColumnSeries.of(a_series(FULL))
    frame = to_pandas(series)
    frame.iloc[0, frame.columns.get_loc("f")] = 9.0
    frame.iloc[0, frame.columns.get_loc("n")] = 9
    frame.iloc[0, frame.columns.get_loc("b")] = False
    assert frame["n"].tolist()[0] == 9
    assert series.rows == FULL


def test_a_library_that_is_missing_is_named_with_what_brings_it(monkeypatch):
    def nothing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr("influx_dataframe._libraries.importlib.import_module", nothing)
    with pytest.raises(ConfigError, match=r"pandas is not installed; pip install 'influx-dataf"):
        to_frame(a_series(FULL))


def test_a_backend_that_does_not_exist_lists_those_that_do():
    with pytest.raises(ConfigError, match="no backend 'dask'; known: pandas, polars, pyarrow"):
        to_frame(a_series(FULL), backend="dask")


def test_polars_needs_no_pyarrow(monkeypatch):
    pytest.importorskip("polars")

    with_arrow = to_frame(a_series(FULL + GAPS), backend="polars")
    monkeypatch.setattr("influx_dataframe._to_frame.to_polars.detect_library", lambda name: None)
    alone = to_frame(a_series(FULL + GAPS), backend="polars")
    assert with_arrow.schema == alone.schema
    assert with_arrow.equals(alone)
    with pytest.raises(DecodeError, match="values of several kinds"):
        to_frame(Series("m", ["time", "x"], [[1, "a"], [2, True]]), backend="polars")


def test_pandas_needs_no_pyarrow():
    pd = pytest.importorskip("pandas")
    usual = to_frame(a_series(FULL + GAPS))
    with pd.option_context("mode.string_storage", "python"):
        alone = to_frame(a_series(FULL + GAPS))
    assert alone["s"].tolist() == usual["s"].tolist()
    assert [str(kind) for kind in alone.dtypes] == [str(kind) for kind in usual.dtypes]


def test_arrow_shares_the_memory_of_the_columns():
    pytest.importorskip("pyarrow")
    series = ColumnSeries.of(Series("m", ["time", "f"], [[i, i / 2] for i in range(100)]))
    (chunk,) = influx_dataframe.to_arrow(series)["f"].chunks
    address = memoryview(series.data[1].values)
    assert chunk.buffers()[1].address == series.data[1].values.buffer_info()[0]
    assert chunk.buffers()[1].size == address.nbytes


def test_a_changed_frame_of_pandas_leaves_the_series_as_it_was():
    pytest.importorskip("pandas")
    kinds = {"load": "float", "n": "integer", "u": "unsigned", "on": "boolean", "at": "time"}
    data = [Column.of([1, 0], kind) for kind in ("time", *kinds.values())]
    series = ColumnSeries("m", ["time", *kinds], data)
    before = [list(row) for row in series.rows]
    frame = to_pandas(series)
    for name in ("load", "n", "u"):
        frame.loc[frame.index[0], name] = 7
    frame.loc[frame.index[0], "on"] = False
    frame.loc[frame.index[0], "at"] = frame.index[1]
    assert frame.iloc[0].tolist() == [7, 7, 7, False, frame.index[1]]
    assert [list(row) for row in zip(*(c.to_list() for c in series.data), strict=True)] == before


def test_columns_are_added_to_a_wide_frame_without_a_warning():
    pytest.importorskip("pandas")
    names = [f"f{at}" for at in range(150)]
    frame = to_pandas(ColumnSeries("m", names, [Column.of([1.5], "float") for _ in names]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame["more"] = 1.0
    assert frame.shape == (1, 151)


@pytest.mark.parametrize("owned", [True, False])
def test_a_frame_of_pandas_keeps_memory_only_of_a_table_that_owns_it(owned):
    pytest.importorskip("pandas")
    values = array("d", [0.5, 1.5])
    table = ResultTable("m", {"f": Column("float", 2, values)}, owned=owned)
    frame = make_frame(table, "pandas")
    frame.loc[0, "f"] = 7.0
    assert frame["f"].tolist() == [7.0, 1.5]
    assert values[0] == (7.0 if owned else 0.5)


@pytest.mark.parametrize("column", [Column("float", 1, array("d", [0.5, 1.5])), ONE_OF_BYTES])
def test_a_frame_of_pandas_keeps_no_memory_that_others_may_read(column):
    pytest.importorskip("pandas")
    before = bytes(column.values)
    frame = make_frame(ResultTable("m", {"f": column}, owned=True), "pandas")
    frame.loc[0, "f"] = 7.0
    assert (frame["f"].tolist(), bytes(column.values)) == ([7.0], before)
