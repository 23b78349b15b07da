"""The fake over a socket: whatever is sent, it answers valid HTTP or nothing, and it goes on."""

from __future__ import annotations

import atexit
import gzip
import io
import logging
import random
import re
import socket
from functools import cache
from http.client import HTTPException, HTTPResponse
from urllib.parse import quote, urlsplit

from influx_testing import FakeInfluxDB, ServedFake, serve

from .mutation import damaged

FLAVORS = ("1.6", "1.8", "2.x", "3.x")
LATEST = 10
"""Requests whose failures are looked at, more than one input has."""

SILENCE = 0.3
"""Seconds without a byte after which the server is taken to wait for more."""

PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
INVITATION = b"HTTP/1.1 100 Continue\r\n\r\n"
VALID_HEAD = re.compile(rb"HTTP/1\.[01] \d{3} [ -~]*\r\n([\w!#$%&'*+.^`|~-]+:[^\r\n\0]*\r\n)*\r\n")
PATHS = """
/write /query /ping /health /ready /status /debug/vars /metrics / /%zz /../x //query * http://localhost/query
/api/v2 /api/v2/write /api/v2/query /api/v2/buckets /api/v2/buckets/0 /api/v2/orgs /api/v2/users
/api/v2/tasks /api/v2/delete /api/v2/setup /api/v3/write_lp /api/v3/query_sql /api/v3/query_influxql
/api/v3/configure/database /api/v3/configure/table
"""
QUERIES = [
    "SELECT * FROM m",
    "SHOW DATABASES; SELECT mean(v) FROM m GROUP BY time(1m) fill(0)",
    "SELECT v FROM m WHERE h = $a",
    "DROP DATABASE d",
    "CREATE DATABASE d",
    'from(bucket: "d/autogen") |> range(start: 0) |> mean()',
    "(" * 3_000,
    "\0\ud800",
]
FORM = b"q=SHOW+DATABASES&db=d"
NAMES = "db q db q bucket org precision epoch chunked chunk_size format params rp u p name id"
LINES = [b"m,h=a v=1,n=2i 1\n", b'm v="x\ny"\n', b"m v=1e999\n", b"\xff\0 v=1\n", b"m,h= v=\n" * 50]
JSON = [b'{"q": "SHOW DATABASES", "db": "d"}', b'{"query": "", "type": "flux"}', b"[" * 2_000]
HEADERS = [
    b"Accept: application/csv",
    b"Accept-Encoding: gzip",
    b"Authorization: Token my-token",
    b"Authorization: Basic !",
    b"Connection: close",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13",
    b"Content-Encoding: gzip",
    b"Content-Type: application/json",
    b"Content-Type: application/x-www-form-urlencoded",
    b"Content-Type: multipart/form-data; boundary=b",
    b"Content-Type: application/vnd.flux",
    b"Expect: 100-continue",
    b"Origin: http://localhost",
    b"Range: bytes=0-1",
    b"X-Long: " + b"a" * 9_000,
]
PIECES = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b" ",
        b":",
        b"\xff",
        b"\r\n\r\n",
        b"0\r\n\r\n",
        b"zz\r\n",
        b"%",
    ),
    *(b"Content-Length: 99999999999999999999\r\n", b"Content-Length: -1\r\n", b"\x16\x03\x01"),
    *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: x, chunked\r\n", b"HTTP/1.0", b"?"),
    *(b"\r\n folded\r\n", b"PRI * HTTP/2.0\r\n", b"POST /write?db=d HTTP/1.1\r\n", b"a" * 20_000),
]


class RaisedErrors(logging.Handler):
    """Keeps the records of exceptions that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@cache
def logged() -> RaisedErrors:
    """The handler of all records, which is added once."""
    handler = RaisedErrors()
    logging.getLogger().addHandler(handler)
    return handler


@cache
def server(flavor: str) -> ServedFake:
    """One served fake of each flavor; it has to survive all inputs."""
    logged()
    served = serve(fake=FakeInfluxDB(flavor))
    atexit.register(served.close)
    return served


def request(source: random.Random) -> bytes:
    """One request that is valid HTTP."""
    method = source.choice(("GET", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
    values = ("d", "d", "", "1", "ns", "true", "x" * 300, "\ud800", "9" * 30, *QUERIES)
    params = [
        f"{source.choice(NAMES.split())}={quote(source.choice(values), errors='surrogatepass')}"
        for _ in range(source.randrange(5))
    ]
    target = f"{source.choice(PATHS.split())}?{'&'.join(params)}"
    body = b"".join(source.choices([*LINES, *JSON, FORM], k=source.randrange(3)))
    body = gzip.compress(body, mtime=0) if source.random() < 0.1 else body
    head = [f"{method} {target} HTTP/1.1".encode(), b"Host: localhost"]
    head += source.sample(HEADERS, source.randrange(4))
    if source.random() < 0.3:
        head.append(b"Transfer-Encoding: chunked")
        body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    elif body or source.random() < 0.5:
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def check(source: random.Random) -> None:
    """Send a few requests on one connection, most often damaged, and judge what comes back."""
    fake = server(source.choice(FLAVORS))
    data = b"".join(request(source) for _ in range(source.choice((1, 1, 2, 3))))
    if source.random() < 0.7:
        data = damaged(data, PIECES, source)
    try:
        statuses = read_responses(exchange(fake, data + PING, SILENCE))
    except HTTPException:  # an answer that is not complete may only be late
        statuses = read_responses(exchange(fake, data + PING, 20 * SILENCE))
    assert 500 not in statuses, data
    failures = [text for entry in fake.gateway.log[-LATEST:] for text in entry.failures]
    assert [text for text in failures if not text.startswith("not supported")] == [], data
    assert logged().texts == [], data
    assert set(read_responses(exchange(fake, PING, 20 * SILENCE))) <= {200, 204, 401}, data


def exchange(fake: ServedFake, data: bytes, silence: float) -> bytes:
    """Send bytes and receive until the server ends the connection, or sends nothing for a while."""
    address = urlsplit(fake.url)
    received = bytearray()
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.settimeout(silence)
        try:
            connection.sendall(data)
            while piece := connection.recv(65_536):
                received += piece
        except (ConnectionError, TimeoutError):  # it waits for a body, or has refused the rest
            pass
    return bytes(received)


class Answers(io.BytesIO):
    """Bytes that several responses are read from, one after the other."""

    def makefile(self, _mode: str) -> Answers:
        return self

    def close(self) -> None:
        """Stay open: a response closes what it is read from."""


def read_responses(received: bytes) -> list[int]:
    """The status codes of all responses; the last may invite a body that was never sent whole.

    Raises:
        HTTPException: something else was received, or a response is not complete.
    """
    answers = Answers(received)
    statuses = []
    while answers.tell() < len(received):
        head = received[answers.tell() :]
        if not VALID_HEAD.match(head):
            raise HTTPException(f"this is no response of HTTP: {head[:300]!r}")
        if head == INVITATION:
            break
        response = HTTPResponse(answers)  # type: ignore[arg-type]
        response.begin()
        response.read()
        statuses.append(response.status)
    return statuses
