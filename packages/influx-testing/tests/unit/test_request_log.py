from __future__ import annotations

import gzip
from urllib.parse import urlencode

import pytest

from influx_core import DataPoint
from influx_core.interfaces import Request
from influx_testing._inspection.request_log import LoggedRequest, redacted

FORM = {"content-type": "application/x-www-form-urlencoded"}


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
        "CREATE USER x WITH PASSWORD /* a comment */ 'hush'",
        "CREATE USER x WITH PASSWORD -- a comment\n 'hush'",
        "SET PASSWORD FOR x -- one\n = /* two */ 'hush'",
        "SET PASSWORD/**/FOR/**/x/**/='hush'",
        "CREATE USER x WITH PASSWORD 'hush",
    ],
)
def test_passwords_are_taken_out_of_any_text(query: str) -> None:
    assert "sh'" not in redacted(query)
    assert "hush" not in redacted(query)
    assert "'[REDACTED]'" in redacted(query)


def test_a_text_without_passwords_stays() -> None:
    assert redacted("SELECT password FROM m WHERE a = 'b'") == (
        "SELECT password FROM m WHERE a = 'b'"
    )


def test_a_request_is_one_line() -> None:
    entry = LoggedRequest.of(Request("POST", "/write", (("db", "x"),), {}, b"m v=1"))
    entry.status = 204
    assert str(entry) == "POST /write?db=x, 5 characters: 204"


@pytest.mark.parametrize("kind", ["url", "form", "multipart"])
def test_passwords_are_redacted_wherever_they_come(kind: str) -> None:
    query, params = "CREATE USER a WITH PASSWORD $p", '{"p": "hush"}'
    pairs = (("q", query), ("params", params), ("u", "jane"), ("p", "hush"))
    if kind == "url":
        request = Request("POST", "/query", pairs)
    elif kind == "form":
        body = urlencode(pairs).encode()
        request = Request("POST", "/query", (), FORM, body)
    else:
        head = 'Content-Disposition: form-data; name="{}"'
        parts = [f"--b\r\n{head.format(name)}\r\n\r\n{value}\r\n" for name, value in pairs]
        headers = {"content-type": "multipart/form-data; boundary=b"}
        request = Request("POST", "/query", (), headers, "".join([*parts, "--b--"]).encode())
    entry = LoggedRequest.of(request)
    seen = f"{entry!r} {entry} {entry.params} {entry.headers} {entry.body}"
    assert "hush" not in seen
    assert "jane" not in seen
    assert entry.query == query


@pytest.mark.parametrize("content_type", [*FORM.values(), "multipart/form-data; boundary=b"])
def test_a_write_is_line_protocol_whatever_its_content_type_says(content_type: str) -> None:
    """As curl and urllib send it, and as the examples of InfluxDB do."""
    request = Request("POST", "/write", (), {"content-type": content_type}, b"cpu v=1i 5\n")
    entry = LoggedRequest.of(request)
    assert entry.body == "cpu v=1i 5\n"
    assert entry.points == (DataPoint("cpu", {}, {"v": 1}, 5),)
