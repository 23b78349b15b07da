"""Queries of 3.x: Accept, formats, parameters, and their errors."""

from __future__ import annotations

import io

import pytest

ROWS = b'm,t=a f=1,i=2i,u=3u,s="x",b=true 1\nm,t=b f=2.5 2500000000\n'
CSV = """iox::measurement,time,b,f,i,s,t,u
m,1970-01-01T00:00:00.000000001,true,1.0,2,x,a,3
m,1970-01-01T00:00:02.500,,2.5,,,b,
"""
PRETTY = """+------------------+-------------------------+-----+
| iox::measurement | time                    | f   |
+------------------+-------------------------+-----+
| m                | 1970-01-01T00:00:02.500 | 2.5 |
+------------------+-------------------------+-----+"""
FIRST_ROW = (
    '{"iox::measurement":"m","time":"1970-01-01T00:00:00.000000001",'
    '"b":true,"f":1.0,"i":2,"s":"x","t":"a","u":3}'
)
SECOND_ROW = '{"iox::measurement":"m","time":"1970-01-01T00:00:02.500","f":2.5,"t":"b"}'
JSON_ROWS = (FIRST_ROW, SECOND_ROW)
NOT_FOUND = '{"error":"query error: database not found: no"}'
PATHS = ["/api/v3/query_influxql", "/api/v3/query_sql"]


@pytest.fixture
def filled(ask):
    assert ask.write(ROWS).status == 204
    return ask


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "accept", ["application/jsonl", "application/json; charset=utf-8", "text/*", "image/png", ""]
)
def test_another_mime_type_is_refused_before_the_format_is_read(filled, path, accept):
    answer = filled("GET", path, accept=accept, db="db", q="SELECT f FROM m", format="jsonl")
    assert (answer.status, answer.text) == (400, f"invalid mime type ({accept})")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/html,application/xhtml+xml", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/plain;q=0.5, */*", "application/json"),
    ],
)
def test_accept_chooses_the_format_where_no_parameter_does(filled, accept, content_type):
    answer = filled("GET", "/api/v3/query_influxql", accept=accept, db="db", q="SELECT f FROM m")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)


@pytest.mark.parametrize(
    ("name", "content_type", "body"),
    [
        ("csv", "text/csv", CSV),
        ("json", "application/json", f"[{','.join(JSON_ROWS)}]"),
        ("jsonl", "application/jsonl", "".join(f"{row}\n" for row in JSON_ROWS)),
    ],
)
@pytest.mark.parametrize("accept", [None, "text/csv"])
def test_the_parameter_chooses_the_format(filled, name, content_type, body, accept):
    answer = filled(
        "GET", "/api/v3/query_influxql", accept=accept, db="db", q="SELECT * FROM m", format=name
    )
    assert (answer.status, answer.headers["content-type"], answer.text) == (200, content_type, body)


def test_csv_has_floats_as_arrow_writes_them(filled):
    floats = {
        "1e15": "1000000000000000.0",
        "1e16": "1e16",
        "0.00001": "0.00001",
        "-0.000015": "-0.000015",
        "0.00012": "0.00012",
        "0.0000099": "9.9e-6",
        "5e-324": "5e-324",
        "-0.0": "-0.0",
    }
    lines = [f"x v={value} {time}" for time, value in enumerate(floats)]
    assert filled.write("\n".join(lines).encode()).status == 204
    rows = filled.influxql("SELECT v FROM x", format="csv").text.splitlines()[1:]
    assert [row.rpartition(",")[2] for row in rows] == list(floats.values())


def test_pretty_is_a_table_of_signs(filled):
    assert filled.influxql("SELECT f FROM m WHERE f > 2", format="pretty").text == PRETTY
    assert filled.influxql("SELECT f FROM nosuch", format="pretty").text == "++\n++"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("SELECT f FROM m WHERE f > 9", "iox::measurement,time,f"),
        ("SELECT max(f) FROM m WHERE f > 9 GROUP BY t", "iox::measurement,time,t,max"),
        ("SELECT * FROM m WHERE time > 9000000000000000000", "iox::measurement,time,b,f,i,s,t,u"),
        ("SELECT nosuch FROM m", ""),
    ],
)
def test_an_empty_answer_keeps_its_columns(filled, text, header):
    assert filled.influxql(text, format="csv").text == f"{header}\n"
    assert filled.influxql(text, format="json").text == "[]"
    assert filled("GET", "/query", db="db", q=text).json == {"results": [{"statement_id": 0}]}


