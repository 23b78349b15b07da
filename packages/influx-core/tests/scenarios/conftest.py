"""A server that answers as the contract of InfluxDB 3's HTTP API says, byte for byte."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

ALLOWED_TYPES = frozenset(
    {
        "application/vnd.apache.parquet",
        "text/csv",
        "text/plain",
        "application/json",
        "*/*",
        "",
    }
)


@dataclass(frozen=True)
class StubRequest:
    """A request as the stub received it."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def asked(self) -> dict:
        """The JSON object in the body."""
        return json.loads(self.body)


@dataclass
class StubAnswer:
    """What the stub answers; without a Content-Type, as InfluxDB 3 does for errors."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Stub:
    """A server with one answer, or a function that makes one of each request.

    Attributes:
        url: its base URL.
        answer: what it answers.
        requests: what it was sent.
    """

    url: str
    answer: StubAnswer | Callable[[StubRequest], StubAnswer] = field(default_factory=StubAnswer)
    requests: list[StubRequest] = field(default_factory=list)

    def says(self, status: int, body: bytes | str = b"", **headers: str) -> None:
        """Answer every further request so."""
        content = body.encode() if isinstance(body, str) else body
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = StubAnswer(status, content, names)

    def answer_of(self, request: StubRequest) -> StubAnswer:
        """The answer to a request; the Accept header is checked before anything else."""
        self.requests.append(request)
        accept = request.headers.get("accept", "")
        if not (accept in ALLOWED_TYPES or "text/html" in accept or "*/*" in accept):
            return StubAnswer(400, f"invalid mime type ({accept})".encode())
        return self.answer(request) if callable(self.answer) else self.answer


def handler_of(stub: Stub) -> type[BaseHTTPRequestHandler]:
    """The handler of a stub's requests."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = stub.answer_of(
                StubRequest(
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query, keep_blank_values=True)),
                    headers,
                    self.rfile.read(size),
                )
            )
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *args: object) -> None: ...

    return Handler


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A stub of InfluxDB 3 behind a socket."""
    made = Stub("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)
