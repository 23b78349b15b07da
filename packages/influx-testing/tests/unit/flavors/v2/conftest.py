"""A fake of 2.x that is asked without a socket, with the operator token unless another is given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, ManualClock

HOUR = 3600 * 10**9
START = 1_700_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class V2Answer:
    """A response: its status, its headers, its document."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str]:
        """The status and the message of an error."""
        return self.status, self.json["message"]


@dataclass(slots=True)
class V2Asker:
    """Asks one fake."""

    fake: FakeInfluxDB
    token: str = "my-token"

    def __call__(
        self,
        method: str,
        path: str,
        body: object = b"",
        /,
        headers: dict[str, str] | None = None,
        **params: str,
    ) -> V2Answer:
        """Send a request; a body that is no bytes is sent as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"authorization": f"Token {self.token}"} if headers is None else headers
        response = self.fake.handle(Request(method, path, tuple(params.items()), given, data))
        return V2Answer(response.status, dict(response.headers), b"".join(response.pieces))

    def new(self, path: str, **body: object) -> Any:
        """Create a resource; returns its document."""
        answer = self("POST", f"/api/v2/{path}", body)
        assert answer.status == 201, answer.body
        return answer.json

    def write(self, lines: bytes, bucket: str = "my-bucket") -> V2Answer:
        """Write lines, times in ns."""
        return self("POST", "/api/v2/write", lines, org="my-org", bucket=bucket)

    @property
    def org(self) -> str:
        """The ID of the organization."""
        return str(self.fake.engine.resources.all("orgs")[0]["id"])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ask(clock: ManualClock) -> V2Asker:
    return V2Asker(FakeInfluxDB("2.x", clock=clock))
