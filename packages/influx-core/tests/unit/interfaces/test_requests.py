from __future__ import annotations

from dataclasses import fields, replace

from influx_core.interfaces import Request

REQUEST = Request(
    "PUT",
    "/write",
    params=(("db", "d"),),
    headers={"accept": "text/csv"},
    body=b"m f=1",
    base_url="http://one",
    timeout=1.0,
    operation="write",
)


def test_every_field_of_the_request_in_these_tests_differs_from_its_default():
    assert all(getattr(REQUEST, field.name) != field.default for field in fields(Request))


def test_sent_to_changes_the_server_and_the_timeout_and_nothing_else():
    sent = REQUEST.sent_to("http://two", None)
    assert sent == replace(REQUEST, base_url="http://two", timeout=None)
    assert REQUEST.base_url == "http://one"


def test_with_headers_replaces_all_headers_and_nothing_else():
    changed = REQUEST.with_headers({"authorization": "Bearer t"})
    assert changed == replace(REQUEST, headers={"authorization": "Bearer t"})
    assert REQUEST.headers == {"accept": "text/csv"}
