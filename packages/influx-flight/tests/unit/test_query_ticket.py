"""What is sent over Flight: the ticket, and the metadata."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from influx_core import ConfigError
from influx_core.interfaces import Request
from influx_flight._transport.query_ticket import metadata_of, ticket_of


def query(path: str = "/api/v3/query_sql", **asked: object) -> Request:
    body = json.dumps({"db": "d", "q": "SELECT 1", "format": "arrow", **asked}).encode()
    return Request("POST", path, body=body, operation="query")


def test_a_query_becomes_the_ticket_of_the_official_clients():
    assert json.loads(ticket_of(query())) == {
        "database": "d",
        "sql_query": "SELECT 1",
        "query_type": "sql",
    }


def test_influxql_and_parameters_are_in_the_ticket():
    params = {"n": 2**63, "t": "é\n", "f": 0.1, "b": True, "x": None}
    ticket = json.loads(ticket_of(query("/api/v3/query_influxql", params=params)))
    assert ticket["query_type"] == "influxql"
    assert ticket["params"] == params


@pytest.mark.parametrize(
    "request_",
    [
        query(format="jsonl"),
        query(format="jsonl", q='SELECT "arrow"'),
        query("/api/v3/write_lp"),
        query("/query"),
        Request("POST", "/api/v3/query_sql", body=b'"arrow"', operation="write"),
        Request("GET", "/ping", operation="ping"),
    ],
)
def test_all_else_has_no_ticket(request_):
    assert ticket_of(request_) is None


@pytest.mark.parametrize(
    "given",
    ["Bearer t0k", "Token t0k", "Basic " + b64encode(b"anyone:t0k").decode(), "bearer t0k"],
)
def test_every_form_of_a_token_is_sent_as_bearer(given):
    ((name, value),) = metadata_of({"authorization": given})
    assert name == b"authorization"
    assert value.lower() == b"bearer t0k"


def test_headers_of_http_are_not_sent():
    sent = {"accept": "*/*", "content-type": "application/json", "x-trace": "1"}
    assert metadata_of(sent) == ((b"x-trace", b"1"),)


@pytest.mark.parametrize("value", ["t0k\n3n", "t0k\u00e9n", "t0k\x003n", "t0k\t3n"])
def test_a_value_that_grpc_cannot_send_is_refused_without_repeating_it(value):
    with pytest.raises(ConfigError, match="'authorization' is not printable ASCII") as caught:
        metadata_of({"authorization": f"Bearer {value}"})
    assert "t0k" not in str(caught.value)


@pytest.mark.parametrize("name", ["grpc-timeout", "x-bin", "x y"])
def test_a_name_that_grpc_reserves_is_refused(name):
    with pytest.raises(ConfigError, match="cannot send a header with the name"):
        metadata_of({name: "1"})


def test_a_password_that_is_no_token_is_refused():
    with pytest.raises(ConfigError, match="sent as a token"):
        metadata_of({"authorization": "Basic " + b64encode(b"u:").decode()})


def test_metadata_that_servers_refuse_is_not_sent():
    with pytest.raises(ConfigError, match="servers accept 16,384; the largest is 'authorization'"):
        metadata_of({"authorization": "Bearer " + "x" * 17_000})