def test_parquet_has_typed_columns(filled):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    answer = filled.influxql("SELECT * FROM m", format="parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    found = parquet.read_table(io.BytesIO(answer.body))
    assert found.column("f").to_pylist() == [1.0, 2.5]
    assert str(found.schema.field("time").type) == "timestamp[ns]"


def test_numbers_that_json_has_not_are_null_with_their_key(filled):
    answer = filled.influxql("SELECT exp(f * 1000) AS e FROM m LIMIT 1")
    assert answer.json[0]["e"] is None
    lines = filled.influxql("SELECT exp(f * 1000) AS e FROM m LIMIT 1", format="jsonl")
    assert lines.status == 200
    old = filled("GET", "/query", db="db", q="SELECT exp(f * 1000) FROM m LIMIT 1", epoch="ns")
    assert old.json["results"][0]["series"][0]["values"] == [[1, None]]


@pytest.mark.parametrize(
    ("path", "params", "status", "text"),
    [
        ("/api/v3/query_influxql", {"db": "db"}, 400, "serde error: missing field `q`"),
        ("/api/v3/query_sql", {"q": "SELECT 1"}, 400, "serde error: missing field `db`"),
        (
            "/api/v3/query_influxql",
            {"q": "SELECT f FROM m"},
            400,
            "must specify a 'db' parameter, or provide the database in the InfluxQL query",
        ),
        (
            "/api/v3/query_influxql",
            {"db": "no", "q": "SELECT f FROM m"},
            404,
            NOT_FOUND,
        ),
        (
            "/api/v3/query_sql",
            {"db": "no", "q": "SELECT 1"},
            404,
            NOT_FOUND,
        ),
        ("/query", {"db": "no", "q": "SHOW TAG KEYS"}, 404, NOT_FOUND),
        ("/query", {"db": "db"}, 400, "{\"error\":\"missing query parameters 'db' and 'q'\"}"),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELECT f FROM m", "format": "xml"},
            400,
            (
                "serde error: unknown variant `xml`, expected one of `parquet`, `csv`, `pretty`, "
                "`json`, `json_lines`, `jsonl`"
            ),
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELECT f FROM m; SELECT f FROM m"},
            400,
            "must provide only one InfluxQl statement per query",
        ),
        (
            "/query",
            {"db": "db", "q": "SELECT f FROM m;SHOW DATABASES"},
            400,
            '{"error":"must provide only one InfluxQl statement per query"}',
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELEC f"},
            400,
            (
                "error in InfluxQL statement: parsing error: invalid InfluxQL statement at pos 0. "
                'Parsing Error: Nom("SELEC f", Tag)'
            ),
        ),
        (
            "/query",
            {"db": "db", "q": "x"},
            400,
            '{"error":"error in InfluxQL statement: parsing error: ',
        ),
        (
            "/query",
            {"db": "db", "q": "CREATE DATABASE x"},
            405,
            '{"error":"This feature is not implemented: CREATE DATABASE"}',
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "DROP MEASUREMENT m"},
            405,
            "This feature is not implemented: DROP MEASUREMENT",
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SHOW  TABLES"},
            400,
            (
                "error in InfluxQL statement: parsing error: invalid SHOW statement, expected "
                "DATABASES, FIELD KEYS, MEASUREMENTS, TAG KEYS, TAG VALUES, or RETENTION POLICIES "
                "following SHOW at pos 6"
            ),
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SHOW SERIES"},
            405,
            "This feature is not implemented: SHOW SERIES",
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "DELETE FROM m"},
            405,
            "This feature is not implemented: DELETE",
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELECT f FROM m GROUP BY time(1m)"},
            400,
            (
                "rewriting statement\ncaused by\ngather information about select statement\n"
                "caused by\nError during planning: GROUP BY requires at least one aggregate"
            ),
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELECT f INTO n FROM m"},
            405,
            "This feature is not implemented: SELECT INTO",
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELECT f FROM other..m"},
            400,
            "provided a database in both the parameters (db) and query string (other)",
        ),
        (
            "/api/v3/query_influxql",
            {"db": "db", "q": "SELECT f FROM weekly.m"},
            405,
            "This feature is not implemented: retention policy in from clause",
        ),
    ],
)
def test_errors_have_no_content_type(filled, path, params, status, text):
    answer = filled("GET", path, **params)
    assert (answer.status, answer.text[: len(text)]) == (status, text)
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"db": 1, "q": "x"}', b'{"db":"db","q":1}'])
def test_a_body_that_is_no_such_json_is_refused(filled, path, body):
    answer = filled("POST", path, body)
    assert answer.status == 400
    assert answer.text.startswith("serde json error")


def test_parameters_take_the_place_of_names(filled):
    answer = filled.influxql("SELECT f FROM m WHERE t = $t", params={"t": "b"})
    assert [row["f"] for row in answer.json] == [2.5]
    answer = filled(
        "GET", "/query", db="db", q="SELECT f FROM m WHERE t = $t", params='{"t":"b"}', epoch="ns"
    )
    assert answer.json["results"][0]["series"][0]["values"] == [[2500000000, 2.5]]


def test_a_form_counts_like_the_url(filled):
    filled.headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = filled("POST", "/query", b"q=SHOW+MEASUREMENTS", db="db")
    assert answer.json["results"][0]["series"][0]["values"] == [["m"]]


def test_rows_come_in_chunks(filled):
    answer = filled("GET", "/query", db="db", q="SELECT f FROM m", chunked="true", chunk_size="1")
    assert len(answer.text.splitlines()) == 2
