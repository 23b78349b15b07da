"""A Flight server whose answers each test chooses, also hostile ones."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

if importlib.util.find_spec("pyarrow") is None or importlib.util.find_spec("influx_flight") is None:
    collect_ignore_glob = ["*/test_*.py"]


@pytest.fixture(scope="session")
def flight_server() -> Iterator[Any]:
    """A server for all tests; `answer` decides by the text of the query."""
    with served() as server:
        yield server


def served(**options: Any) -> Any:
    """A running server, as a context manager."""
    import json
    from contextlib import contextmanager

    import pyarrow.flight as fl

    class Headers(fl.ServerMiddleware):
        def __init__(self, headers: Mapping[str, list[str]]) -> None:
            self.headers = {name: values[0] for name, values in headers.items()}

    class Factory(fl.ServerMiddlewareFactory):
        def start_call(self, info: Any, headers: Mapping[str, list[str]]) -> Headers:
            return Headers(headers)

    class Server(fl.FlightServerBase):
        """Answers a query with what its test registered under the query's text."""

        def __init__(self, location: str) -> None:
            super().__init__(location, middleware={"headers": Factory()}, **options)
            self.answers: dict[str, Callable[[], Any]] = {}
            self.asked: list[tuple[dict[str, Any], dict[str, str]]] = []
            self.ended = threading.Event()

        @property
        def url(self) -> str:
            scheme = "https" if "tls_certificates" in options else "http"
            return f"{scheme}://127.0.0.1:{self.port}"

        def answer(self, query: str, make: Callable[[], Any]) -> str:
            """Have a query answered with a table, a stream, or by raising; returns the query."""
            self.answers[query] = make
            return query

        def do_get(self, context: Any, ticket: Any) -> Any:
            asked = json.loads(ticket.ticket)
            self.asked.append((asked, context.get_middleware("headers").headers))
            made = self.answers[asked["sql_query"]]()
            return made if isinstance(made, fl.FlightDataStream) else fl.RecordBatchStream(made)

    @contextmanager
    def running() -> Iterator[Server]:
        scheme = "grpc+tls" if "tls_certificates" in options else "grpc"
        server = Server(f"{scheme}://127.0.0.1:0")
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

    return running()
