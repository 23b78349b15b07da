"""Arrow streams to series: the conformance suite, types, and pieces."""

from __future__ import annotations

import pyarrow as pa
import pytest

from influx_core import ColumnSeries, DecodeError, StatementResult
from influx_core.columns import merge_results
from influx_core.interfaces import ReceivedBatch
from influx_flight import ArrowDeserializer
from influx_testing.conformance import DeserializerSuite

NS = pa.timestamp("ns")


def stream(*batches: pa.RecordBatch, schema: pa.Schema | None = None) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema or batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def read(data: bytes, size: int = 1 << 20) -> list[ColumnSeries]:
    parser = ArrowDeserializer().start()
    pieces = [
        piece
        for start in range(0, len(data), size)
        for piece in parser.feed(data[start : start + size])
    ]
    return [series for piece in [*pieces, *parser.finish()] for series in piece.series]


ROWS = pa.record_batch(
    {
        "time": pa.array([1, 2, 3]).cast(NS),
        "n": pa.array([1, None, -3]),
        "load": pa.array([0.5, 1.0, None]),
        "host": pa.array(["a", "", None]),
        "on": pa.array([True, None, False]),
    }
)


class TestArrowDeserializer(DeserializerSuite):
    answer = stream(ROWS)
    rows = [[1, 1, 0.5, "a", True], [2, None, 1.0, "", None], [3, -3, None, None, False]]  # noqa: RUF012

    def make(self) -> ArrowDeserializer:
        return ArrowDeserializer()


