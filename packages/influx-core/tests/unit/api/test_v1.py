from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from influx_core import errors
from influx_core._api.base import QueryRequest
from influx_core._api.request_options import QueryOptions, WriteOptions
from influx_core._api.v1 import LONGEST_URL_QUERY, V1
from influx_core.errors import statement_error
from influx_core.interfaces import Request

API = V1()
JSON = {"content-type": "application/json", "x-request-id": "r1"}


def error_of(path: str, status: int, body: bytes, **headers: str) -> errors.ResponseError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return API.error(Request("POST", path, operation=path[1:]), status, {**JSON, **named}, body)


def ask(text: str, verb: str | None = None, **options) -> Request:
    return API.query_request(QueryRequest(text, QueryOptions(**options), http_verb=verb))


def test_a_write_always_names_its_precision():
    options = WriteOptions(db="x", precision="us", consistency="all")
    request = API.write_request(b"m f=1", "text/plain", options)
    assert (request.method, request.path) == ("POST", "/write")
    assert dict(request.params) == {"db": "x", "precision": "u", "consistency": "all"}
    assert request.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("foreign", [{"org": "o"}, {"no_sync": True}, {"accept_partial": False}])
def test_options_of_other_servers_are_refused(foreign):
    with pytest.raises(errors.ConfigError, match=f"a write takes no {next(iter(foreign))}"):
        API.write_request(b"m f=1", "text/plain", WriteOptions(**foreign))


def test_sql_is_refused():
    with pytest.raises(errors.ConfigError, match="InfluxQL only"):
        API.query_request(QueryRequest("SELECT 1", language="sql"))


def test_a_get_carries_all_in_the_url():
    request = ask("SELECT f FROM m", db="x", retention_policy="week", chunk_size=10)
    assert dict(request.params) == {
        "db": "x",
        "rp": "week",
        "epoch": "ns",
        "chunked": "true",
        "chunk_size": "10",
        "q": "SELECT f FROM m",
    }
    assert request.body == b""
    assert request.headers == {"accept": "application/json"}


def test_a_post_carries_all_in_its_body():
    request = ask("DROP DATABASE é", db="x", chunked=False)
    assert request.params == ()
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(request.body.decode())) == {
        "db": "x",
        "epoch": "ns",
        "q": "DROP DATABASE é",
    }


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("SELECT f FROM m", "GET"),
        ("/* INTO */ select f from m; SHOW DATABASES", "GET"),
        ("SELECT f INTO n FROM m", "POST"),
        ("SHOW DATABASES; DROP DATABASE x", "POST"),
        ("what is this", "POST"),
        (f"SELECT f FROM m WHERE t = '{'x' * LONGEST_URL_QUERY}'", "POST"),
    ],
)
def test_only_short_reading_queries_go_by_get(text, verb):
    assert ask(text).method == verb


def test_the_verb_that_was_asked_for_wins():
    assert ask("DROP DATABASE x", "GET").method == "GET"
    assert ask("SELECT 1", "POST").method == "POST"
    with pytest.raises(errors.ConfigError, match="http_verb 'PUT'"):
        ask("SELECT 1", "PUT")


@pytest.mark.parametrize(
    ("path", "status", "message", "expected"),
    [
        ("/query", 400, "error parsing query: x", errors.QueryError),
        ("/query", 401, "authorization failed", errors.AuthenticationError),
        ("/query", 403, "create admin user first", errors.AuthorizationError),
        ("/write", 400, "unable to parse", errors.WriteError),
        ("/write", 404, 'database not found: "x"', errors.DatabaseNotFound),
        ("/write", 413, "Request Entity Too Large", errors.RequestTooLarge),
        ("/write", 429, "slow down", errors.ServerBusy),
        ("/write", 503, "later", errors.ServerBusy),
        ("/write", 500, "timeout", errors.WriteError),
        ("/ping", 500, "odd", errors.ResponseError),
    ],
)
def test_status_and_meaning_choose_the_exception(path, status, message, expected):
    error = error_of(path, status, b'{"error": "%s"}' % message.replace('"', '\\"').encode())
    assert type(error) is expected
    assert (str(error), error.status, error.request_id) == (message, status, "r1")


def test_a_partial_write_says_how_many_were_dropped():
    error = error_of("/write", 400, b'{"error":"partial write: type conflict dropped=3"}')
    assert isinstance(error, errors.PartialWriteError)
    assert error.dropped == 3


def test_words_come_from_the_header_or_the_text_where_there_is_no_json():
    assert str(error_of("/write", 500, b"", x_influxdb_error="no space")) == "no space"
    assert str(error_of("/write", 502, b"Bad Gateway\n", content_type="text/html")) == "Bad Gateway"
    assert str(error_of("/write", 500, b"")) == "the server answered 500 without a reason"


@pytest.mark.parametrize(("sent", "seconds"), [("2", 2.0), ("-1", 0.0), ("soon", None)])
def test_retry_after_is_read_as_seconds(sent, seconds):
    assert error_of("/write", 503, b"", retry_after=sent).retry_after == seconds


def test_errors_inside_answers_are_query_errors_with_their_statement():
    error = statement_error("unknown field", 2)
    assert (type(error), error.statement_id, error.status) == (errors.QueryError, 2, 200)
    assert isinstance(statement_error("database not found: x", 0), errors.DatabaseNotFound)
