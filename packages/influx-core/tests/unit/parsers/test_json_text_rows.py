from __future__ import annotations

import copy
import json
import pickle
import tracemalloc
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influx_core_documents import keep_all_rows, read_as_lists, read_series

from influx_core import ColumnSeries, DecodeError, KeyedTuple, Series
from influx_core._parsers.json import json_text_rows
from influx_core._parsers.json.json_parser import DocumentReader, JSONDeserializer
from influx_core._results.lazy_rows import LazyRows

read = partial(read_series, JSONDeserializer())
eagerly = partial(read_as_lists, JSONDeserializer())


@pytest.fixture
def _text_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the rows of any document as text, in blocks of a few rows."""
    keep_all_rows(monkeypatch, json_text_rows)


def document(values: object, columns: tuple[str, ...], partial: bool = False) -> bytes:
    series = {"name": "m", "columns": columns, "values": values, "partial": partial}
    found = {"results": [{"statement_id": 0, "series": [series], "partial": partial}]}
    return json.dumps(found, separators=(",", ":")).encode() + b"\n"


def rows_of(*kinds: st.SearchStrategy[object]) -> st.SearchStrategy[list[list[object]]]:
    return st.lists(st.tuples(*kinds).map(list), max_size=30)


TEXTS = st.text(st.sampled_from('],[{}"\\ é\U0001f600:1\n'), max_size=6)
TIMES = st.integers(-(2**62), 2**62)
VALUES = (
    st.none()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.booleans()
)
COLUMNS = ("time", "v", "w")


@given(rows_of(TIMES, VALUES, VALUES))
@pytest.mark.usefixtures("_text_is_kept")
def test_rows_kept_as_text_equal_those_of_lists(rows):
    data = document(rows, COLUMNS)
    series, expected = read(data), eagerly(data)
    assert isinstance(series._rows, LazyRows)
    assert len(series) == len(rows)
    assert series == expected
    assert repr(list(map(tuple, series))) == repr(list(map(tuple, expected)))
    assert repr(series.with_epoch(None).values) == repr(expected.with_epoch(None).values)
    assert repr(series.rows) == repr(rows)


@given(rows_of(TIMES, VALUES, TEXTS | st.none()))
@pytest.mark.usefixtures("_text_is_kept")
def test_columns_made_in_blocks_equal_those_made_at_once(rows):
    data = document(rows, COLUMNS)
    series, expected = read(data, columnar=True), eagerly(data, columnar=True)
    assert isinstance(series, ColumnSeries)
    assert isinstance(expected, ColumnSeries)
    kinds = [column.kind for column in expected.data]
    assert [column.kind for column in series.data] == kinds
    assert repr([column.to_list() for column in series.data]) == repr(
        [column.to_list() for column in expected.data]
    )


NUMBERS = (
    st.lists(st.integers(-9, 9).map(lambda n: [n]), max_size=9)
    | st.lists(st.floats(-9, 9).map(lambda n: [n]), max_size=9)
    | st.lists(st.integers(2**63, 2**64 - 1).map(lambda n: [n]), max_size=9)
    | st.lists(st.just([None]), max_size=9)
)


@given(st.lists(NUMBERS, max_size=6))
@pytest.mark.usefixtures("_text_is_kept")
def test_blocks_of_whole_numbers_do_not_change_a_column_of_floats(blocks):
    """InfluxDB prints 1.0 as 1, so a block may have no fraction although others have."""
    data = document([row for block in blocks for row in block], ("v",))
    with pytest.MonkeyPatch.context() as patched:  # no block is irregular
        patched.setattr(DocumentReader, "with_values", lambda *_: pytest.fail("decoded"))
        (found,) = read(data, columnar=True).data
    (expected,) = eagerly(data, columnar=True).data
    assert found.kind == expected.kind
    assert repr(found.to_list()) == repr(expected.to_list())


@given(rows_of(TIMES, TEXTS), st.integers(0, 400), st.binary(min_size=1, max_size=2))
@pytest.mark.usefixtures("_text_is_kept")
def test_damaged_rows_are_refused_at_once_and_with_the_same_words(rows, position, damage):
    data = document(rows, ("time", "v"))[:-1]
    data = data[:position] + damage.replace(b"\n", b" ") + data[position + len(damage) :] + b"\n"
    told: list[object] = []
    for parse in (read, eagerly):
        try:
            told.append(list(parse(data)))
        except DecodeError as error:
            told.append(str(error))
        except ValueError:  # the damage is in the outline, and left no series
            told.append("no series")
    assert told[0] == told[1]


@pytest.mark.parametrize("values", [b"[[1,1e999]]", b"[[1,2],[3]]", b"[[1,2],3]", b"7", b"{}"])
@pytest.mark.usefixtures("_text_is_kept")
def test_values_that_are_no_rows_are_refused_before_they_are_read(values):
    data = document([], ("time", "v")).replace(b"[]", values)
    with pytest.raises(DecodeError):
        read(data)


@pytest.mark.usefixtures("_text_is_kept")
def test_documents_of_one_series_become_one_series_without_lists():
    rows = [[n, f"text {n}"] for n in range(90)]
    documents = [document(rows[n : n + 30], ("time", "v"), partial=n < 60) for n in (0, 30, 60)]
    series = read(*documents)
    assert isinstance(series._rows, LazyRows)
    assert not series.partial
    assert [row.v for row in series] == [row[1] for row in rows]


def test_the_first_documents_are_lists_and_the_rest_of_the_series_is_text(monkeypatch):
    first = document([[n, n] for n in range(30)], ("time", "v"), partial=True)
    monkeypatch.setattr("influx_core._parsers.documents.MOST_AS_LISTS", len(first))
    series = read(first, document([[n, n] for n in range(30, 60)], ("time", "v")))
    assert isinstance(series._rows, LazyRows)
    assert [row.time_ns for row in series] == list(range(60))


@pytest.mark.usefixtures("_text_is_kept")
def test_a_later_piece_with_more_columns_joins_as_it_does_with_lists():
    documents = document([[1, 2]], ("time", "v"), partial=True), document([[3, 4, 5]], COLUMNS)
    assert read(*documents).rows == eagerly(*documents).rows == [[1, 2, None], [3, 4, 5]]


@pytest.fixture
def series(_text_is_kept: None) -> Series:
    found = read(document([[n, n / 4] for n in range(50)], ("time", "v")))
    assert isinstance(found._rows, LazyRows)
    return found


def test_changes_to_rows_take_effect(series):
    series.rows[0][1] = 7
    assert series[0].v == 7
    assert next(iter(series)).v == 7
    assert series.values[0][1] == 7
    assert len(series) == 50


def test_rows_can_be_read_any_number_of_times_and_by_number(series):
    assert list(series) == list(series)
    assert isinstance(series[-1], KeyedTuple)
    assert [row.v for row in series[2:4]] == [0.5, 0.75]
    with pytest.raises(IndexError, match="no row 50"):
        series[50]


def test_copies_and_pickles_have_the_same_rows(series):
    for made in (copy.copy(series), copy.deepcopy(series), pickle.loads(pickle.dumps(series))):
        assert made == series
    assert "time" in series._repr_html_()


def peak_of(*documents: bytes, columnar: bool) -> tuple[int, int]:
    """The number of rows, and the memory that reading them took beside the documents."""
    tracemalloc.start()
    try:
        series = read(*documents, columnar=columnar)
        rows = sum(1 for _ in series) if not columnar else len(series)
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("columnar", [False, True])
@pytest.mark.parametrize("documents", [1, 40])
def test_a_long_answer_of_tiny_rows_takes_at_most_five_times_its_bytes(columnar, documents):
    count = 400_000 // documents
    text = b",".join([b"[1600000000,1]"] * count)
    data = document([], ("time", "v"), partial=True).replace(b"[]", b"[%b]" % text)
    last = document([[1, 1]], ("time", "v"))
    read(last, columnar=columnar)  # imports what is imported at first use
    rows, peak = peak_of(*[data] * documents, last, columnar=columnar)
    assert rows == count * documents + 1
    assert peak < 4 * len(data) * documents


@pytest.mark.slow
@pytest.mark.parametrize("row", [b"[1]", b"[null]"])
def test_columns_of_the_smallest_rows_take_at_most_five_times_their_bytes(row):
    text = b",".join([row] * 1_000_000)
    data = document([], ("v",)).replace(b"[]", b"[%b]" % text)
    read(document([[1]], ("v",)), columnar=True)
    rows, peak = peak_of(data, columnar=True)
    assert rows == 1_000_000
    assert peak < 4 * len(data)