@pytest.mark.parametrize(
    ("array", "kind", "values"),
    [
        (pa.array([0, 2**64 - 1], pa.uint64()), "unsigned", [0, 2**64 - 1]),
        (pa.array([1, 2], pa.uint8()), "unsigned", [1, 2]),
        (pa.array([1, -2], pa.int16()), "integer", [1, -2]),
        (pa.array([0.5, None], pa.float32()), "float", [0.5, None]),
        (pa.array([1, None]).cast(pa.timestamp("ms")), "time", [1_000_000, None]),
        (pa.array([1, None]).cast(pa.timestamp("ns", "UTC")), "time", [1, None]),
        (pa.array(["a", None], pa.string_view()), "string", ["a", None]),
        (pa.array(["b", "a", None, "b"]).dictionary_encode(), "string", ["b", "a", None, "b"]),
        (pa.nulls(2), "null", [None, None]),
        (pa.array([None, None], pa.int64()), "integer", [None, None]),
        (pa.array([[1], None]), "object", [[1], None]),
        (pa.array([b"a"]), "object", [b"a"]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_a_column_has_the_type_of_the_server(array, kind, values):
    (series,) = read(stream(pa.record_batch({"x": array})))
    assert series.data[0].kind == kind
    assert [row[0] for row in series.rows] == values


def test_a_dictionary_is_kept_and_may_change_between_batches():
    batches = [
        pa.record_batch({"host": pa.array(values).dictionary_encode()})
        for values in (["a", "b", "a"], ["c", None])
    ]
    found = read(stream(*batches), 11)
    assert found[0].data[0].dictionary is not None
    merged = merge_results(read_pieces(stream(*batches)))
    assert [row.host for row in merged.rows()] == ["a", "b", "a", "c", None]


def read_pieces(data: bytes):
    parser = ArrowDeserializer().start()
    return [*parser.feed(data), *parser.finish()]


def test_a_batch_is_a_series_as_soon_as_it_is_there():
    data = stream(ROWS, ROWS, ROWS)
    assert [len(series) for series in read(data)] == [3, 3, 3]
    assert [series.partial for series in read(data)] == [True, True, False]
    parser = ArrowDeserializer().start()
    begun = parser.feed(data[:-200])
    assert sum(len(series) for piece in begun for series in piece.series) == 6


def test_a_series_without_rows_ends_rows_that_were_already_given():
    found = read(stream(ROWS), 1)
    assert [(len(series), series.partial) for series in found] == [(3, True), (0, False)]
    (merged,) = merge_results(read_pieces(stream(ROWS))).series
    assert (len(merged), merged.partial) == (3, False)


def test_batches_are_joined_without_a_python_object_for_a_value():
    (merged,) = merge_results(read_pieces(stream(ROWS, ROWS))).series
    assert [list(row) for row in merged.rows] == TestArrowDeserializer.rows * 2
    assert merged[4].host == ""
    assert merged.slice(2, 5).rows == merged.rows[2:5]


class OfAnotherLibrary:
    """A record batch that has nothing but Arrow's interface."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self.batch.__arrow_c_array__(requested_schema)


def fed(*batches) -> list[StatementResult]:
    parser = ArrowDeserializer().start()
    pieces = [
        piece
        for position, batch in enumerate(batches, 1)
        for piece in parser.feed_batch(ReceivedBatch(batch, position == len(batches)))
    ]
    return [*pieces, *parser.finish()]


@pytest.mark.parametrize("make", [lambda batch: batch, OfAnotherLibrary])
@pytest.mark.parametrize(
    "batches", [[ROWS], [ROWS, ROWS.slice(1)], [ROWS, ROWS.slice(0, 0)], [ROWS.slice(0, 0)]]
)
def test_batches_are_read_as_their_bytes_are(make, batches):
    (found,) = merge_results(fed(*map(make, batches))).series
    (expected,) = merge_results(read_pieces(stream(*batches))).series
    assert found == expected
    assert not found.partial


def test_a_batch_after_the_last_one_is_refused():
    parser = ArrowDeserializer().start()
    parser.feed_batch(ReceivedBatch(ROWS, last=True))
    with pytest.raises(DecodeError, match="after the last one"):
        parser.feed_batch(ReceivedBatch(ROWS, last=True))


def test_batches_without_a_last_one_are_incomplete():
    parser = ArrowDeserializer().start()
    assert len(parser.feed_batch(ReceivedBatch(ROWS, last=False))) == 1
    with pytest.raises(DecodeError, match="incomplete"):
        parser.finish()


@pytest.mark.parametrize("rows", [2, 1000])
def test_a_damaged_batch_is_refused(rows):
    text = pa.array([b"\xff"] * rows).view(pa.string())
    with pytest.raises(DecodeError, match="not a stream of Arrow record batches"):
        fed(pa.record_batch({"x": text}))


def test_a_response_without_rows_keeps_its_columns():
    (series,) = read(stream(schema=ROWS.schema))
    assert series.columns == ("time", "n", "load", "host", "on")
    assert len(series) == 0
    assert [column.kind for column in series.data] == [
        *("time", "integer", "float", "string", "boolean")
    ]


def measurements(*names: str) -> pa.RecordBatch:
    return pa.record_batch(
        {"iox::measurement": list(names), "n": pa.array(range(len(names)))},
    )


def test_rows_of_a_measurement_are_a_series():
    found = read(stream(measurements("a", "a", "b"), measurements("b", "c")))
    assert [(series.name, len(series), series.partial) for series in found] == [
        ("a", 2, False),
        ("b", 1, True),
        ("b", 1, False),
        ("c", 1, False),
    ]
    assert found[0].columns == ("n",)


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_merged_series_of_measurements_are_complete(size):
    data = stream(measurements("a", "a"), measurements("b", "b"), measurements("b"))
    parser = ArrowDeserializer().start()
    pieces = [p for at in range(0, len(data), size) for p in parser.feed(data[at : at + size])]
    merged = merge_results([*pieces, *parser.finish()])
    assert [(series.name, len(series), series.partial) for series in merged.series] == [
        ("a", 2, False),
        ("b", 3, False),
    ]


def test_influxql_without_rows_has_no_series():
    assert read(stream(schema=measurements().schema)) == []


def test_a_batch_without_rows_is_no_series():
    """The server sends one every five seconds while a query waits."""
    found = read(stream(ROWS.slice(0, 0), ROWS, ROWS.slice(0, 0)))
    assert [len(series) for series in found] == [3]


def test_times_that_nanoseconds_cannot_hold_are_refused():
    far = pa.record_batch({"t": pa.array([10**15]).cast(pa.timestamp("s"))})
    with pytest.raises(DecodeError, match="column 't' of type timestamp"):
        _ = read(stream(far))[0].rows


@pytest.mark.parametrize(
    "data",
    [
        b"",
        stream(ROWS)[:-8],
        stream(ROWS) + b"x",
        stream(ROWS) + stream(ROWS),
        stream(ROWS)[: len(stream(schema=ROWS.schema)) - 8] * 2,
        ROWS.serialize().to_pybytes(),
        b"\xff\xff\xff\xff\x00\x00\x00\x00",
    ],
    ids=[
        "nothing",
        "no end",
        "more bytes",
        "more messages",
        "two schemas",
        "no schema",
        "only end",
    ],
)
def test_what_is_not_one_whole_stream_is_refused(data):
    with pytest.raises(DecodeError):
        read(data)


def test_text_that_is_not_utf8_is_refused():
    damaged = stream(ROWS).replace(
        b"a\x00\x00\x00\x00\x00\x00\x00", b"\xff\x00\x00\x00\x00\x00\x00\x00"
    )
    with pytest.raises(DecodeError, match="UTF8"):
        read(damaged)
