"""Rows that are kept as MessagePack, and columns that are made of a part of them at a time."""

from __future__ import annotations

import copy
import pickle
import tracemalloc
from functools import partial

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from influx_core_documents import keep_all_rows, read_as_lists, read_series

from influx_core import ColumnSeries, DecodeError
from influx_core._parsers.msgpack import msgpack_rows
from influx_core._parsers.msgpack.msgpack_parser import MessagePackDeserializer
from influx_core._results.lazy_rows import LazyRows

pack = msgspec.msgpack.encode
read = partial(read_series, MessagePackDeserializer())
eagerly = partial(read_as_lists, MessagePackDeserializer())


@pytest.fixture
def _bytes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the rows of any document as bytes, in blocks of a few rows."""
    keep_all_rows(monkeypatch, msgpack_rows)
    monkeypatch.setattr(msgpack_rows, "_STEPS", (4, 1))


def document(values: object, columns: tuple[str, ...], partial: bool = False) -> bytes:
    tags = {"b": "2", "a": "1"}
    series = {"name": "m", "tags": tags, "columns": columns, "values": values, "partial": partial}
    return pack({"results": [{"statement_id": 0, "series": [series], "partial": partial}]})


INTEGERS = st.integers(-(2**63), 2**64 - 1)
TEXTS = st.text(max_size=5) | st.text(max_size=70)
TIMES = st.builds(
    lambda seconds, ns: msgspec.msgpack.Ext(
        5, seconds.to_bytes(8, "big", signed=True) + ns.to_bytes(4, "big")
    ),
    st.integers(-(2**31), 2**31),
    st.integers(0, 10**9 - 1),
)
KINDS = {
    "integers": INTEGERS,
    "numbers": INTEGERS | st.floats(allow_nan=False),
    "texts": TEXTS,
    "booleans": st.booleans(),
    "anything": INTEGERS | st.floats(allow_nan=False) | TEXTS | st.booleans() | st.binary(),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[object]], tuple[str, ...]]:
    """Rows, and the names of their columns."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=17))
    values = [KINDS[kind] | st.none() for kind in kinds]
    rows = st.tuples(TIMES | st.integers(0, 10**18), *values).map(list)
    columns = ("time", *(f"v{n}" for n in range(len(kinds))))
    return draw(st.lists(rows, max_size=20)), columns


@given(tables())
@pytest.mark.usefixtures("_bytes_are_kept")
def test_rows_kept_as_bytes_equal_those_of_lists(table):
    data = document(*table)
    series, expected = read(data), eagerly(data)
    assert isinstance(series._rows, LazyRows) == bool(table[0])
    assert len(series) == len(table[0])
    assert list(series.tags) == ["a", "b"]
    assert series == expected
    assert repr(list(map(tuple, series))) == repr(list(map(tuple, expected)))
    assert repr(series.rows) == repr(expected.rows)


@given(tables())
@pytest.mark.usefixtures("_bytes_are_kept")
def test_columns_made_in_blocks_equal_those_made_at_once(table):
    data = document(*table)
    series, expected = read(data, columnar=True), eagerly(data, columnar=True)
    assert isinstance(series, ColumnSeries)
    assert isinstance(expected, ColumnSeries)
    for found, once in zip(series.data, expected.data, strict=True):
        assert (found.kind, found.length) == (once.kind, once.length)
        assert repr(found.to_list()) == repr(once.to_list())


@given(tables(), st.integers(0, 400), st.binary(min_size=1, max_size=2), st.booleans())
@pytest.mark.usefixtures("_bytes_are_kept")
def test_damaged_rows_are_refused_at_once_and_with_the_same_words(table, at, damage, columnar):
    data = document(*table)
    data = data[:at] + damage + data[at + len(damage) :]
    told: list[object] = []
    for parse in (read, eagerly):
        try:
            told.append(repr(list(map(tuple, parse(data, columnar=columnar)))))
        except DecodeError as error:
            told.append(str(error))
        except ValueError:  # the damage is in the outline, and left no series
            told.append("no series")
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "values", [None, 5, "rows", [[1, 2], [3]], [[1, 2], 3], [[1, 2], {}], [[1, b"x" * 70], []]]
)
@pytest.mark.parametrize("columnar", [False, True])
@pytest.mark.usefixtures("_bytes_are_kept")
def test_values_that_are_no_rows_are_told_as_at_once(values, columnar):
    data = document(values, ("time", "v"))
    told = []
    for parse in (read, eagerly):
        try:
            told.append(list(parse(data, columnar=columnar)))
        except DecodeError as error:
            told.append(str(error))
    assert told[0] == told[1]


@pytest.mark.usefixtures("_bytes_are_kept")
def test_documents_of_one_series_become_one_series_without_lists():
    rows = [[n, f"text {n}"] for n in range(90)]
    documents = [document(rows[n : n + 30], ("time", "v"), partial=n < 60) for n in (0, 30, 60)]
    series = read(*documents)
    assert isinstance(series._rows, LazyRows)
    assert [row.v for row in series] == [row[1] for row in rows]
    for made in (copy.copy(series), copy.deepcopy(series), pickle.loads(pickle.dumps(series))):
        assert made == series


def test_rows_of_long_values_are_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("influx_core._parsers.documents.MOST_AS_LISTS", -1)
    assert isinstance(read(document([[1, 1.5]] * 9, ("time", "v")))._rows, LazyRows)
    assert isinstance(read(document([[1, "x" * 99]] * 9, ("time", "v")))._rows, list)


@pytest.mark.slow
@pytest.mark.parametrize("columnar", [False, True])
@pytest.mark.parametrize("documents", [1, 40])
def test_a_long_answer_of_small_rows_takes_at_most_five_times_its_bytes(columnar, documents):
    count = 200_000 // documents
    data = document([[1_600_000_000, 0.5]] * count, ("time", "v"), partial=True)
    last = document([[1, 0.5]], ("time", "v"))
    read(last, columnar=columnar)  # imports what is imported at first use
    tracemalloc.start()
    try:
        series = read(*[data] * documents, last, columnar=columnar)
        rows = sum(1 for _ in series) if not columnar else len(series)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rows == count * documents + 1
    bound = 5 if documents == 1 else 5 + (1 << 20) * 14 / (len(data) * documents)  # first as lists
    assert peak < bound * len(data) * documents
