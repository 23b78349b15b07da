"""The token of a request to 3.x."""

from __future__ import annotations

import base64

import pytest

from influx_testing import FakeInfluxDB

MALFORMED = "Authorization header was malformed"


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.fixture
def guarded(ask):
    ask.fake = FakeInfluxDB("3.x", token="t")
    return ask


@pytest.mark.parametrize("header", ["Bearer t", "Token t", basic("any:t"), basic(":t")])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health"),
        ("GET", "/metrics"),
        ("GET", "/ping"),
        ("GET", "/api/v3/configure/database"),
    ],
)
def test_every_form_of_a_token_is_accepted(guarded, header, method, path):
    guarded.headers = {"authorization": header}
    assert guarded(method, path, format="json").status == 200


@pytest.mark.parametrize("header", ["Bearer x", "Token x", basic("any:x"), basic("t:")])
def test_another_token_is_not_authenticated(guarded, header):
    guarded.headers = {"authorization": header}
    answer = guarded("GET", "/ping")
    assert (answer.status, answer.json) == (401, {"error": "the request was not authenticated"})


def test_no_token_is_not_authenticated(guarded):
    for path in ("/health", "/ping", "/query", "/api/v3/query_sql", "/nosuch"):
        assert guarded("GET", path).status == 401, path


@pytest.mark.parametrize(
    "header", ["", "t", "bearer t", "Bearer", "Bearer  t", "Bearer t t", "Basic !", basic("t")]
)
def test_a_malformed_header_is_a_bad_request(guarded, header):
    guarded.headers = {"authorization": header}
    answer = guarded("GET", "/ping")
    assert answer.status == 400
    assert answer.json["error"].startswith(MALFORMED)
    assert "content-type" not in answer.headers


def test_the_password_of_1_counts_on_the_paths_of_1(guarded):
    assert guarded("POST", "/write", b"m v=1 1", db="db", p="t").status == 204
    assert guarded("GET", "/query", q="SHOW MEASUREMENTS", db="db", p="t").status == 200
    assert guarded("GET", "/query", q="SHOW MEASUREMENTS", db="db", p="x").status == 401
    assert guarded("POST", "/api/v3/write_lp", b"m v=1 1", db="db", p="t").status == 401
