"""What each server can be asked, and how they are told apart."""

from __future__ import annotations

import json

import pytest

from influx_core import ConfigError
from influx_core._api.base import Health, QueryRequest
from influx_core._api.registry import api_from_ping, auth_scheme, named_api
from influx_core._api.request_options import QueryOptions, WriteOptions

NAMES = ["v1", "v2", "v3", "victoriametrics"]


def write(name: str, **options):
    return named_api(name).write_request(b"m f=1", "text/plain", WriteOptions(**options))


def ask(name: str, text: str, language="influxql", **more):
    options = QueryOptions(db="x", retention_policy="week")
    return named_api(name).query_request(QueryRequest(text, options, language, **more))


@pytest.mark.parametrize(
    ("name", "path", "params"),
    [
        ("v1", "/write", {"db": "x", "rp": "week", "precision": "ns"}),
        ("v2", "/api/v2/write", {"bucket": "x/week", "precision": "ns"}),
        ("v3", "/api/v3/write_lp", {"db": "x/week", "precision": "nanosecond"}),
        ("victoriametrics", "/write", {"db": "x", "rp": "week", "precision": "ns"}),
    ],
)
def test_each_is_written_to_in_its_own_words(name, path, params):
    request = write(name, db="x", retention_policy="week")
    assert (request.method, request.path, dict(request.params)) == ("POST", path, params)


@pytest.mark.parametrize(
    ("name", "options", "params"),
    [
        ("v1", {"consistency": "one", "precision": "m"}, {"consistency": "one", "precision": "m"}),
        ("v2", {"org": "o", "precision": "us"}, {"org": "o", "precision": "us"}),
        (
            "v3",
            {"accept_partial": False, "no_sync": True, "precision": "s"},
            {"accept_partial": "false", "no_sync": "true", "precision": "second"},
        ),
    ],
)
def test_each_takes_options_of_its_own(name, options, params):
    assert dict(write(name, **options).params) == params


@pytest.mark.parametrize("name", ["v2", "v3"])
@pytest.mark.parametrize("precision", ["m", "h"])
def test_a_precision_that_a_server_has_not_is_refused(name, precision):
    with pytest.raises(ConfigError, match=f"'{name}' takes no timestamps of precision"):
        write(name, precision=precision)


def test_3_is_asked_in_json():
    request = ask("v3", "SELECT $x", "sql", bind_params={"x": 1e22}, accept="application/jsonl")
    assert (request.method, request.path) == ("POST", "/api/v3/query_sql")
    assert json.loads(request.body) == {
        "db": "x/week",
        "q": "SELECT $x",
        "format": "jsonl",
        "params": {"x": 1e22},
    }
    assert ask("v3", "SELECT f FROM m", accept="application/jsonl").path == "/api/v3/query_influxql"


def test_2_answers_influxql_where_1_does():
    request = named_api("v2").query_request(QueryRequest("SELECT f FROM m", QueryOptions(org="o")))
    assert (request.path, dict(request.params)["org"]) == ("/query", "o")


@pytest.mark.parametrize(
    ("name", "text", "more", "reason"),
    [
        ("v1", "SELECT 1", {"language": "sql"}, "SQL needs api='v3'"),
        ("v2", "SELECT 1", {"language": "sql"}, "SQL needs api='v3'"),
        ("victoriametrics", "SELECT f FROM m", {}, "/api/v1/export"),
        ("v3", "SELECT f FROM m", {"accept": "application/json"}, "deserializer 'jsonl'"),
        ("v3", "SELECT f FROM m", {"http_verb": "GET"}, "asked by POST"),
    ],
)
def test_what_a_server_cannot_answer_is_refused(name, text, more, reason):
    with pytest.raises(ConfigError, match=reason):
        ask(name, text, **more)


def test_victoriametrics_lists_databases():
    assert ask("victoriametrics", " show  databases;").path == "/query"


@pytest.mark.parametrize("name", ["v2", "v3", "victoriametrics"])
def test_only_1_is_administered_by_influxql(name):
    named_api("v1").require_admin_api("drop databases")
    with pytest.raises(ConfigError, match=f"'{name}' cannot drop databases"):
        named_api(name).require_admin_api("drop databases")


@pytest.mark.parametrize(
    ("headers", "body", "name"),
    [
        ({"x-influxdb-version": "1.6.7~rc0", "x-influxdb-build": "OSS"}, b"", "v1"),
        ({"x-influxdb-version": "v2.7.1", "x-influxdb-build": "OSS"}, b"", "v2"),
        ({"x-influxdb-version": "3.0.1", "x-influxdb-build": "Core"}, b"", "v3"),
        ({}, b'{"version": "3.1.0", "revision": "x", "process_id": "y"}', "v3"),
        ({"x-server-hostname": "h"}, b"", "victoriametrics"),
        ({}, b"", "v1"),
    ],
)
def test_a_server_is_known_by_its_answer_to_a_ping(headers, body, name):
    assert api_from_ping(headers, body).name == name


def test_an_unknown_api_lists_the_known_ones():
    with pytest.raises(ConfigError, match="'v9'; known: auto, v1, v2, v3, victoriametrics"):
        named_api("v9")


def test_each_carries_tokens_in_its_own_way():
    assert [auth_scheme(name) for name in [*NAMES, "auto"]] == [
        "token",
        "token",
        "bearer",
        "token",
        "token",
    ]


@pytest.mark.parametrize(
    ("name", "headers", "body", "health"),
    [
        ("v1", {"x-influxdb-version": "1.6"}, b"", Health("pass", "1.6")),
        (
            "v2",
            {},
            b'{"name":"influxdb","message":"ready","status":"pass","version":"v2.7"}',
            Health("pass", "v2.7", "ready"),
        ),
        ("v3", {}, b"OK", Health()),
    ],
)
def test_each_says_how_it_is(name, headers, body, health):
    assert named_api(name).read_health(headers, body) == health
