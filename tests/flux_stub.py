"""A server that answers Flux with the same annotated CSV, as InfluxDB 2 writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from influx_core.annotated_csv import FluxColumn, FluxTable, encode, encode_error

START_NS = 1_577_836_800_000_000_000
SCHEMA = (
    FluxColumn("_time", "dateTime:RFC3339"),
    FluxColumn("_value", "double"),
    FluxColumn("_field", "string", in_group_key=True),
    FluxColumn("_measurement", "string", in_group_key=True),
    FluxColumn("host", "string", in_group_key=True),
)
MISSING = {
    "code": "not found",
    "message": 'failed to initialize execute state: could not find bucket "missing"',
}


def tables() -> Iterator[FluxTable]:
    """The usage of two hosts, minute by minute."""
    times = [START_NS + minute * 60 * 10**9 for minute in range(3)]
    for host, start in (("web1", 40.0), ("web2", 50.0)):
        values = {"_time": times, "_value": [start + minute for minute in range(3)]}
        key = {"_field": "usage", "_measurement": "cpu", "host": host}
        yield FluxTable.of_values(SCHEMA, values, key)


def answer(query: str) -> tuple[int, str, bytes]:
    """The status, the type and the body of the answer to a query."""
    if '"missing"' in query:
        return 404, "application/json", json.dumps(MISSING).encode()
    text = b"".join(encode(tables(), exact=False))
    if "/ 0" in query:
        text += encode_error("runtime error @1:1-1:9: map: cannot divide by zero", 897)
    return 200, "text/csv; charset=utf-8", text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert self.path.startswith("/api/v2/query")
        assert asked["type"] == "flux"
        status, kind, body = answer(asked["query"])
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def flux_server() -> Iterator[str]:
    """Serve on a free port; give the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
