"""Queries of the official clients through Arrow Flight: tickets, schemas, rows and errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from influx_testing import ServedFake

Ask = Callable[..., Any]


def test_sql_returns_rows_with_the_types_of_columns(ask: Ask) -> None:
    table = ask("SELECT * FROM cpu")
    kinds = {
        field.name: field.metadata[b"iox::column::type"].decode().removeprefix("iox::column_type::")
        for field in table.schema
    }
    assert kinds == {
        "cores": "field::integer",
        "host": "tag",
        "load": "field::float",
        "note": "field::string",
        "size": "field::uinteger",
        "time": "timestamp",
        "up": "field::boolean",
    }
    assert table.schema.metadata[b"iox::measurement::name"] == b"cpu"
    assert table.column("host").to_pylist() == ["a", "b", "b"]
    assert table.column("size").to_pylist() == [None, None, 2**64 - 1]


def test_tags_are_plain_text_and_times_are_never_null(ask: Ask) -> None:
    schema = ask("SELECT host, time FROM cpu").schema
    assert [str(field.type) for field in schema] == ["string", "timestamp[ns]"]
    assert [field.nullable for field in schema] == [True, False]


@pytest.mark.parametrize("language", ["sql", "influxql"])
def test_the_schema_comes_without_rows_too(ask: Ask, language: str) -> None:
    query = "SELECT load, cores, note, size, up FROM cpu WHERE time > '2100-01-01T00:00:00Z'"
    table = ask(query, language)
    assert len(table) == 0
    kinds = [str(table.schema.field(name).type) for name in ("load", "cores", "note", "size", "up")]
    assert kinds == ["double", "int64", "string", "uint64", "bool"]


def test_functions_of_influxql_have_their_types_without_rows(ask: Ask) -> None:
    query = "SELECT mean(cores), count(note), max(cores), first(note) FROM cpu WHERE host = 'no'"
    schema = ask(query, "influxql").schema
    kinds = [str(schema.field(name).type) for name in ("mean", "count", "max", "first")]
    assert kinds == ["double", "int64", "int64", "string"]


def test_headers_over_the_limit_are_refused_for_one_call(flight: Any, client: Any) -> None:
    ticket = flight.Ticket(b'{"database":"db","sql_query":"SELECT 1 AS one"}')
    large = flight.FlightCallOptions(headers=[(b"x-large", b"x" * 17_000)])
    with pytest.raises(ValueError, match="larger than 16384 bytes"):
        client.do_get(ticket, large)
    assert client.do_get(ticket).read_all().to_pylist() == [{"one": 1}]


def test_influxql_has_the_measurement_and_the_tags_of_group_by(ask: Ask) -> None:
    table = ask("SELECT load FROM cpu GROUP BY host", "influxql")
    assert table.column_names == ["iox::measurement", "time", "host", "load"]
    assert json.loads(table.schema.metadata[b"iox::influxql::group_key::metadata"]) == {
        "measurement_column_index": 0,
        "tag_key_columns": [{"tag_key": "host", "column_index": 2, "is_projected": False}],
    }
    assert table.column("host").to_pylist() == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("SELECT load FROM cpu WHERE host = $host AND load < $high", "sql"),
        ("SELECT load FROM cpu WHERE host = $host AND load < $high", "influxql"),
    ],
)
def test_parameters_are_bound(ask: Ask, text: str, language: str) -> None:
    table = ask(text, language, params={"host": "b", "high": 9.5})
    assert table.column("load").to_pylist() == [2.5]


@pytest.mark.parametrize("name", ["database", "namespace_name", "bucket", "bucket-name"])
def test_a_ticket_may_name_the_database_in_four_ways_and_leave_out_the_language(
    flight: Any, client: Any, name: str
) -> None:
    ticket = json.dumps({name: "db", "sql_query": "SELECT 1 AS one"}).encode()
    assert client.do_get(flight.Ticket(ticket)).read_all().to_pylist() == [{"one": 1}]


@pytest.mark.parametrize(
    ("text", "members", "error", "words"),
    [
        ("SELECT 1", {"database": "no"}, "FlightServerError", "Database 'no' not found"),
        ("SELECT x FROM cpu", {}, "ArrowInvalid", "Error while planning query: Schema error"),
        ("SELECT 1", {"query_type": "flux"}, "ArrowInvalid", "Invalid ticket. Error: unknown"),
        ("SELECT 1", {"database": None}, "ArrowInvalid", "missing field `database`"),
        ("SELECT 1", {"bucket": "db"}, "ArrowInvalid", "duplicate field"),
        ("SELECT 1", {"params": [1]}, "ArrowInvalid", "expected a map"),
        ("DROP TABLE cpu", {}, "ArrowInvalid", "Error while planning query: "),
        ("SHOW DATABASES", {"query_type": "influxql"}, "ArrowNotImplementedError", "DATABASES"),
        ("DROP MEASUREMENT cpu", {"query_type": "influxql"}, "ArrowNotImplementedError", "DROP"),
        ("SELECT", {"query_type": "influxql"}, "ArrowInvalid", "parsing error"),
    ],
)
def test_a_refused_query_has_the_code_and_the_text_of_the_server(
    ask: Ask, text: str, members: dict[str, Any], error: str, words: str
) -> None:
    with pytest.raises(Exception, match=words) as caught:
        ask(text, **members)
    assert type(caught.value).__name__ in {error, "ArrowKeyError"}


def test_the_request_log_shows_calls_with_their_query_and_status(
    ask: Ask, server: ServedFake
) -> None:
    ask("SELECT load FROM cpu")
    with pytest.raises(Exception, match="not found"):
        ask("SELECT 1", database="no")
    answered, refused = server.requests
    assert answered.path == "/arrow.flight.protocol.FlightService/DoGet"
    assert (answered.query, answered.params["db"]) == ("SELECT load FROM cpu", "db")
    assert (answered.status, answered.grpc_status) == (200, "OK")
    assert (refused.params["db"], refused.grpc_status) == ("no", "NOT_FOUND")
    assert "q=SELECT+load+FROM+cpu" in str(answered)
    assert str(answered).endswith("200 OK")


def test_blanks_around_a_header_are_no_part_of_it(flight: Any, client: Any) -> None:
    """influxdb3-python with an empty token sends `Bearer ` and a blank."""
    ticket = flight.Ticket(b'{"database":"db","sql_query":"SELECT 1 AS one"}')
    options = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer ")])
    assert client.do_get(ticket, options).read_all().to_pylist() == [{"one": 1}]


@pytest.mark.parametrize("language", ["sql", "influxql"])
@pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity"])
def test_numbers_that_json_has_not_are_refused(
    flight: Any, client: Any, language: str, number: str
) -> None:
    query = "SELECT load FROM cpu WHERE load > $low"
    head = json.dumps({"database": "db", "sql_query": query, "query_type": language})
    ticket = f'{head[:-1]}, "params": {{"low": {number}}}}}'.encode()
    arrow: Any = pytest.importorskip("pyarrow")
    with pytest.raises(arrow.ArrowInvalid, match=r"JSON parse error: .* at line 1 column"):
        client.do_get(flight.Ticket(ticket)).read_all()


@pytest.mark.parametrize("language", ["sql", "influxql"])
def test_parameters_can_be_unsigned(ask: Ask, language: str) -> None:
    query = "SELECT size FROM cpu WHERE size = $size"
    found = ask(query, language, params={"size": 2**64 - 1})
    assert found.column("size").to_pylist() == [2**64 - 1]
