from __future__ import annotations

import gzip

import pytest

from influx_core import DataPoint
from influx_core.interfaces import Request
from influx_testing._inspection.request_log import LoggedRequest, redacted


def test_a_body_is_decoded_and_its_points_are_read() -> None:
    headers = {"content-encoding": "gzip"}
    body = gzip.compress(b"cpu v=1i 5\nno line\n")
    entry = LoggedRequest.of(Request("POST", "/write", (("precision", "s"),), headers, body))
    assert entry.body == "cpu v=1i 5\nno line\n"
    assert entry.points == (DataPoint("cpu", {}, {"v": 1}, 5_000_000_000),)


@pytest.mark.parametrize(
    ("path", "precision"),
    [("/write", "u"), ("/api/v2/write", "us"), ("/api/v3/write_lp", "microsecond")],
)
def test_the_precision_of_every_api_is_known(path: str, precision: str) -> None:
    request = Request("POST", path, (("precision", precision),), {}, b"cpu v=1 5")
    assert LoggedRequest.of(request).points[0].timestamp == 5_000


def test_a_form_is_among_the_parameters() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    entry = LoggedRequest.of(Request("POST", "/query", (("db", "x"),), headers, b"q=SHOW+USERS"))
    assert (entry.query, entry.params["db"], entry.body) == ("SHOW USERS", "x", "")


def test_credentials_are_nowhere_to_be_seen() -> None:
    params = (("u", "jane"), ("p", "hush"), ("q", "CREATE USER a WITH PASSWORD 'hush'"))
    headers = {"authorization": "Basic hush", "cookie": "hush"}
    entry = LoggedRequest.of(Request("GET", "/query", params, headers))
    seen = f"{entry!r} {entry} {entry.params} {entry.headers} {entry.query}"
    assert "hush" not in seen
    assert "jane" not in seen
    assert entry.headers["authorization"] == "Basic [REDACTED]"


@pytest.mark.parametrize(
    "query",
    [
        "CREATE USER x WITH PASSWORD 'hush' WITH ALL PRIVILEGES",
        "create user x with password'hu\\'sh'",
        "SET PASSWORD FOR x = 'hush'",
        'SET PASSWORD FOR "a = \'b" = \'hush\'; SELECT "v" FROM "m"',
        "nonsense PASSWORD 'hush' here",
    ],
)
def test_passwords_are_taken_out_of_any_text(query: str) -> None:
    assert "sh'" not in redacted(query)
    assert "'[REDACTED]'" in redacted(query)


def test_a_text_without_passwords_stays() -> None:
    assert redacted("SELECT password FROM m WHERE a = 'b'") == (
        "SELECT password FROM m WHERE a = 'b'"
    )


def test_a_request_is_one_line() -> None:
    entry = LoggedRequest.of(Request("POST", "/write", (("db", "x"),), {}, b"m v=1"))
    entry.status = 204
    assert str(entry) == "POST /write?db=x, 5 characters: 204"
