"""The endpoints, asked without a socket."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
from typing import Any

import msgspec
import pytest

from influx_core.errors import ConfigError
from influx_core.interfaces import LocalResponse, Request
from influx_testing import FakeInfluxDB

UNSUPPORTED = "SHOW TAG KEY CARDINALITY FROM cpu GROUP BY time(1m)"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def fake() -> FakeInfluxDB:
    made = FakeInfluxDB()
    made.load(b"cpu,host=a v=1,n=2i 1000000001\ncpu,host=b v=2.5 2000000000\n", "db")
    return made


def ask(
    fake: FakeInfluxDB,
    path: str,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    **params: str,
) -> tuple[LocalResponse, bytes]:
    response = fake.handle(Request(method, path, tuple(params.items()), headers or {}, body))
    return response, b"".join(response.pieces)


def query(fake: FakeInfluxDB, text: str, **params: str) -> Any:
    return json.loads(ask(fake, "/query", q=text, db="db", **params)[1])


def test_every_reply_says_who_answers(fake: FakeInfluxDB) -> None:
    response, body = ask(fake, "/ping", "GET", {"x-request-id": "mine"})
    assert (response.status, body) == (204, b"")
    assert response.headers["x-influxdb-version"] == "1.6.7"
    assert response.headers["request-id"] == response.headers["x-request-id"] == "mine"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nosuch", 404), ("PUT", "/query", 405), ("OPTIONS", "/write", 200)],
)
def test_other_paths_and_methods_are_refused(
    fake: FakeInfluxDB, method: str, path: str, status: int
) -> None:
    assert ask(fake, path, method)[0].status == status


@pytest.mark.parametrize(
    ("epoch", "time"),
    [("", "1970-01-01T00:00:01.000000001Z"), ("ns", 1000000001), ("ms", 1000), ("h", 0)],
)
def test_times_have_the_unit_asked_for(fake: FakeInfluxDB, epoch: str, time: object) -> None:
    answer = query(fake, "SELECT v FROM cpu LIMIT 1", epoch=epoch)
    assert answer["results"][0]["series"][0]["values"] == [[time, 1]]


def test_chunks_are_documents_of_their_own(fake: FakeInfluxDB) -> None:
    _, body = ask(fake, "/query", q="SELECT v FROM cpu", db="db", chunked="true", chunk_size="1")
    first, second = map(json.loads, body.splitlines())
    assert first["results"][0]["partial"] is first["results"][0]["series"][0]["partial"] is True
    assert "partial" not in second["results"][0]


def test_a_form_counts_like_the_url(fake: FakeInfluxDB) -> None:
    _, body = ask(fake, "/query", headers=FORM, body=b"q=SHOW+MEASUREMENTS&db=db")
    assert json.loads(body)["results"][0]["series"][0]["values"] == [["cpu"]]


def test_a_query_can_come_as_a_file(fake: FakeInfluxDB) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="q"; filename="q"\r\n\r\n'
        b"SHOW DATABASES\r\n--b--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    assert b'["db"]' in ask(fake, "/query", headers=headers, body=body)[1]


def test_bound_parameters_take_the_place_of_names(fake: FakeInfluxDB) -> None:
    answer = query(fake, "SELECT v FROM cpu WHERE host = $h", params='{"h": "b"}', epoch="ns")
    assert answer["results"][0]["series"][0]["values"] == [[2000000000, 2.5]]


def test_csv_has_a_table_a_statement(fake: FakeInfluxDB) -> None:
    headers = {"accept": "application/csv"}
    _, body = ask(fake, "/query", headers=headers, q="SELECT v FROM cpu GROUP BY host", db="db")
    assert body.splitlines()[:2] == [b"name,tags,time,v", b"cpu,host=a,1000000001,1"]


def test_msgpack_has_times_of_its_own(fake: FakeInfluxDB) -> None:
    headers = {"accept": "application/x-msgpack"}
    _, body = ask(fake, "/query", headers=headers, q="SELECT v FROM cpu LIMIT 1", db="db")
    ((time, value),) = msgspec.msgpack.decode(body)["results"][0]["series"][0]["values"]
    assert (time.code, bytes(time.data), value) == (5, b"\0" * 7 + b"\1" + b"\0\0\0\1", 1.0)


def test_answers_are_packed_if_asked(fake: FakeInfluxDB) -> None:
    response, body = ask(fake, "/query", headers={"accept-encoding": "gzip"}, q="SHOW DATABASES")
    assert response.headers["content-encoding"] == "gzip"
    assert b'["db"]' in gzip.decompress(body)


def test_an_infinite_number_is_an_error_of_json(fake: FakeInfluxDB) -> None:
    _, body = ask(fake, "/query", q="SELECT exp(v * 1000) FROM cpu", db="db")
    assert body.endswith(b"json: unsupported value: +Inf\n")


def test_what_is_not_supported_is_501(fake: FakeInfluxDB) -> None:
    response, body = ask(fake, "/query", q=UNSUPPORTED, db="db")
    assert response.status == 501
    assert b"not supported by the fake server" in body


@pytest.mark.parametrize(
    ("params", "body", "status"),
    [
        ({"db": "db"}, b"m v=1 1", 204),
        ({}, b"m v=1 1", 400),
        ({"db": "nosuch"}, b"m v=1 1", 404),
        ({"db": "db", "rp": "nosuch"}, b"m v=1 1", 500),
        ({"db": "db", "consistency": "x"}, b"m v=1 1", 400),
        ({"db": "db"}, b"", 204),
        ({"db": "db"}, b"m v=1 1\nm", 400),
    ],
)
def test_writes_are_judged(
    fake: FakeInfluxDB, params: dict[str, str], body: bytes, status: int
) -> None:
    expected = 200 if not body else status
    response, _ = ask(fake, "/write", body=body, **params)
    assert response.status in {status, expected}


def test_errors_of_writes_stand_in_a_header_too(fake: FakeInfluxDB) -> None:
    response, body = ask(fake, "/write", body=b"cpu v=1 1\ncpu", db="db")
    message = "partial write: unable to parse 'cpu': missing fields dropped=0"
    assert json.loads(body) == {"error": message}
    assert response.headers["x-influxdb-error"] == message


def test_a_body_may_be_packed_but_not_cut(fake: FakeInfluxDB) -> None:
    headers, body = {"content-encoding": "gzip"}, gzip.compress(b"m v=1 1")
    assert ask(fake, "/write", headers=headers, body=body, db="db")[0].status == 204
    assert ask(fake, "/write", headers=headers, body=body[:-4], db="db")[0].status == 400


def test_a_body_that_unpacks_to_too_much_is_refused() -> None:
    fake = FakeInfluxDB(config={"http.max-body-size": 1000})
    fake.create_database("db")
    headers, body = {"content-encoding": "gzip"}, gzip.compress(b"#" * 10_000_000)
    assert ask(fake, "/write", headers=headers, body=body, db="db")[0].status == 413


def test_settings_nobody_knows_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"no setting 'http.nosuch'; known: "):
        FakeInfluxDB(config={"http.nosuch": 1})
    with pytest.raises(ConfigError, match="takes a bool, not 'yes'"):
        FakeInfluxDB(config={"http.auth-enabled": "yes"})


def secured(**config: Any) -> FakeInfluxDB:
    fake = FakeInfluxDB(config={"http.auth-enabled": True, **config})
    fake.query("CREATE USER admin WITH PASSWORD 'pw' WITH ALL PRIVILEGES; CREATE DATABASE db")
    fake.query("CREATE USER reader WITH PASSWORD 'r'; GRANT READ ON db TO reader")
    return fake


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def token(secret: str, **claims: Any) -> dict[str, str]:
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    mark = base64.urlsafe_b64encode(signature).rstrip(b"=")
    return {"authorization": f"Bearer {signed.decode()}.{mark.decode()}"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (basic("admin", "pw"), 200),
        (basic("admin", "bad"), 401),
        (basic("reader", "r"), 403),
        (token("s", username="admin", exp=10**12), 200),
        (token("s", username="admin", exp=1), 401),
        (token("other", username="admin", exp=10**12), 401),
        (token("s", username="nobody", exp=10**12), 401),
        ({"authorization": "Bearer x"}, 401),
    ],
)
def test_credentials_are_checked(headers: dict[str, str], status: int) -> None:
    fake = secured(**{"http.shared-secret": "s"})
    assert ask(fake, "/query", headers=headers, q="SHOW USERS")[0].status == status


def test_reading_does_not_allow_writing() -> None:
    response, body = ask(secured(), "/write", body=b"m v=1 1", db="db", u="reader", p="r")
    assert response.status == 403
    assert b'\\"reader\\" user is not authorized to write to database \\"db\\"' in body


def test_version_1_8_has_health_and_buckets() -> None:
    fake = FakeInfluxDB("1.8")
    fake.create_database("db")
    assert json.loads(ask(fake, "/health", "GET")[1])["status"] == "pass"
    response, _ = ask(
        fake, "/api/v2/write", body=b"m v=1 1", bucket="db/autogen", org="o", precision="s"
    )
    assert response.status == 204
    assert query(fake, "SELECT v FROM m", epoch="ns")["results"][0]["series"][0]["values"] == [
        [10**9, 1]
    ]


def test_version_2_asks_for_its_token() -> None:
    fake = FakeInfluxDB("2.x", token="t")
    fake.create_database("b")
    assert ask(fake, "/api/v2/write", body=b"m v=1 1", bucket="b", org="my-org")[0].status == 401
    headers = {"authorization": "Token t"}
    assert (
        ask(fake, "/api/v2/write", headers=headers, body=b"m v=1 1", bucket="b", org="my-org")[
            0
        ].status
        == 204
    )
    response, body = ask(
        fake, "/api/v2/write", headers=headers, body=b"m", bucket="b", org="my-org"
    )
    assert (response.status, json.loads(body)["code"]) == (400, "invalid")
    assert response.headers["x-platform-error-code"] == "invalid"


def test_version_3_tells_which_lines_it_refused() -> None:
    fake = FakeInfluxDB("3.x")
    response, body = ask(
        fake, "/api/v3/write_lp", body=b"m v=1 1\nm", db="d", precision="nanosecond"
    )
    assert response.status == 400
    (report,) = json.loads(body)["data"]
    assert (report["original_line"], report["line_number"]) == ("m", 2)
    _, rows = ask(fake, "/api/v3/query_influxql", "GET", db="d", q="SELECT * FROM m")
    assert json.loads(rows) == [
        {"iox::measurement": "m", "time": "1970-01-01T00:00:00.000000001", "v": 1.0}
    ]
