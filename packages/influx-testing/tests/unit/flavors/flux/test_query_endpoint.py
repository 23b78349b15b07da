"""/api/v2/query: dialects, results, errors before and in the body."""

from __future__ import annotations

import json

import pytest

from influx_flux import extern

LINES = """cpu,host=a usage=1.5,count=3i 1699999990000000000
cpu,host=a usage=2.5 1699999995000000000
cpu,host=b usage=4 1699999999000000000
mem,host=a free=7u 1699999998000000000"""
READ = 'from(bucket: "my-bucket") |> range(start: -1m)'
ALL = ("datatype", "group", "default")


@pytest.fixture
def filled(ask):
    ask.write(LINES)
    return ask


def test_a_query_returns_a_table_for_each_series_and_field(filled):
    answer = filled(READ, annotations=ALL)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    bounds = "2023-11-14T22:12:20Z,2023-11-14T22:13:20Z"
    assert answer.lines[:9] == [
        "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,long,string,string,string",
        "#group,false,false,true,true,false,false,true,true,true",
        "#default,_result,,,,,,,,",
        ",result,table,_start,_stop,_time,_value,_field,_measurement,host",
        f",,0,{bounds},2023-11-14T22:13:10Z,3,count,cpu,a",
        "",
        "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string",
        "#group,false,false,true,true,false,false,true,true,true",
        "#default,_result,,,,,,,,",
    ]
    assert f",,3,{bounds},2023-11-14T22:13:18Z,7,free,mem,a" in answer.lines


def test_without_annotations_each_row_names_its_result(filled):
    answer = filled.send(
        "POST",
        "/api/v2/query",
        f'{READ} |> filter(fn: (r) => r._field == "free")'.encode(),
        content_type="application/vnd.flux",
    )
    assert answer.lines == [
        ",result,table,_start,_stop,_time,_value,_field,_measurement,host",
        ",_result,0,2023-11-14T22:12:20Z,2023-11-14T22:13:20Z,2023-11-14T22:13:18Z,7,free,mem,a",
        "",
        "",
    ]


def values(answer):
    """The values of the rows, as text."""
    assert answer.status == 200, answer.text
    lines = [line for line in answer.lines if line.count(",") > 4 and line[0] != "#"]
    rows = [line.split(",") for line in lines]
    if not rows:
        return []
    header = rows[0]
    place = header.index("_value")
    return [row[place] for row in rows if row != header]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('r._field == "usage"', ["1.5", "2.5", "4"]),
        ('r._field == "usage" and r.host == "a"', ["1.5", "2.5"]),
        ('r._field == "usage" and r._value > 2.0', ["2.5", "4"]),
        ('r._field == "usage" and 2.0 >= r._value', ["1.5"]),
        ("r._field =~ /^us/ and r.host !~ /a/", ["4"]),
        ('r._measurement != "cpu"', ["7"]),
        ('r._field == "usage" and r._time < 2023-11-14T22:13:15Z', ["1.5"]),
        ('r._field == "usage" and (r.host == "b" or r._value < 2.0)', ["1.5", "4"]),
        ('r.none == "x"', []),
        ('not exists r.none and r._field == "free"', ["7"]),
        ('r._value == 3 and r._field == "count"', ["3"]),
    ],
)
def test_a_filter_keeps_the_rows_that_meet_its_condition(filled, condition, found):
    assert values(filled(f"{READ} |> filter(fn: (r) => {condition})")) == found


def test_two_filters_and_two_ranges_apply_together(filled):
    query = f"""{READ}
        |> range(start: 2023-11-14T22:13:12Z, stop: 2023-11-14T22:13:17Z)
        |> filter(fn: (r) => r.host == "a")
        |> filter(fn: (r) => r._field == "usage")"""
    assert values(filled(query)) == ["2.5"]


def test_a_query_without_rows_is_an_empty_result(filled):
    assert filled(f'{READ} |> filter(fn: (r) => r.host == "no")').text == "\r\n"


def test_several_results_follow_one_another(filled):
    query = f'{READ} |> filter(fn: (r) => r._field == "free") |> yield(name: "one")\n{READ}'
    answer = filled(query, annotations=("default",))
    names = [line.split(",")[1] for line in answer.lines if line.startswith("#default")]
    assert names[0] == "one"
    assert set(names[1:]) == {"_result"}


def test_extern_defines_names_before_the_query(filled):
    tree = extern(v={"bucket": "my-bucket"})
    answer = filled("from(bucket: v.bucket) |> range(start: -1m)", extern=tree)
    assert len(values(answer)) == 5


