"""The packages that make, compare and join tables, without a server."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

MINUTE = 60_000_000_000
ANNOTATED = """
#datatype,string,long,dateTime:RFC3339,double,string
#group,false,false,false,false,true
#default,_result,,,,
,result,table,_time,_value,tag
,,0,1970-01-01T00:00:00Z,1,a
,,0,1970-01-01T00:01:00Z,,a
,,1,1970-01-01T00:00:00Z,3,b
"""
LEFT = '[{k: "a", x: 1}, {k: "b", x: 2}, {k: "b", x: 3}, {k: debug.null(type: "string"), x: 4}]'
RIGHT = '[{k: "b", y: 5.0}, {k: "c", y: 6.0}]'


def of_csv(text: str, mode: str = "annotations") -> str:
    quoted = text.replace('"', '\\"')
    return f'import "csv"\ncsv.from(csv: "{quoted}", mode: "{mode}")'


def test_tables_are_read_from_annotated_csv(run_flux):
    assert run_flux(of_csv(ANNOTATED)) == [
        (
            "_result",
            {"tag": "a"},
            [
                {"_time": 0, "_value": 1.0, "tag": "a"},
                {"_time": MINUTE, "_value": None, "tag": "a"},
            ],
        ),
        ("_result", {"tag": "b"}, [{"_time": 0, "_value": 3.0, "tag": "b"}]),
    ]


def test_a_group_key_has_the_values_of_the_first_row(run_flux):
    text = ANNOTATED.replace(",,0,1970-01-01T00:01:00Z,,a", ",,0,1970-01-01T00:01:00Z,,z")
    (_, key, rows), _ = run_flux(of_csv(text))
    assert key == {"tag": "a"}
    assert [row["tag"] for row in rows] == ["a", "z"]


def test_annotations_may_lack_their_sign(run_flux):
    assert run_flux(of_csv(ANNOTATED.replace("#datatype", "datatype"))) == run_flux(
        of_csv(ANNOTATED)
    )


def test_plain_csv_has_strings(rows_of):
    assert rows_of(of_csv("a,b\n1,x\n2,y\n", mode="raw")) == [
        {"a": "1", "b": "x"},
        {"a": "2", "b": "y"},
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (of_csv("a,b\n1,2"), "failed to read metadata"),
        (of_csv("a,b\n1", mode="raw"), "record on line 2: wrong number of fields"),
        (of_csv("a", mode="odd"), 'mode must be "annotations" or "raw"'),
        ('import "csv"\ncsv.from(file: "/etc/passwd")', "no file system"),
        ('import "csv"\ncsv.from()', "must provide csv raw text"),
        ('import "csv"\ncsv.from(csv: "")', "must provide csv raw text"),
        (
            'import "csv"\ncsv.from(csv: "a", file: "b")',
            "must provide exactly one of the parameters csv or file",
        ),
        (of_csv(ANNOTATED.replace("double", "duration")), "unsupported column type duration"),
    ],
)
def test_what_is_not_csv_is_an_error(run_flux, query, message):
    with pytest.raises(FluxError, match=message):
        run_flux(query)


def test_numbers_are_generated_at_equal_distances(run_flux):
    ((_, key, rows),) = run_flux(
        'import "generate"\n'
        "generate.from(count: 3, start: 1970-01-01T00:00:00Z, stop: 1970-01-01T00:03:00Z, "
        "fn: (n) => n * n)"
    )
    assert key == {"_start": 0, "_stop": 3 * MINUTE}
    assert [(row["_time"], row["_value"]) for row in rows] == [
        (0, 0),
        (MINUTE, 1),
        (2 * MINUTE, 4),
    ]


DAY = "start: 1970-01-01T00:00:00Z, stop: 1970-01-02T00:00:00Z"
TWO_POINTS = """array.from(rows: [
    {_time: 1970-01-01T00:00:00Z, _value: 0.0}, {_time: 1970-01-02T00:00:00Z, _value: 1.0},
])"""

JOIN_ALL = "join.inner(left: d, right: d, on: (l, r) => l._value == r._value, as: (l, r) => l)"
LONG_JOIN = 'strings.joinStr(arr: ["", "", ""], v: strings.repeat(v: "a", i: 20000000))'


@pytest.mark.parametrize(
    "query",
    [
        f"generate.from(count: 20000000, {DAY}, fn: (n) => n)",
        f"{TWO_POINTS} |> interpolate.linear(every: 1ns)",
        f"d = generate.from(count: 3000, {DAY}, fn: (n) => 1)\n{JOIN_ALL}",
        'array.from(rows: [{x: strings.repeat(v: "a", i: 60000000)}])',
        f"array.from(rows: [{{x: {LONG_JOIN}}}])",
    ],
)
def test_what_would_be_too_large_is_refused_before_it_is_made(run_flux, query):
    packages = ("array", "generate", "interpolate", "join", "strings")
    imports = "".join(f'import "{name}"\n' for name in packages if f"{name}." in query)
    with pytest.raises(FluxError, match="limit"):
        run_flux(imports + query)


def test_values_between_points_are_on_a_line(rows_of):
    rows = rows_of(
        'import "array"\nimport "interpolate"\n'
        "array.from(rows: [{_time: 1970-01-01T00:00:30Z, _value: 0.0}, "
        "{_time: 1970-01-01T00:02:30Z, _value: 4.0}]) |> interpolate.linear(every: 1m)"
    )
    assert [(row["_time"] // 10**9, row["_value"]) for row in rows] == [
        (30, 0.0),
        (60, 1.0),
        (120, 3.0),
        (150, 4.0),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{_time: 1970-01-01T00:00:00Z, _value: 1}", "cannot interpolate int values"),
        ("{_time: 1970-01-01T00:00:00Z, _value: 1.0, t: 1}", 'requires column "t"'),
        ("{_time: 1970-01-01T00:00:00Z}", "_value column does not exist"),
    ],
)
def test_only_floats_are_interpolated(run_flux, row, message):
    with pytest.raises(FluxError, match=message):
        run_flux(
            f'import "array"\nimport "interpolate"\narray.from(rows: [{row}])'
            " |> interpolate.linear(every: 1m)"
        )


def joined(method: str, *, on: str = "l.k == r.k") -> str:
    return (
        'import "array"\nimport "join"\nimport "internal/debug"\n'
        f"array.from(rows: {LEFT}) |> join.tables(right: array.from(rows: {RIGHT}), "
        f'method: "{method}", on: (l, r) => {on}, '
        "as: (l, r) => ({k: if exists l.k then l.k else r.k, x: l.x, y: r.y}))"
    )


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("inner", [("b", 2, 5.0), ("b", 3, 5.0)]),
        ("left", [(None, 4, None), ("a", 1, None), ("b", 2, 5.0), ("b", 3, 5.0)]),
        ("right", [("b", 2, 5.0), ("b", 3, 5.0), ("c", None, 6.0)]),
        (
            "full",
            [(None, 4, None), ("a", 1, None), ("b", 2, 5.0), ("b", 3, 5.0), ("c", None, 6.0)],
        ),
    ],
)
def test_rows_are_joined_where_columns_are_equal_and_not_null(rows_of, method, expected):
    rows = rows_of(joined(method))
    assert [(row["k"], row["x"], row["y"]) for row in rows] == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (joined("outer"), "not a valid join method"),
        (joined("inner", on="l.k != r.k"), "comparisons of columns"),
        (joined("inner", on="l.k == r.z"), "table is missing column 'z'"),
        (joined("inner").replace("r.y", "r.z"), "right side of join: table is missing label z"),
        (joined("inner").replace(RIGHT, "[]"), "cannot join on an empty table"),
    ],
)
def test_what_cannot_be_joined_is_an_error(run_flux, query, message):
    with pytest.raises(FluxError, match=message):
        run_flux(query)


DIFF = (
    'import "array"\nimport "{package}"\n'
    "want = array.from(rows: [{{x: 1}}, {{x: 2}}, {{x: 3}}])\n"
    "got = array.from(rows: [{{x: 1}}, {{x: 3}}])\n{package}.diff(want: want, got: got)"
)


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("experimental", [("", 1), ("-", 2), ("", 3)]),
        ("testing", [("-", 2), ("+", 3), ("-", 3)]),
    ],
)
def test_differences_have_a_sign(rows_of, package, expected):
    rows = rows_of(DIFF.format(package=package))
    assert [(row["_diff"], row["x"]) for row in rows] == expected


def test_equal_tables_have_no_differences(run_flux):
    for package in ("experimental", "testing"):
        assert run_flux(DIFF.format(package=package).replace("{x: 2}, ", "")) == []


def test_tests_fail_with_their_name(run_flux):
    query = (
        'import "array"\nimport "testing"\nwant = array.from(rows: [{x: 1}])\n'
        'testing.assertEquals(name: "mine", got: array.from(rows: [{x: 2}]), want: want)'
    )
    with pytest.raises(FluxError, match="test mine: tables are not equal"):
        run_flux(query)
    assert run_flux(query.replace("x: 2", "x: 1"))[0][2] == [{"x": 1}]


def test_an_expected_error_is_no_error(run_flux):
    query = 'import "testing"\ntesting.shouldError(fn: () => die(msg: "{}"), want: /^.*no$/)'
    assert run_flux(query.format("no"))[0][2] == []
    with pytest.raises(FluxError, match="shouldError expected an error that matches"):
        run_flux(query.format("yes"))


@pytest.mark.parametrize(
    ("name", "first", "nulls"),
    [
        ("float", -2.18, 5),
        ("int", -2, 5),
        ("uint", 2**64 - 2, 5),
        ("string", "smpl_g9qczs", 5),
        ("bool", True, 5),
        ("numericBool", 1, 5),
    ],
)
def test_sample_data_has_two_tables_and_may_have_nulls(run_flux, name, first, nulls):
    query = f'import "sampledata"\nsampledata.{name}(includeNull: true)'
    values = [row["_value"] for _, _, rows in run_flux(query) for row in rows]
    assert (len(values), values[0], values.count(None)) == (12, first, nulls)


def test_a_byte_order_mark_before_csv_is_skipped(rows_of):
    assert rows_of(of_csv("\ufeffa\n1\n", mode="raw")) == [{"a": "1"}]


STATES = """
import "array"
import "contrib/tomhollingworth/events"
array.from(rows: [
    {_time: 2020-01-01T00:00:00Z, state: "ok"},
    {_time: 2020-01-01T00:12:34Z, state: "warn"},
    {_time: 2020-01-01T00:25:01Z, state: "ok"},
    {_time: 2020-01-01T16:07:55Z, state: "crit"},
])
"""


def test_events_last_until_the_next_one(rows_of):
    rows = rows_of(f"{STATES}|> events.duration(unit: 1m, stop: 2020-01-01T16:54:21Z)")
    assert [row["duration"] for row in rows] == [12, 12, 942, 46]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", 'column "_stop" does not exist'),
        ('stopColumn: "end"', 'column "end" does not exist'),
        ('stopColumn: "state"', 'column "state" is of type string, not time'),
        ('timeColumn: "t", stop: 2020-01-02T00:00:00Z', 'column "t" does not exist'),
    ],
)
def test_events_need_their_columns(run_flux, arguments, message):
    with pytest.raises(FluxError, match=message):
        run_flux(f"{STATES}|> events.duration({arguments})")


def test_an_empty_table_is_filled_with_a_row(run_flux):
    query = of_csv(ANNOTATED).replace("import", 'import "experimental/table"\nimport', 1)
    ((_, key, rows), _) = run_flux(
        f'{query} |> filter(fn: (r) => r._value > 2.0, onEmpty: "keep") |> table.fill()'
    )
    assert (key, rows) == ({"tag": "a"}, [{"_time": None, "_value": None, "tag": "a"}])


def test_columns_are_set_and_unpivoted(run_flux):
    tables = run_flux(
        'import "array"\nimport "experimental"\n'
        "array.from(rows: [{_time: 1970-01-01T00:00:00Z, a: 1, b: 2.0}]) "
        '|> experimental.set(o: {m: "x"}) '
        '|> experimental.group(columns: ["m"], mode: "extend") |> experimental.unpivot()'
    )
    assert [(key, rows[0]["_value"]) for _, key, rows in tables] == [
        ({"m": "x", "_field": "a"}, 1),
        ({"m": "x", "_field": "b"}, 2.0),
    ]


UNPIVOTED = (
    'import "array"\nimport "experimental"\n'
    'array.from(rows: [{_time: 1970-01-01T00:00:00Z, hum: 81.5, place: "Denver"}]) '
    '|> group(columns: ["place"])'
)


@pytest.mark.parametrize(
    ("arguments", "key", "labels"),
    [
        ("", ["place", "_field"], ["place", "_field", "_time", "_value"]),
        ('otherColumns: ["_time", "_field"]', ["place"], ["place", "_time", "_field", "_value"]),
    ],
)
def test_unpivoted_columns_are_those_of_the_key_then_the_others(run_flux, arguments, key, labels):
    ((_, found, (row,)),) = run_flux(f"{UNPIVOTED} |> experimental.unpivot({arguments})")
    assert (list(found), list(row)) == (key, labels)
    assert (row["_field"], row["_value"]) == ("hum", 81.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            'rename(columns: {hum: "_value"}) |> experimental.unpivot()',
            'unpivot can\'t have "_field" or "_value" as an input column',
        ),
        (
            'experimental.unpivot(otherColumns: ["unit"])',
            'unpivot could not find column named "unit"',
        ),
    ],
)
def test_unpivot_refuses_columns_that_it_makes_and_those_that_are_missing(run_flux, call, message):
    with pytest.raises(FluxError, match=message):
        run_flux(f"{UNPIVOTED} |> {call}")


def test_the_second_of_a_chain_is_returned(rows_of):
    assert rows_of(
        'import "array"\nimport "experimental"\n'
        "experimental.chain(first: array.from(rows: [{x: 1}]), second: array.from(rows: [{x: 2}]))"
    ) == [{"x": 2}]


def test_days_around_now_are_found(rows_of):
    (row,) = rows_of(
        'import "array"\nimport "date/boundaries"\noption now = () => 2022-06-08T14:20:11Z\n'
        "w = boundaries.week()\nm = boundaries.month(month_offset: -1)\n"
        "array.from(rows: [{w: string(v: w.start), m: string(v: m.stop), "
        "s: string(v: boundaries.sunday().start)}])"
    )
    assert {label: text[:10] for label, text in row.items()} == {
        "w": "2022-06-06",
        "m": "2022-06-01",
        "s": "2022-06-05",
    }


def test_pagerdutys_key_is_the_hash_of_the_group_key(rows_of):
    # the hash is the one in the documentation of pagerduty.dedupKey()
    query = (
        'import "pagerduty"\nimport "sampledata"\n'
        'sampledata.int() |> filter(fn: (r) => r.tag == "t1") |> limit(n: 1) |> pagerduty.dedupKey('
    )
    found = "18fae60f7253ebb11c5cc79e69037f0320fec216b1be0c101a5575086a3ebd08"
    assert rows_of(f"{query})")[0]["_pagerdutyDedupKey"] == found
    assert rows_of(f'{query}exclude: ["_start"])')[0]["_pagerdutyDedupKey"] == found
    assert rows_of(f'{query}exclude: ["tag"])')[0]["_pagerdutyDedupKey"] != found


@pytest.mark.parametrize(
    ("version", "bound"), [(1, "_field"), (2, "le")], ids=["bounds in fields", "bounds in tags"]
)
def test_quantiles_of_prometheus_are_computed_for_each_time(run_flux, version, bound):
    rows = [(0, "0.1", 1), (0, "0.5", 3), (10, "0.1", 2), (10, "0.5", 2)]
    records = ", ".join(
        f'{{_time: 1970-01-01T00:00:{second:02}Z, {bound}: "{le}", _value: {count}.0, host: "a"}}'
        for second, le, count in rows
    )
    query = f'import "array"\nimport "experimental/prometheus"\narray.from(rows: [{records}])'
    extra = "" if bound == "_field" else ' |> set(key: "_field", value: "latency")'
    ((_, key, found),) = run_flux(
        f"{query}{extra} |> prometheus.histogramQuantile(quantile: 0.5, metricVersion: {version})"
    )
    assert {"host": "a", "quantile": "0.5"}.items() <= key.items()
    assert [(row["_time"], row["_value"]) for row in found] == [
        (0, pytest.approx(0.2)),
        (10_000_000_000, pytest.approx(0.05)),
    ]
