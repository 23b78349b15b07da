"""Rows of InfluxDB 3 become the series that InfluxDB 1.x answers, wherever the statement tells."""

from __future__ import annotations

import json

import pytest

from influx_core import InfluxDBClient
from influx_core._api.group_by import GroupByAdapter, Shape
from influx_core._parsers.json.jsonl import JSONLinesDeserializer
from influx_core._parsers.row_objects import PIECE_ROWS
from influx_core._results.query_result import merge_results
from influx_core.interfaces import LocalResponse
from influx_testing import FakeInfluxDB

POINTS = [
    ("cpu", tags, {"load": i / 2, "n": i}, i)
    for i, tags in enumerate(
        [
            {"host": "a", "region": "eu"},
            {"host": "b", "region": "eu"},
            {"host": "a", "region": "us"},
            {"host": "b"},
            {"region": "eu", "host": "a"},
            {},
        ]
    )
] + [("mem", {"host": "a"}, {"load": 9.0}, 9)]

SAME = [
    "SELECT load FROM cpu",
    "SELECT n, load FROM cpu",
    "SELECT load FROM cpu GROUP BY host",
    "SELECT n, load FROM cpu GROUP BY region, host",
    "SELECT host, load FROM cpu GROUP BY host",
    "SELECT host AS h, load FROM cpu GROUP BY host",
    "SELECT load FROM cpu, mem GROUP BY host",
    "SELECT mean(load) FROM cpu GROUP BY host, time(2ns) fill(none)",
    "SELECT mean(load) AS m, max(n) FROM cpu GROUP BY host",
    "SELECT mean(load) FROM cpu WHERE time >= 0 AND time < 6 GROUP BY host, time(3ns)",
    "SELECT percentile(load, 50) FROM cpu GROUP BY region",
    "SELECT mean(load) FROM (SELECT load FROM cpu GROUP BY region) GROUP BY host",
    'SELECT load FROM cpu GROUP BY "nosuch"',
    "SELECT max(load) FROM cpu WHERE n < $n GROUP BY host",
    "SELECT load FROM mem GROUP BY *",
    "SELECT mean(load) FROM mem GROUP BY /^h/",
    "SHOW TAG VALUES FROM cpu WITH KEY = host",
    "SHOW FIELD KEYS FROM cpu",
]


def clients() -> tuple[InfluxDBClient, InfluxDBClient]:
    fake = FakeInfluxDB("3.x")
    fake.create_database("x")

    class Carrying:
        async def send(self, request):
            return fake.handle(request)

        async def aclose(self) -> None: ...

    one = InfluxDBClient(db="x", api="v1", transport=Carrying())
    three = InfluxDBClient(db="x", api="v3", transport=Carrying())
    return one, three


@pytest.fixture(params=SAME)
async def both(request):
    one, three = clients()
    await three.write_many(POINTS)
    asked = {"bind_params": {"n": 4}} if "$n" in request.param else {}
    yield await one.execute(request.param, **asked), await three.execute(request.param, **asked)
    by_column = await three.execute(request.param, columnar=True, **asked)
    assert by_column == await three.execute(request.param, **asked)
    if "SELECT" in request.param:
        pieces = [piece async for piece in three.stream(request.param, **asked)]
        assert pieces == list((await three.execute(request.param, **asked)).series)


async def test_an_answer_of_3_is_that_of_1(both):
    one, three = ([(s.name, dict(s.tags), s.columns, s.values) for s in r.series] for r in both)
    assert three == one
    assert not any(series.partial for series in both[1].series)


async def test_the_names_of_databases_are_found_under_both_their_names():
    for client in clients():
        assert "x" in await client.databases()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM cpu GROUP BY *",
        "SELECT mean(*) FROM cpu GROUP BY /h/",
        "SELECT load + n FROM cpu GROUP BY *",
        "SELECT load AS host FROM cpu GROUP BY host",
        "SELECT mean(load) FROM cpu GROUP BY mean",
        "SHOW TAG KEYS",
        "SELECT FROM",
        "SELECT a FROM b; SELECT c FROM d",
        "SELECT a FROM b WHERE c = $nosuch",
    ],
)
def test_where_nobody_knows_which_columns_are_tags_rows_stay_as_they_came(text):
    assert Shape.of(text) is None


async def test_tags_that_a_wildcard_groups_by_are_those_the_rows_name():
    _, client = clients()
    await client.write_many(POINTS)
    result = await client.execute("SELECT load FROM cpu GROUP BY *")
    assert {"host": "b"} in [dict(series.tags) for series in result.series]
    assert sum(len(series) for series in result.series) == 6
    assert {series.columns for series in result.series} == {("time", "load")}


def lines(*rows: dict) -> bytes:
    return b"".join(json.dumps({"iox::measurement": "m", **row}).encode() + b"\n" for row in rows)


@pytest.mark.parametrize("size", [7, 1_000_000])
def test_a_series_over_many_pieces_is_put_together_and_none_is_called_cut(size):
    shape = Shape.of("SELECT n, late FROM m GROUP BY host")
    assert shape
    total = 2 * PIECE_ROWS + 5
    data = lines(
        *({"time": "2020-01-01T00:00:00", "host": "a", "n": i} for i in range(PIECE_ROWS)),
        *({"time": "2020-01-01T00:00:00", "host": "b", "n": i} for i in range(PIECE_ROWS)),
        *({"time": "2020-01-01T00:00:00", "host": "b", "late": i, "n": i} for i in range(5)),
    )
    parser, adapter = JSONLinesDeserializer().start(), GroupByAdapter(shape)
    parts = [parser.feed(data[i : i + size]) for i in range(0, len(data), size)]
    parts.append(parser.finish())
    pieces = [piece for part in parts for piece in adapter.adapt(part)] + adapter.finish()
    a, b = merge_results(pieces).series
    assert (dict(a.tags), len(a), a.partial) == ({"host": "a"}, PIECE_ROWS, False)
    assert (dict(b.tags), len(b), b.partial) == ({"host": "b"}, total - PIECE_ROWS, False)
    assert (b.columns, b.rows[-1][1:]) == (("time", "n", "late"), [4, 4])


async def test_sql_is_left_alone():
    class Answering:
        async def send(self, request):
            return LocalResponse(200, {}, (b'{"host":"a","n":1}\n',))

        async def aclose(self) -> None: ...

    async with InfluxDBClient(db="x", api="v3", transport=Answering()) as client:
        series = await client.query_sql("SELECT host, n FROM m GROUP BY host, n")
    assert (series.columns, dict(series.tags)) == (("host", "n"), {})
