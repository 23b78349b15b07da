"""Bytes that are no request of HTTP, or a very long one: both servers answer alike."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow

HOST = b"Host: 127.0.0.1\r\n"
LAST = HOST + b"Connection: close\r\n"
VOLATILE = re.compile(rb"(?i)(date|x?-?request-id|x-influxdb-version): [^\r]*\r\n")

REQUESTS = {
    "longer than 8 KiB": b"GET /query?q=SHOW+X+%b HTTP/1.1\r\n%b\r\n" % (b"x" * 9_000, LAST),
    "almost too long": b"GET /query?q=SHOW+X+%b HTTP/1.1\r\n%b\r\n" % (b"x" * 1_000_000, LAST),
    "too long": b"GET /query?q=SHOW+X+%b HTTP/1.1\r\n%b\r\n" % (b"x" * 1_060_000, LAST),
    "a long header": b"GET /ping HTTP/1.1\r\n%bX: %b\r\n\r\n" % (LAST, b"y" * 100_000),
    "many headers": b"GET /ping HTTP/1.1\r\n%b%b\r\n" % (LAST, b"X: y\r\n" * 1_000),
    "not waited for": b"GET /query?async=true&q=SHOW+X HTTP/1.1\r\nAccept: text/csv\r\n%b\r\n"
    % LAST,
    "CSV, not waited for": b"GET /query?async=true&q=SHOW+USERS HTTP/1.1\r\nAccept: text/csv\r\n"
    b"%b\r\n" % LAST,
    "no HTTP": b"GARBAGE\r\n\r\n",
    "no path": b"GET\r\n\r\n",
    "no slash": b"GET ping HTTP/1.1\r\n%b\r\n" % HOST,
    "a space in the URL": b"GET /ping?a b HTTP/1.1\r\n%b\r\n" % HOST,
    "no host": b"GET /ping HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /ping HTTP/1.1\r\n%b%b\r\n" % (HOST, HOST),
    "an unknown version": b"GET /ping HTTP/9.9\r\n\r\n",
    "a header without a colon": b"GET /ping HTTP/1.1\r\nBad Header\r\n\r\n",
    "a length that is no number": b"POST /write HTTP/1.1\r\n%bContent-Length: x\r\n\r\n" % HOST,
    "a negative length": b"POST /write HTTP/1.1\r\n%bContent-Length: -1\r\n\r\n" % HOST,
    "a request of HTTP/1.0": b"GET /query?q=SHOW+x HTTP/1.0\r\n\r\n",
}


def answer(url: str, request: bytes) -> bytes:
    """The answer, without headers that always differ; the others are in order of their names."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(request)
        data = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = VOLATILE.sub(b"", data).partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return b"\n".join([first, *sorted(headers), body])


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_hardly_a_request(influxd_url: str, fake_url: str, name: str) -> None:
    assert answer(fake_url, REQUESTS[name]) == answer(influxd_url, REQUESTS[name])
