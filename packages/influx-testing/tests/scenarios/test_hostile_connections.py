"""Clients that break HTTP or go away are no news: nothing is logged, the server goes on."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from influx_testing import Fault, ServedFake, faults

pytestmark = pytest.mark.usefixtures("server_goes_on")

OLD_AIOHTTP = tuple(map(int, aiohttp.__version__.split(".")[:2])) < (3, 14)

QUERY = b"GET /query?db=d&q=select+*+from+m&chunked=true&chunk_size=10 HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def connection(server: ServedFake) -> Iterator[socket.socket]:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port)) as opened:
        opened.settimeout(120)
        yield opened


@pytest.mark.parametrize(
    "data",
    [
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n\0\0\0\4\0\0\0\0\0",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
        b"POST /write HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /write HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        pytest.param(
            b"GET http://[::1 HTTP/1.1\r\n\r\n",
            marks=pytest.mark.skipif(OLD_AIOHTTP, reason="aiohttp before 3.14 says nothing"),
        ),
        b"GET /\xff\xfe?q=\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"X" * 100_000 + b"\r\n\r\n",
    ],
    ids=["preface", "TLS", "header", "length", "chunk", "URL", "bytes", "method"],
)
def test_what_is_not_http_is_a_bad_request(connection: socket.socket, data: bytes) -> None:
    connection.sendall(data)
    assert connection.recv(12).endswith(b" 400")


@pytest.mark.parametrize(
    ("expected", "answer"), [(b"100-Continue", b"100"), (b"more", b"417"), (b"\xcc", b"417")]
)
def test_only_a_known_expectation_is_met(
    connection: socket.socket, expected: bytes, answer: bytes
) -> None:
    head = (
        b"POST /write?db=d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nExpect: %b\r\n\r\n"
    )
    connection.sendall(head % expected)
    assert connection.recv(12) == b"HTTP/1.1 " + answer


@pytest.mark.parametrize("version", [b"0.9", b"2.0"])
def test_another_version_of_http_is_refused_as_by_go(
    connection: socket.socket, version: bytes
) -> None:
    connection.sendall(b"GET /ping HTTP/%b\r\nHost: localhost\r\n\r\n" % version)
    received = b"".join(iter(lambda: connection.recv(4096), b""))
    reason = b"505 HTTP Version Not Supported: unsupported protocol version"
    head, body = received.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + reason + b"\r\n")
    assert body == reason


@pytest.mark.parametrize(
    "fault", [faults.slow_headers(0.3), faults.slow_body(0.1)], ids=lambda fault: fault.name
)
def test_a_client_may_give_up_on_a_slow_answer(
    server: ServedFake, connection: socket.socket, fault: Fault
) -> None:
    server.fail(fault)
    connection.sendall(QUERY)
    time.sleep(0.05)
    connection.close()
    time.sleep(0.5)


def test_a_client_may_reset_the_connection_in_the_middle(connection: socket.socket) -> None:
    connection.sendall(QUERY)
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_client_may_go_away_before_its_body_is_sent(connection: socket.socket) -> None:
    connection.sendall(b"POST /write?db=d HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nm v=1")
