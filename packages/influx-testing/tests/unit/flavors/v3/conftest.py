"""A fake of 3.x that is asked without a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

NOW = 1_700_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, its headers, its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Asker:
    """Asks one fake."""

    fake: FakeInfluxDB
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def __call__(
        self,
        method: str,
        path: str,
        body: object = b"",
        /,
        accept: str | None = None,
        **params: str,
    ) -> Answer:
        """Send a request; a body that is no bytes is sent as JSON."""
        headers = self.headers if accept is None else {**self.headers, "accept": accept}
        if not isinstance(body, bytes):
            headers = {"content-type": "application/json", **headers}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = self.fake.handle(Request(method, path, tuple(params.items()), headers, data))
        return Answer(response.status, dict(response.headers), b"".join(response.pieces))

    def write(self, lines: bytes, **params: str) -> Answer:
        """Write lines to `db`, times in ns."""
        return self("POST", "/api/v3/write_lp", lines, **{"db": "db", "precision": "ns", **params})

    def influxql(self, text: str, **asked: object) -> Answer:
        """Ask InfluxQL of `db`."""
        return self("POST", "/api/v3/query_influxql", {"db": "db", "q": text, **asked})


@pytest.fixture
def ask() -> Asker:
    return Asker(FakeInfluxDB("3.x", clock=lambda: NOW))
