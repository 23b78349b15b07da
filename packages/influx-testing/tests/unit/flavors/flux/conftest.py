"""A fake of 2.x that is asked in Flux, without a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

NOW = 1_700_000_000_000_000_000
HEADERS = {"authorization": "Token my-token"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, its headers, its body."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def lines(self) -> list[str]:
        """The lines of the body."""
        return self.text.split("\r\n")


@dataclass(frozen=True, slots=True)
class FluxAsker:
    """Asks one fake in Flux."""

    fake: FakeInfluxDB

    def send(
        self, method: str, path: str, body: bytes = b"", *, org: str = "my-org", **headers: str
    ) -> Answer:
        """Send a request; headers have underscores for hyphens."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method, path, (("org", org),), {**HEADERS, **names}, body)
        response = self.fake.handle(request)
        return Answer(response.status, dict(response.headers), b"".join(response.pieces).decode())

    def __call__(self, query: str, *, annotations: tuple[str, ...] = (), **body: Any) -> Answer:
        """Send a query as JSON."""
        document = {"query": query, "dialect": {"annotations": list(annotations)}, **body}
        return self.send("POST", "/api/v2/query", json.dumps(document).encode())

    def write(self, lines: str) -> None:
        """Store lines in the bucket `my-bucket`, times in ns."""
        params = (("org", "my-org"), ("bucket", "my-bucket"))
        request = Request("POST", "/api/v2/write", params, HEADERS, lines.encode())
        assert self.fake.handle(request).status == 204


@pytest.fixture
def ask():
    """Return an asker of a fake at the time NOW, with the bucket `my-bucket`."""
    return FluxAsker(FakeInfluxDB("2.x", clock=lambda: NOW))
