"""Whatever a request holds, on any flavor, the fake answers it; it never fails itself."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, LoggedRequest
from influx_testing._flavors.registry import FLAVORS as REGISTERED

pytestmark = pytest.mark.slow

FLAVORS = ("1.6", "1.8", "2.x", "3.x")
PATHS = (
    "/write",
    "/query",
    "/ping",
    "/status",
    "/health",
    "/ready",
    "/debug/vars",
    "/api/v2/write",
    "/api/v3/write_lp",
    "/api/v3/query_influxql",
    "/",
    "",
    "/api/v2/buckets",
    "/api/v3/plugins/x",
    "/%zz",
    *REGISTERED["3.x"].routes,
)
NAMES = "accept_partial async bucket chunk_size chunked consistency db epoch format org p params"
NAMES += " precision pretty q rp u hard_delete_at no_sync retention_period show_deleted table"
NAMES += " token_name"
VALUES = ("", "d", "true", "false", "1", "0", "-1", "9" * 30, "ns", "auto", "json", "csv", "d/x")
VALUES += ("now", "never", "1h", "apiv3_x")
VALUES += ("jsonl", "pretty", "parquet", "nosuch", "null", "[]", "{}", '{"a": 1}', "\ud800", "\0")
QUERIES = (
    "SELECT * FROM m",
    "SELECT v FROM m WHERE h = $a",
    "SHOW DATABASES; SELECT nothing",
    "CREATE USER a WITH PASSWORD 'b' WITH ALL PRIVILEGES",
    "SELECT mean(v) FROM m GROUP BY time(1m) fill(0)",
    "DROP DATABASE d",
    "SHOW TAG VALUES WITH KEY = h",
    "EXPLAIN SELECT v FROM m",
    "SELECT * FROM d.x.m, /m/ WHERE h =~ /\\m/ ORDER BY time DESC LIMIT 1",
    "SHOW RETENTION POLICIES",
    "SHOW TAG KEYS ON d WHERE time > 0",
    "(" * 3_000,
)
LINES = (
    b"m,h=a v=1,n=2i 1",
    b'm v="x\ny"',
    b"m v=1 99999999999999999999",
    b"m \x92=1",
    b"m \x00=t",
    b"m\xff,\xfe=\xfd v=1",
    b"cpu load=2i,load=3 2",
    b"m v=1e999",
    b"m,h= v=1",
    b"\\",
    b"m v=9223372036854775808i",
    b"time time=1,time=2 3",
)
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=\xff",
    "text/plain",
    "application/json",
    ";",
)
AUTHORIZATIONS = ("Basic !", "Basic YTpi", "Bearer x.y.z", "Token a:b", "Token", " ", "\xff")

COMPLETE = {"db": "d", "q": "SELECT * FROM m", "table": "t", "tags": ["x"], "token_name": "n"}
"""A body that each path with a JSON object takes."""

texts = st.text(max_size=20) | st.sampled_from(VALUES)
params = st.lists(
    st.tuples(st.sampled_from(NAMES.split()), texts)
    | st.tuples(st.just("q"), st.sampled_from(QUERIES) | st.text(max_size=40))
    | st.tuples(st.just("db"), st.just("d")),
    max_size=6,
)
lines = st.lists(st.sampled_from(LINES) | st.binary(max_size=30), max_size=5).map(b"\n".join)
forms = st.sampled_from(QUERIES).map(lambda query: f"q={query}&db=d".encode())
parts = st.binary(max_size=30).map(
    lambda data: (
        b'--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n' + data + b"\r\n--b--\r\n"
    )
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
plain_bodies = st.just(b"") | lines | forms | parts | st.binary(max_size=60)
bodies = plain_bodies | plain_bodies.map(gzip.compress) | plain_bodies.map(lambda body: body[:-3])
headers = st.fixed_dictionaries(
    {},
    optional={
        "accept": st.sampled_from(("application/csv", "application/x-msgpack", "text/html", ""))
        | texts,
        "accept-encoding": st.sampled_from(("gzip", "br, gzip", "identity")),
        "authorization": st.sampled_from(AUTHORIZATIONS) | st.text(max_size=10),
        "content-encoding": st.sampled_from(("gzip", "deflate", "")),
        "content-type": st.sampled_from(TYPES) | st.text(max_size=10),
        "host": texts,
        "origin": texts,
        "x-request-id": texts,
    },
)
requests = st.builds(
    Request,
    st.sampled_from(("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "")),
    st.sampled_from(PATHS) | st.text(max_size=10),
    params.map(tuple),
    headers,
    bodies,
)


def fake(flavor: str, *, auth: bool = False) -> FakeInfluxDB:
    config = {"http.shared-secret": "s", "http.auth-enabled": auth}
    made = FakeInfluxDB(flavor, config=config, token="a" if auth else "")
    if auth:
        made.engine.users.create("a", "b", admin=True)
    made.load(b'm,h=a v=1,n=2i 1\nm,h=b v=2,s="x" 2\n', "d")
    return made


@pytest.mark.parametrize("auth", [False, True], ids=["open", "auth"])
@pytest.mark.parametrize("flavor", FLAVORS)
def test_every_request_is_answered(flavor: str, auth: bool) -> None:
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.lists(requests, min_size=1, max_size=4))
    def check(sent: list[Request]) -> None:
        server = fake(flavor, auth=auth)
        for request in sent:
            answer(server, request)

    check()


def answer(server: FakeInfluxDB, request: Request) -> None:
    entry = LoggedRequest.of(request)
    assert entry.points is not None
    assert str(entry)
    response = server.handle(request)
    assert all(isinstance(piece, bytes) for piece in response.pieces)
    assert 200 <= response.status < 600
    bugs = [text for text in server.failures if not text.startswith("not supported")]
    assert bugs == []


@pytest.mark.parametrize("flavor", ["3.x"])
@settings(max_examples=40)
@given(document=documents, path=st.sampled_from(PATHS))
def test_every_json_body_is_answered(flavor: str, document: Any, path: str) -> None:
    body = json.dumps(document).encode("utf-8", "surrogatepass")
    answer(fake(flavor), Request("POST", path, (), {"content-type": "application/json"}, body))
    for changed in (["params", "format"], ["table", "tags"], ["fields"], ["retention_period"]):
        asked = {**COMPLETE, **dict.fromkeys(changed, document)}
        wrapped = json.dumps(asked).encode("utf-8", "surrogatepass")
        for method in ("POST", "PUT"):
            answer(fake(flavor), Request(method, path, (), {}, wrapped))


def test_every_datagram_is_taken() -> None:
    server = fake("1.6")

    @settings(max_examples=40)
    @given(lines)
    def check(data: bytes) -> None:
        server.receive(data)

    check()
