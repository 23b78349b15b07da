"""Series by the column: the same series as one by the row, in pieces and whole."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import InfluxDBClient, Series, StatementResult
from influx_core._columns.arrow_layout import Column
from influx_core._parsers.json.json_parser import JSONDeserializer
from influx_core._parsers.msgpack.msgpack_parser import MessagePackDeserializer
from influx_core._parsers.rows_to_columns import columnar_parser
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import merge_results
from influx_core.timestamps import MAX_NS, MIN_NS

NS = 1481463645150329483
ROWS = [[NS, 6, "a", None], [NS + 1, None, "b", 0.5]]
NAMES = ["time", "n", "s", "f"]
VALUE = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=2)
TABLES = st.lists(st.tuples(st.integers(MIN_NS, MAX_NS), VALUE, VALUE), max_size=12)


def by_column(rows: list[list[object]] = ROWS, **facts: object) -> ColumnSeries:
    return ColumnSeries.of(Series("m", NAMES, rows, **facts))


def test_it_is_the_same_series_as_one_of_rows():
    series = by_column(tags={"host": "a"}, partial=True)
    plain = Series("m", NAMES, ROWS, tags={"host": "a"}, partial=True)
    assert series == plain
    assert series.rows == series.values == ROWS
    assert (len(series), series.partial, dict(series.tags)) == (2, True, {"host": "a"})
    assert [row.time_ns for row in series] == [NS, NS + 1]
    assert [row.n for row in series] == [row.n for row in series] == [6, None]
    assert series._repr_html_() == plain._repr_html_()
    assert repr(series) == repr(plain)


@pytest.mark.parametrize("epoch", [None, "s", "ns"])
def test_it_shows_times_as_asked(epoch):
    shown = by_column().with_epoch(epoch)
    assert isinstance(shown, ColumnSeries)
    assert shown.values == Series("m", NAMES, ROWS).with_epoch(epoch).values
    assert shown.rows == ROWS


def test_kinds_are_those_of_the_values():
    assert [column.kind for column in by_column().data] == ["time", "integer", "string", "float"]


def test_an_empty_series_has_its_columns():
    series = by_column([])
    assert (len(series), series.rows, list(series)) == (0, [], [])
    assert [column.kind for column in series.data] == ["time", "null", "null", "null"]


@given(TABLES, st.integers(0, 12))
def test_pieces_join_to_what_rows_join_to(rows, cut):
    pieces = [
        Series("m", ["time", "a", "b"], list(map(list, part))) for part in (rows[:cut], rows[cut:])
    ]
    whole = Series.joined([ColumnSeries.of(piece) for piece in pieces])
    assert isinstance(whole, ColumnSeries)
    assert whole.rows == Series.joined(pieces).rows


def test_a_later_piece_may_have_more_columns():
    first = ColumnSeries.of(Series("m", ["time"], [[1]], partial=True))
    last = ColumnSeries.of(Series("m", ["time", "n"], [[2, 3]]))
    whole = Series.joined([first, last])
    assert whole.rows == [[1, None], [2, 3]]
    assert whole.columns == ("time", "n")


@pytest.mark.parametrize("form", [Series, ColumnSeries.of])
def test_joined_pieces_show_times_as_each_did(form):
    make = form if form is ColumnSeries.of else lambda series: series
    pieces = [make(Series("m", ["time"], [[second * 10**9]])).with_epoch("s") for second in (1, 2)]
    assert Series.joined(pieces).values == [[1], [2]]


def test_columns_of_other_lengths_or_numbers_are_refused():
    one, two = Column.of([1], "integer"), Column.of([1, 2], "integer")
    with pytest.raises(ValueError, match="2 names for 2 columns of lengths"):
        ColumnSeries("m", ["a", "b"], [one, two])
    with pytest.raises(ValueError, match="1 names for 2 columns"):
        ColumnSeries("m", ["a"], [one, one])


def document(rows: list[object], **facts: object) -> dict[str, object]:
    series = {"name": "m", "columns": ["time", "a", "b"], "values": rows, **facts}
    return {"results": [{"statement_id": 0, "series": [series]}]}


@pytest.mark.parametrize(
    ("deserializer", "encode"),
    [
        (JSONDeserializer(), msgspec.json.encode),
        (MessagePackDeserializer(), msgspec.msgpack.encode),
    ],
)
@given(rows=TABLES)
def test_documents_are_read_by_the_column_as_by_the_row(deserializer, encode, rows):
    body = encode(document([list(row) for row in rows], tags={"t": "x"}))
    feeds = (deserializer.start(), columnar_parser(deserializer))
    by_row, columnar = (merge_results([*feed.feed(body), *feed.finish()]).series for feed in feeds)
    assert isinstance(columnar[0], ColumnSeries)
    assert by_row == columnar


def test_an_error_is_an_error_by_the_column():
    feed = JSONDeserializer().start_columns()
    assert feed.feed(b'{"error":"no"}\n') == [StatementResult(None, error="no")]


class RowsAlone:
    """A deserializer of somebody who does not know of columns."""

    accept = "application/json"

    def start(self):
        return JSONDeserializer().start()


async def test_a_deserializer_without_columns_has_its_rows_turned(fake_url):
    async with InfluxDBClient(fake_url, db="turned", deserializer=RowsAlone()) as client:
        await client.create_database("turned")
        await client.write_many(("m", {}, {"f": i / 2}, i) for i in range(5))
        (series,) = (await client.execute("SELECT f FROM m", columnar=True)).series
        assert isinstance(series, ColumnSeries)
        assert series.data[1].to_list() == [0.0, 0.5, 1.0, 1.5, 2.0]


@pytest.mark.parametrize("deserializer", ["json", "csv", "msgpack"])
async def test_a_client_answers_by_the_column(client, deserializer):
    await client.write_many(
        ("m", {"h": "ab"[i % 2]}, {"f": i / 4 + 0.1, "n": i, "s": f"s{i}", "ok": i > 5}, i)
        for i in range(10)
    )
    query = "SELECT f, n, s, ok FROM m GROUP BY h"
    db = client.admin._database(None)
    async with InfluxDBClient(client.base_urls, db=db, deserializer=deserializer) as reader:
        by_row = await reader.execute(query, chunk_size=2)
        result = await reader.execute(query, chunk_size=2, columnar=True)
        pieces = [piece async for piece in reader.stream(query, chunk_size=2, columnar=True)]
    kinds = [[column.kind for column in series.data] for series in result.series]
    assert kinds == [["time", "float", "integer", "string", "boolean"]] * 2
    assert result.series == by_row.series
    assert [series.values for series in result.series] == [s.values for s in by_row.series]
    assert all(isinstance(piece, ColumnSeries) for piece in pieces)
    assert sum(map(len, pieces)) == 10
