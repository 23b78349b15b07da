"""Flux that writes to buckets, and that lists what the server has."""

from __future__ import annotations

import pytest

ROWS = """import "array"
rows = array.from(rows: [
    {_time: 2023-11-14T22:13:00Z, _measurement: "m", _field: "f", _value: 1.5, t: "a", u: ""},
    {_time: 2023-11-14T22:13:01Z, _measurement: "m", _field: "g", _value: 2.5, t: "b", u: "x"},
])
"""
READ = 'from(bucket: "my-bucket") |> range(start: -1h)'


def cells(answer):
    """The rows of an answer without the columns before the data."""
    assert answer.status == 200, answer.text
    return [line.split(",")[3:] for line in answer.lines if line.startswith(",_result,")]


def test_rows_are_written_and_returned(ask):
    assert len(cells(ask(f'{ROWS}rows |> to(bucket: "my-bucket")'))) == 2
    assert ask(READ, annotations=("group",)).lines[:3] == [
        "#group,false,false,true,true,false,false,true,true,true",
        ",result,table,_start,_stop,_time,_value,_field,_measurement,t",
        ",_result,0,2023-11-14T21:13:20Z,2023-11-14T22:13:20Z,2023-11-14T22:13:00Z,1.5,f,m,a",
    ]


def test_a_write_happens_without_an_expression(ask):
    answer = ask(f'{ROWS}written = rows |> to(bucket: "my-bucket")')
    assert len(cells(answer)) == 2
    assert len(cells(ask(READ))) == 2


def test_a_write_before_a_yield_has_one_result(ask):
    answer = ask(f'{ROWS}rows |> to(bucket: "my-bucket") |> yield(name: "_result")')
    assert len(cells(answer)) == 2


def test_tags_and_fields_can_be_chosen(ask):
    ask(
        f'{ROWS}rows |> to(bucket: "my-bucket", tagColumns: ["u"], '
        "fieldFn: (r) => ({double: r._value * 2.0, text: r.t}))"
    )
    answer = ask(f'{READ} |> filter(fn: (r) => r.u == "x")')
    assert [row[3:] for row in cells(answer)] == [
        ["5", "double", "m", "x"],
        ["b", "text", "m", "x"],
    ]


def test_columns_that_a_field_reads_are_no_tags(ask):
    ask(f'{ROWS}rows |> to(bucket: "my-bucket", fieldFn: (r) => ({{v: r.t}}))')
    assert "_measurement,t" not in ask(READ).text


def test_pivoted_rows_are_written_with_the_group_key_as_tags(ask):
    answer = ask(
        'import "array"\nimport "experimental"\n'
        "array.from(rows: [{_time: 2023-11-14T22:13:00Z, a: 1, b: uint(v: 2)}]) "
        '|> experimental.set(o: {_measurement: "m", t: "x"}) '
        '|> experimental.group(columns: ["_measurement", "t"], mode: "extend") '
        '|> experimental.to(bucket: "my-bucket")'
    )
    assert answer.status == 200
    assert [row[3:] for row in cells(ask(READ))] == [["1", "a", "m", "x"], ["2", "b", "m", "x"]]


@pytest.mark.parametrize(
    ("call", "status", "message"),
    [
        ('to(bucket: "nope")', 404, r"failed to look up bucket \"nope\" in org \"\""),
        ('to(bucket: "my-bucket", org: "no")', 404, r"failed to look up organization \"no\""),
        ('to(bucket: "a", bucketID: "b")', 400, "cannot provide both `bucket` and `bucketID`"),
        ('to(bucket: "my-bucket", measurementColumn: "x")', 400, "no column with label x exists"),
        ('wideTo(bucket: "my-bucket")', 400, r"required column \"_measurement\" not in group key"),
        ('to(bucket: "my-bucket", host: "http://a")', 501, "a bucket of another server"),
    ],
)
def test_what_cannot_be_written_is_an_error(ask, call, status, message):
    answer = ask(f"{ROWS}rows |> {call}")
    assert (answer.status, message in answer.text) == (status, True), answer.text


def test_a_bucket_can_be_copied_to_itself(ask):
    ask.write("cpu usage=1 1699999990000000000")
    copy = (
        f'{READ} |> to(bucket: "my-bucket", measurementColumn: "_field", '
        "fieldFn: (r) => ({copy: r._value}))"
    )
    assert ask(copy).status == 200
    assert [row[4:6] for row in cells(ask(READ))] == [["usage", "cpu"], ["copy", "usage"]]


def test_buckets_are_listed(ask):
    names = [row[1] for row in cells(ask("buckets()"))]
    assert {"_tasks", "_monitoring", "my-bucket"} <= set(names)


def test_databases_are_listed_with_their_policies(ask):
    answer = ask('import "influxdata/influxdb/v1"\nv1.databases()')
    assert ["my-bucket", "autogen"] in [row[1:3] for row in cells(answer)]


def test_series_are_counted(ask):
    ask.write(
        "cpu,host=a usage=1,free=2 1699999990000000000\ncpu,host=b usage=1 1699999990000000000"
    )
    query = 'import "influxdata/influxdb"\ninfluxdb.cardinality(bucket: "my-bucket", start: -1h'
    assert cells(ask(f"{query})"))[0][-1] == "3"
    assert cells(ask(f'{query}, predicate: (r) => r.host == "b")'))[0][-1] == "1"


def test_a_range_takes_seconds_since_1970(ask):
    ask.write("cpu usage=1 1699999990000000000")
    assert len(cells(ask('from(bucket: "my-bucket") |> range(start: 0)'))) == 1
