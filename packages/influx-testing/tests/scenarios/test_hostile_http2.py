"""Clients of HTTP/2 that ask, break the protocol, flood or go away: the server goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from influx_testing import ServedFake, serve

pytest.importorskip("h2", reason="h2 is not installed (influx-testing[flight])")
connection = pytest.importorskip("h2.connection")
events = pytest.importorskip("h2.events")
http2_connection = pytest.importorskip("influx_testing._server.http2.http2_connection")
http2_stream = pytest.importorskip("influx_testing._server.http2.http2_stream")

pytestmark = pytest.mark.usefixtures("server_goes_on")

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Client:
    """Speaks HTTP/2 on a socket."""

    def __init__(self, server: ServedFake) -> None:
        address = urlsplit(server.url)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port))
        self.socket.settimeout(120)
        self.http = connection.H2Connection()
        self.http.initiate_connection()
        self.send()

    def send(self) -> None:
        self.socket.sendall(self.http.data_to_send())

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> int:
        number: int = self.http.get_next_available_stream_id()
        pairs = [
            (":method", method),
            (":path", path),
            (":scheme", "http"),
            (":authority", headers.pop("host", self.host)),
            *((name.replace("_", "-"), value) for name, value in headers.items()),
        ]
        self.http.send_headers(number, pairs, end_stream=not body)
        if body:
            self.http.send_data(number, body, end_stream=True)
        self.send()
        return number

    def events(self) -> Iterator[Any]:
        """The events until the server ends the connection."""
        while data := self.socket.recv(65_536):
            for event in self.http.receive_data(data):
                if isinstance(event, events.DataReceived):
                    self.http.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id
                    )
                yield event
            with suppress(OSError):  # the server may have ended the connection
                self.send()

    def answer(self, number: int) -> tuple[dict[str, str], bytes]:
        """The headers and the body of a response."""
        headers: dict[str, str] = {}
        body = b""
        for event in self.events():
            if getattr(event, "stream_id", number) != number:
                continue
            if isinstance(event, events.ResponseReceived | events.TrailersReceived):
                headers |= {name.decode(): value.decode() for name, value in event.headers}
            elif isinstance(event, events.DataReceived):
                body += event.data
            elif isinstance(event, events.StreamEnded | events.StreamReset):
                break
        return headers, body


@pytest.fixture
def client(server: ServedFake) -> Iterator[Client]:
    made = Client(server)
    with made.socket:
        yield made


def test_plain_requests_are_answered_as_over_http_1(client: Client) -> None:
    headers, body = client.answer(client.ask("/query?db=d&q=select+count(v)+from+m"))
    assert headers[":status"] == "200"
    assert headers["content-type"] == "application/json"
    assert b"20000" in body
    headers, body = client.answer(client.ask("/ping"))
    assert (headers[":status"], body) == ("204", b"")
    headers, _ = client.answer(client.ask("/write?db=d", "POST", b"other v=1 1"))
    assert headers[":status"] == "204"


def test_a_large_response_keeps_to_the_window_of_the_client(client: Client) -> None:
    _, body = client.answer(client.ask("/query?db=d&q=select+v+from+m"))
    assert body.count(b"1970-") == 20_000


def test_requests_of_web_pages_are_refused(client: Client) -> None:
    headers, body = client.answer(client.ask("/ping", origin="http://evil.example"))
    assert (headers[":status"], b"may not use this server" in body) == ("403", True)
    headers, _ = client.answer(client.ask("/ping", host="evil.example"))
    assert headers[":status"] == "403"


def test_a_call_of_an_unknown_service_is_answered_before_its_end(client: Client) -> None:
    number = client.http.get_next_available_stream_id()
    pairs = [
        (":method", "POST"),
        (":path", "/some.Service/Call"),
        (":scheme", "http"),
        (":authority", client.host),
        ("content-type", "application/grpc"),
    ]
    client.http.send_headers(number, pairs)
    client.send()
    headers, _ = client.answer(number)
    assert headers[":status"] == "404"


def test_a_body_over_the_limit_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http2_stream, "MOST_BODY_BYTES", 10)
    headers, _ = client.answer(client.ask("/write?db=d", "POST", b"m v=1 1\nm v=2 2"))
    assert headers[":status"] == "413"


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\5\0\0\0\0\0\1hello",
        b"\0\0\1\1\4\0\0\0\1\xff",
        b"\0\0\4\x08\0\0\0\0\0\0\0\0\0",
        b"\0\x40\1\0\0\0\0\0\1" + bytes(0x4001),
        b"\0\0\6\4\0\0\0\0\0\0\4\xff\xff\xff\xff",
        b"\0\0\0\1\4\0\0\0\2",
        b"\0\0\0\x09\4\0\0\0\1",
    ],
    ids=["data", "headers", "window", "size", "setting", "stream", "continuation"],
)
def test_what_breaks_the_protocol_ends_the_connection(client: Client, data: bytes) -> None:
    client.socket.sendall(data)
    terminated = [e for e in client.events() if isinstance(e, events.ConnectionTerminated)]
    assert terminated[0].error_code != 0


def test_a_client_that_cancels_again_and_again_is_cut_off(client: Client) -> None:
    ended = False
    try:
        for _ in range(1_200):
            number = client.ask("/write?db=d", "POST", body=b"")
            client.http.reset_stream(number)
            client.send()
    except OSError:
        ended = True
    ended = ended or any(isinstance(e, events.ConnectionTerminated) for e in client.events())
    assert ended


@pytest.mark.slow
def test_a_client_that_never_reads_is_cut_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http2_connection, "MOST_BUFFERED_BYTES", 1 << 16)
    client.socket.settimeout(300)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    ping = b"\0\0\x08\6\0\0\0\0\0" + bytes(8)
    with pytest.raises(OSError, match=r"reset|pipe|aborted"):
        client.socket.sendall(ping * 1_000_000)


def test_large_headers_are_refused(client: Client) -> None:
    headers, body = client.answer(client.ask("/ping", large="x" * 15_000))
    assert headers[":status"] == "204"
    headers, body = client.answer(client.ask("/ping", large="x" * 17_000))
    assert (headers[":status"], b"larger than 16384" in body) == ("431", True)


def test_headers_that_are_far_too_large_end_the_connection(client: Client) -> None:
    client.ask("/ping", large="x" * 80_000)
    kinds = {type(event).__name__ for event in client.events()}
    assert "ConnectionTerminated" in kinds


def test_a_client_may_go_away_in_the_middle(server: ServedFake) -> None:
    for size in (3, 24, 30, 60):
        made = Client(server)
        with made.socket:
            made.ask("/query?db=d&q=select+v+from+m")
            made.socket.recv(size)


def test_half_a_preface_is_no_request(server: ServedFake) -> None:
    address = urlsplit(server.url)
    for part in (b"P", PREFACE[:-1], PREFACE):
        with socket.create_connection((address.hostname, address.port)) as opened:
            opened.sendall(part)
            opened.shutdown(socket.SHUT_WR)
            opened.settimeout(120)
            opened.recv(100)


def test_without_the_library_the_refusal_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("influx_testing._server.connections.HAS_HTTP_2", False)
    with serve() as served:
        made = Client(served)
        with made.socket:
            (end,) = [e for e in made.events() if isinstance(e, events.ConnectionTerminated)]
        with urlopen(f"{served.url}/ping") as response:
            assert response.status == 204
    assert b"pip install 'influx-testing[flight]'" in end.additional_data
    assert "pip install 'influx-testing[flight]'" in caplog.text
    caplog.clear()
