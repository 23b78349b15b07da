"""A fake that asks for credentials has no other way in, and web pages cannot use one unasked."""

from __future__ import annotations

import base64
import gzip
import json
import tracemalloc
from urllib.error import HTTPError
from urllib.request import Request as HTTPRequest
from urllib.request import urlopen

import pytest

from influx_core.errors import ConfigError
from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, LoggedRequest, serve
from influx_testing._server.web_page_guard import WebPageGuard

LINE = b"m v=1 1"


def status(fake: FakeInfluxDB, path: str, authorization: str = "", **params: str) -> int:
    headers = {"authorization": authorization} if authorization else {}
    request = Request("POST", path, tuple(params.items()), headers, LINE)
    return fake.handle(request).status


@pytest.fixture
def guarded() -> FakeInfluxDB:
    fake = FakeInfluxDB("1.8", config={"http.auth-enabled": True})
    fake.create_database("db")
    fake.engine.users.create("admin", "pw", admin=True)
    fake.query("CREATE USER reader WITH PASSWORD 'r'; GRANT READ ON db TO reader")
    fake.query("CREATE USER writer WITH PASSWORD 'w'; GRANT WRITE ON db TO writer")
    return fake


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("", 401),
        ("Token x", 401),
        ("Token admin:no", 401),
        ("Token reader:r", 403),
        ("Token writer:w", 204),
        ("Token admin:pw", 204),
        ("Basic " + base64.b64encode(b"writer:w").decode(), 204),
    ],
)
def test_a_bucket_of_1_8_asks_for_a_user_who_may_write(
    guarded: FakeInfluxDB, authorization: str, expected: int
) -> None:
    assert status(guarded, "/api/v2/write", authorization, bucket="db", precision="s") == expected


def test_a_ping_of_1_8_needs_credentials_if_it_is_configured_so() -> None:
    config = {"http.auth-enabled": True, "http.ping-auth-enabled": True}
    for flavor, refused in (("1.6", 204), ("1.8", 401)):
        fake = FakeInfluxDB(flavor, config=config)
        assert (
            status(fake, "/query", q="CREATE USER a WITH PASSWORD 'p' WITH ALL PRIVILEGES") == 200
        )
        for path in ("/ping", "/status"):
            pings = [Request("GET", path), Request("GET", path, (("u", "a"), ("p", "p")))]
            assert [fake.handle(ping).status for ping in pings] == [refused, 204]


@pytest.mark.parametrize("flavor", ["2.x", "3.x"])
def test_a_flavor_with_tokens_cannot_be_left_open_by_mistake(flavor: str) -> None:
    with pytest.raises(ConfigError, match="give token="):
        FakeInfluxDB(flavor, config={"http.auth-enabled": True})
    fake = FakeInfluxDB(flavor, config={"http.auth-enabled": True}, token="t")
    fake.create_database("db")
    paths = ["/write", "/query", "/api/v2/write"]
    paths += ["/api/v3/write_lp", "/api/v3/query_sql", "/api/v3/query_influxql"] * (flavor == "3.x")
    for path in paths:
        assert status(fake, path, db="db", bucket="db", q="SHOW DATABASES") == 401, path
    assert status(fake, "/write", "Token t", db="db") == 204


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "text", ["DROP DATABASE db", "CREATE DATABASE x", "DELETE FROM m", "SELECT v INTO n FROM m"]
)
def test_version_3_runs_no_influxql_that_changes_something(method: str, text: str) -> None:
    fake = FakeInfluxDB("3.x")
    fake.load(LINE, "db")
    before = fake.dump()
    asked = {"db": "db", "q": text}
    body = json.dumps(asked).encode()
    request = Request(method, "/api/v3/query_influxql", tuple(asked.items()), {}, body)
    assert fake.handle(request).status == 405
    assert fake.dump() == before


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"host": "127.0.0.1:8086"}, True),
        ({"host": "localhost"}, True),
        ({"host": "[::1]:8086"}, True),
        ({"host": "localhost:8086", "origin": "http://localhost:3000"}, True),
        ({"host": "localhost:8086", "origin": "https://app.example"}, True),
        ({"host": "localhost:8086", "origin": "https://evil.example"}, False),
        ({"host": "localhost:8086", "origin": "null"}, False),
        ({"host": "localhost:8086", "origin": "http://localhost.evil.example"}, False),
        ({"host": "localhost:8086", "origin": "http://[::1"}, False),
        ({"host": "evil.example:8086"}, False),
        ({"host": ""}, False),
    ],
    ids=str,
)
def test_a_loopback_server_answers_only_pages_of_this_machine(
    headers: dict[str, str], allowed: bool
) -> None:
    assert (WebPageGuard("127.0.0.1", ["https://app.example"]).refusal(headers) == "") is allowed
    assert WebPageGuard("127.0.0.1", ["*"]).refusal(headers) == ""
    assert WebPageGuard("0.0.0.0", []).refusal(headers) == ""


def test_a_refused_page_reaches_nothing() -> None:
    with serve() as server:
        url = f"{server.url}/query?q=CREATE+DATABASE+d"
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            with pytest.raises(HTTPError, match="403"):
                urlopen(HTTPRequest(url, b"", headers))
        assert server.requests == ()
        assert server.inspector.databases() == []


@pytest.mark.slow
def test_a_compressed_bomb_is_neither_logged_nor_taken() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    fake = FakeInfluxDB()
    fake.create_database("db")
    for path in ("/write", "/query", "/ping", "/nosuch"):
        request = Request("POST", path, (("db", "db"),), {"content-encoding": "gzip"}, bomb)
        tracemalloc.start()
        assert len(LoggedRequest.of(request).body) <= len(bomb)
        reply = fake.handle(request)
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
        tracemalloc.stop()
        assert reply.status in {204, 400, 404, 405, 413}
