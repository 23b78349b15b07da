"""Errors as InfluxDB 1.x, 2.x, 3.x and proxies send them."""

from __future__ import annotations

import json

import msgspec
import pytest

from influx_core import errors
from influx_core._api.error_responses import error_from_response

JSON = {"content-type": "application/json; charset=utf-8"}


def said(status: int, asked="write", /, **body: object) -> errors.ResponseError:
    return error_from_response(asked, status, JSON, json.dumps(body).encode())


def test_2_says_a_code_and_a_message():
    error = said(400, code="invalid", message="unable to parse 'm f': missing value", line=1)
    assert type(error) is errors.WriteError
    assert (error.code, str(error)) == ("invalid", "unable to parse 'm f': missing value")


def test_2_drops_points_with_422():
    message = "failure writing points to database: partial write: field type conflict dropped=2"
    error = said(422, code="unprocessable entity", message=message)
    assert isinstance(error, errors.PartialWriteError)
    assert error.dropped == 2


def test_a_bucket_that_is_not_there_is_a_missing_database():
    error = said(404, code="not found", message='bucket "x" not found')
    assert type(error) is errors.DatabaseNotFound


def test_3_names_the_lines_it_rejected():
    lines = [
        {"original_line": "m f=x", "line_number": 2, "error_message": "invalid value"},
        {"original_line": "m", "line_number": 3, "error_message": "no fields"},
    ]
    error = said(400, error="partial write of line protocol occurred", data=lines)
    assert isinstance(error, errors.PartialWriteError)
    assert str(error).endswith("occurred: line 2: invalid value; 1 more in rejected")
    assert error.rejected == (("m f=x", "invalid value"), ("m", "no fields"))
    assert error.dropped == 2


def test_the_reason_for_a_line_does_not_choose_the_class():
    line = {"original_line": "m", "line_number": 1, "error_message": "database not found: x"}
    error = said(400, error="partial write of line protocol occurred", data=[line])
    assert type(error) is errors.PartialWriteError
    assert str(error).endswith("occurred: line 1: database not found: x")


def test_3_without_accept_partial_names_the_line_it_stopped_at():
    line = {"original_line": "m", "line_number": 3, "error_message": "no fields"}
    error = said(400, error="parsing failed for write_lp endpoint", data=line)
    assert type(error) is errors.WriteError
    assert str(error) == "parsing failed for write_lp endpoint: line 3: no fields"
    assert error.rejected == (("m", "no fields"),)


def test_3_has_limits_which_are_no_partial_writes():
    error = said(422, error="database limit reached")
    assert type(error) is errors.WriteError


def test_1_answers_in_msgpack_when_that_was_asked_for():
    body = msgspec.msgpack.encode({"error": "error parsing query: x"})
    error = error_from_response("query", 400, {"content-type": "application/x-msgpack"}, body)
    assert type(error) is errors.QueryError
    assert str(error) == "error parsing query: x"


def test_a_code_can_stand_in_a_header():
    headers = {"content-type": "text/html", "x-platform-error-code": "request too large"}
    error = error_from_response("write", 413, headers, b"<html>too large</html>")
    assert type(error) is errors.RequestTooLarge
    assert error.code == "request too large"


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://elsewhere/", "https://elsewhere/"),
        (
            "https://u:p4ss@elsewhere:8086/write?db=x&u=root&p=p4ss#p4ss",
            "https://elsewhere:8086/write",
        ),
        ("/other/write?p=p4ss", "/other/write"),
    ],
)
def test_a_redirect_is_told_without_credentials_and_not_followed(location, shown):
    error = error_from_response("write", 307, {"location": location}, b"")
    assert f"redirects to {shown!r}, which is not followed" in str(error)


def test_a_status_of_redirects_without_a_destination_is_no_redirect():
    error = error_from_response("query", 304, {}, b"")
    assert "304" in str(error)
    assert "redirects" not in str(error)


LINES = b'good f=1 1\ntext f="two\nlines" 2\nbad f= 3\n'


@pytest.mark.parametrize(
    ("sent", "number", "rejected"),
    [
        (b"m f=1 1\nm f=a_long_value_of_a_field 2", 2, "m f=a_long_value_of_a_field 2"),
        (b"# note\nm f=1 1\nm f=a_long_value_of_a_field 2", 2, "m f=a_long_value_of_"),
        (b"m f=1 1", 2, "m f=a_long_value_of_"),
        (b"m f=1 1", -1, "m f=a_long_value_of_"),
    ],
)
def test_a_line_of_which_3_quotes_the_beginning_is_found_in_what_was_sent(sent, number, rejected):
    quoted = {"original_line": "m f=a_long_value_of_", "line_number": number, "error_message": "x"}
    body = json.dumps({"error": "partial write of line protocol occurred", "data": [quoted]})
    error = error_from_response("write", 400, {}, body.encode(), sent=sent)
    assert error.rejected == ((rejected, "x"),)
    assert error.rejected[0].number == number


@pytest.mark.parametrize(
    ("line", "rejected"),
    [(3, "bad f= 3"), (2, 'text f="two\nlines" 2'), (4, None), (0, None), (-1, None), ("1", None)],
)
def test_a_line_that_the_server_numbers_is_found_in_what_was_sent(line, rejected):
    body = json.dumps({"code": "invalid", "message": "why", "line": line}).encode()
    error = error_from_response("write", 400, JSON, body, sent=LINES)
    assert isinstance(error, errors.WriteError)
    assert error.rejected == (() if rejected is None else ((rejected, "why"),))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:02:00 GMT"}, 20.0),
        (
            {
                "retry-after": "Fri, 31 Dec 1999 23:59:59 GMT",
                "date": "Fri, 31 Dec 1999 23:59:29 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_seconds_or_a_date(headers, seconds):
    assert error_from_response("write", 503, headers, b"", now=100.0).retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"\xff\xfe{", b"[]", b'{"error": 5}', b'{"data": [5]}'])
@pytest.mark.parametrize("content_type", ["application/json", "application/x-msgpack", "x"])
def test_no_body_is_too_odd_to_be_an_error(body, content_type):
    error = error_from_response("write", 500, {"content-type": content_type}, body)
    assert type(error) is errors.WriteError
    assert str(error)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("conflict", "AlreadyExists"),
        ("unprocessable entity", "ResponseError"),
        (None, "LimitReached"),
    ],
)
def test_a_refused_change_of_2x_has_its_code(code: str | None, kind: str) -> None:
    body = {"message": "no", **({} if code is None else {"code": code})}
    error = error_from_response("configure", 422, {}, json.dumps(body).encode())
    assert type(error).__name__ == kind