def test_now_of_the_request_is_the_time_of_the_query(filled):
    answer = filled(READ, now="2023-11-14T22:13:11.5Z")
    assert values(answer) == ["3", "1.5"]


@pytest.mark.parametrize(
    ("query", "status", "code", "message"),
    [
        (
            "from(bucket:",
            400,
            "invalid",
            "compilation failed: error @1:",
        ),
        ("rang()", 400, "invalid", "compilation failed: error @1:1-1:5: undefined identifier rang"),
        (
            'from(bucket: "no") |> range(start: -1m)',
            404,
            "not found",
            'failed to initialize execute state: could not find bucket "no"',
        ),
        (
            'from(bucket: "my-bucket")',
            400,
            "invalid",
            "error in building plan while starting program: cannot submit unbounded read to",
        ),
        (
            f"{READ} |> range(start: 1h)",
            400,
            "invalid",
            "error in building plan while starting program: cannot query an empty range",
        ),
        ("x = 1", 400, "invalid", "error in query specification while starting program: this Flux"),
        (
            f'{READ} |> filter(fn: (r) => r._value + "a" == "b")',
            400,
            "invalid",
            "runtime error @1:51-1:91: filter: expected int but found string",
        ),
    ],
)
def test_an_error_before_the_first_row_sets_the_status(filled, query, status, code, message):
    answer = filled(query)
    assert answer.status == status
    assert answer.json["code"] == code
    assert answer.json["message"].startswith(message)
    assert answer.headers["x-platform-error-code"] == code


def test_an_error_after_the_first_rows_ends_the_body(filled):
    query = f"""{READ} |> filter(fn: (r) => r._field == "free") |> yield(name: "good")
{READ} |> filter(fn: (r) => r._value + 1 > 2)"""
    answer = filled(query)
    assert answer.status == 200
    assert answer.lines[-3] == ",error,reference"
    assert answer.lines[-2].startswith(",runtime error @2:51-2:86: filter: expected ")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "request body requires either query or AST"),
        ({"query": "1", "type": "influxql"}, "unknown query type: influxql"),
        (
            {"query": "1", "dialect": {"delimiter": "ab"}},
            "invalid dialect delimeter: must be length 1",
        ),
        (
            {"query": "1", "dialect": {"annotations": ["no"]}},
            "unknown dialect annotation type: no",
        ),
        (
            {"query": "1", "dialect": {"dateTimeFormat": "x"}},
            "unknown dialect date time format: x",
        ),
    ],
)
def test_a_wrong_request_is_refused(ask, body, message):
    answer = ask.send("POST", "/api/v2/query", json.dumps(body).encode())
    message = f"failed to decode request body: {message}"
    assert (answer.status, answer.json) == (400, {"code": "invalid", "message": message})


def test_an_unknown_organization_is_an_error_of_the_request(ask):
    body = json.dumps({"query": "buckets()"}).encode()
    answer = ask.send("POST", "/api/v2/query", body, org="x")
    message = 'failed to decode request body: organization name "x" not found'
    assert (answer.status, answer.json) == (400, {"code": "invalid", "message": message})


def test_flux_without_its_content_type_is_refused_with_a_hint(ask):
    answer = ask.send("POST", "/api/v2/query", b"buckets()")
    assert answer.status == 400
    assert (
        "if sending a raw Flux script, set 'Content-Type: application/vnd.flux'"
        in (answer.json["message"])
    )


def test_prefer_no_content_runs_the_query_without_its_rows(filled):
    body = json.dumps({"query": READ}).encode()
    answer = filled.send("POST", "/api/v2/query", body, prefer="return-no-content")
    assert (answer.status, answer.text) == (204, "")


def test_prefer_no_content_with_error_returns_the_error_alone(filled):
    body = json.dumps({"query": f"{READ} |> filter(fn: (r) => r._value + 1 > 2)"}).encode()
    answer = filled.send("POST", "/api/v2/query", body, prefer="return-no-content-with-error")
    assert answer.status == 200
    assert answer.lines[0] == ",error,reference"


def test_what_the_fake_lacks_is_refused_with_501(ask):
    answer = ask('import "sql"\nsql.from(driverName: "", dataSourceName: "", query: "")')
    assert answer.status == 501
    assert "the Flux function from of the package sql" in answer.json["message"]
    assert ask.fake.failures == [answer.json["message"]]


def test_to_string_converts_the_values(filled):
    query = f'{READ} |> filter(fn: (r) => r._field == "usage") |> toString()'
    answer = filled(query, annotations=("datatype",))
    assert answer.lines[0].split(",")[6] == "string"  # of _value
    assert values(answer) == ["1.5", "2.5", "4"]
