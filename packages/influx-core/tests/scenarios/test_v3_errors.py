"""The errors of InfluxDB 3, which have no Content-Type: each class, and each field."""

from __future__ import annotations

import json
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from influx_core import (
    AlreadyExists,
    AuthenticationError,
    AuthorizationError,
    DatabaseNotFound,
    InfluxDBClient,
    LimitReached,
    NotFound,
    PartialWriteError,
    QueryError,
    RequestTooLarge,
    ResponseError,
    ServerBusy,
    WriteError,
)

Call = Callable[[InfluxDBClient], Awaitable[object]]


def write(client: InfluxDBClient) -> Awaitable[object]:
    return client.write_lines(b"good f=1 1\nbad f= 2\n\nm,t=a t=2 3\n")


def sql(client: InfluxDBClient) -> Awaitable[object]:
    return client.query_sql("SELECT * FROM m")


def influxql(client: InfluxDBClient) -> Awaitable[object]:
    return client.execute("SELECT f FROM m")


def create_table(client: InfluxDBClient) -> Awaitable[object]:
    return client.admin.tables.create("m", ["t"], {"f": "float"})


@pytest.fixture
async def client(stub) -> AsyncIterator[InfluxDBClient]:
    async with InfluxDBClient(stub.url, db="x", api="v3", token="s3cret") as made:
        yield made


async def failure(call: Awaitable[object]) -> ResponseError:
    with pytest.raises(ResponseError) as caught:
        await call
    return caught.value


REJECTED = [
    {"original_line": "bad f= 2", "line_number": 2, "error_message": "invalid field value"},
    {"original_line": "m,t=a t=2 3", "line_number": 4, "error_message": "tag and field"},
]


async def test_a_partial_write_names_lines_with_number_text_and_reason(stub, client):
    error_text = "partial write of line protocol occurred"
    stub.says(400, json.dumps({"error": error_text, "data": REJECTED}))
    error = await failure(write(client))
    assert isinstance(error, PartialWriteError)
    assert (error.status, error.dropped) == (400, 2)
    assert error.message == f"{error_text}: line 2: invalid field value; 1 more in rejected"
    assert [(line.number, line.line, line.reason) for line in error.rejected] == [
        (2, "bad f= 2", "invalid field value"),
        (4, "m,t=a t=2 3", "tag and field"),
    ]
    assert [reason for _, reason in error.rejected] == ["invalid field value", "tag and field"]
    (line, _) = pickle.loads(pickle.dumps(error)).rejected
    assert (line.number, repr(line)) == (
        2,
        "RejectedLine('bad f= 2', 'invalid field value', number=2)",
    )


@pytest.mark.parametrize("data", [REJECTED[0], [REJECTED[0]]], ids=["object", "list"])
async def test_a_write_that_is_not_partial_names_the_line_it_stopped_at(stub, client, data):
    stub.says(400, json.dumps({"error": "line protocol parsing error", "data": data}))
    error = await failure(write(client))
    assert type(error) is WriteError
    assert [(line.number, line.line) for line in error.rejected] == [(2, "bad f= 2")]


@pytest.mark.parametrize(
    ("call", "status", "body", "kind"),
    [
        (sql, 404, "query error: database not found: x", DatabaseNotFound),
        (influxql, 404, "query error: database not found: x", DatabaseNotFound),
        (sql, 400, "Error during planning: table 'public.iox.m' not found", QueryError),
        (
            influxql,
            400,
            "error in InfluxQL statement: parsing error: invalid SELECT statement at pos 7",
            QueryError,
        ),
        (influxql, 400, "must provide only one InfluxQl statement per query", QueryError),
        (influxql, 405, "This feature is not implemented: SHOW SERIES", QueryError),
        (sql, 400, "missing query parameter 'db'", QueryError),
        (write, 400, "incoming write was empty", WriteError),
        (write, 422, "adding a new table would exceed limit of 2000", WriteError),
        (write, 413, "incoming request too large", RequestTooLarge),
        (write, 429, "too many requests", ServerBusy),
        (sql, 503, "", ServerBusy),
        (sql, 401, "", AuthenticationError),
        (sql, 401, '{"error": "the request was not authenticated"}', AuthenticationError),
        (
            sql,
            400,
            "Authorization header was malformed, supported auth-schemes are Bearer, Token, Basic",
            AuthenticationError,
        ),
        (sql, 403, '{"error": "the request was not authorized"}', AuthorizationError),
        (create_table, 404, "the requested resource was not found", NotFound),
        (create_table, 409, "attempted to create a resource that already exists", AlreadyExists),
        (create_table, 422, "adding a new table would exceed limit of 2000", LimitReached),
        (create_table, 400, "invalid table name", ResponseError),
        (sql, 500, "Internal server error", QueryError),
        (write, 501, "not implemented", WriteError),
    ],
)
async def test_each_error_has_its_class_status_and_text(stub, client, call, status, body, kind):
    stub.says(status, body)
    error = await failure(call(client))
    assert type(error) is kind
    assert error.status == status
    said = json.loads(body)["error"] if body.startswith("{") else body
    assert error.message == said or f"answered {status} without a reason" in error.message


async def test_json_is_read_although_the_header_says_text(stub, client):
    stub.says(400, '{"error": "why"}', content_type="text/plain")
    assert (await failure(sql(client))).message == "why"


async def test_a_wait_that_the_server_asks_for_is_told(stub, client):
    stub.says(429, "too many requests", retry_after="7", x_request_id="r1")
    error = await failure(write(client))
    assert (error.retry_after, error.request_id) == (7.0, "r1")


async def test_no_error_repeats_the_token(stub, client):
    stub.says(400, "no")
    for call in (write, sql, influxql, create_table):
        assert "s3cret" not in repr(await failure(call(client)))
