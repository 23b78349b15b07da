"""The paths of 3.x, and what is the same on all of them."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, serve
from influx_testing._flavors.registry import FLAVORS

ROUTES = FLAVORS["3.x"].routes
MISSING = {"HEAD": "", "GET": "Not found", "PUT": "Not found"}


@pytest.mark.parametrize("path", [*ROUTES, "/nosuch"])
def test_options_are_answered_everywhere(ask, path):
    assert ask("OPTIONS", path).status == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [("HEAD", "/ping"), ("PUT", "/query"), ("GET", "/write"), ("GET", "/nosuch")],
)
def test_other_methods_and_paths_are_not_found(ask, method, path):
    assert (ask(method, path).status, ask(method, path).text) == (404, MISSING[method])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ping_says_what_answers(ask, method):
    answer = ask(method, "/ping")
    assert answer.status == 200
    assert set(answer.json) == {"process_id", "product_name", "revision", "version"}
    assert answer.json["version"] == ask.fake.version
    assert answer.headers["x-influxdb-version"] == ask.fake.version
    assert answer.headers["x-influxdb-build"] == "Core"
    assert answer.headers["cluster-uuid"] == ask("GET", "/nosuch").headers["cluster-uuid"]


@pytest.mark.parametrize("path", ["/health", "/api/v1/health"])
def test_health_is_ok(ask, path):
    assert (ask("GET", path).status, ask("GET", path).text) == (200, "OK")


def test_errors_have_no_content_type_on_the_wire_either():
    with serve(fake=FakeInfluxDB("3.x")) as server:
        with pytest.raises(HTTPError) as caught:
            urlopen(f"{server.url}/api/v3/query_sql?db=no&q=SELECT+1")
        assert caught.value.headers.get("content-type") is None
        assert caught.value.read() == b'{"error":"query error: database not found: no"}'
        with urlopen(f"{server.url}/api/v3/configure/database?format=csv") as answer:
            assert answer.headers["content-type"] == "text/csv"


def test_metrics_count_requests(ask):
    ask("GET", "/ping")
    ask("GET", "/nosuch")
    lines = ask("GET", "/metrics").text.splitlines()
    assert lines[-1] == "# EOF"
    assert 'http_requests_total{status="ok"} 1' in lines
    assert 'http_requests_total{status="client_error"} 1' in lines


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/configure/last_cache",
        "/api/v3/configure/distinct_cache",
        "/api/v3/configure/processing_engine_trigger",
        "/api/v3/engine/hook",
        "/api/v3/plugin_test/wal",
        "/api/v3/plugins/files",
    ],
)
def test_what_the_fake_has_not_says_so(path):
    fake = FakeInfluxDB("3.x")
    response = fake.handle(Request("POST", path))
    assert response.status == 501
    assert (
        f"not supported by the fake server: the path {path}" in b"".join(response.pieces).decode()
    )
    assert fake.failures
