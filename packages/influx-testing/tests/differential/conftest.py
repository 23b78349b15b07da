"""What tests of the fake against the real server share: two servers with the same points."""

from __future__ import annotations

import http.client
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

START = 1_577_836_800
POINTS = [(",host=a", "1.5"), (",host=b", "2"), ("", "3.25"), (",host=a,region=x", "-1")]
POINTS += [(",host=b", "7"), (",host=a", "9"), (",host=c", "1")]
LINES = [
    f'm{tags} f={value},n={index}i,b={index % 2 == 1},s="x{index}" {START + index * 7}'
    for index, (tags, value) in enumerate(POINTS)
]
LINES += [f"k,host=a f=5,n=3i {START}", f"k,host=b f=6 {START + 5}"]
LINES += [
    f"ties,host={'abc'[index % 3]} f={index * index % 5},n={index * index % 7}i {START + index}"
    for index in range(60)
]
LINES += [
    f"casts f={value},n={index}i {START + index}" for index, value in enumerate([2, 1e21, -0.5])
]
WEEKS = [f"w,host={'ab'[day % 2]} f={day} {START + day * 86_400 * 3}" for day in range(14)]
"""Written one by one, the last first: the real server leaves it to chance in which order it makes
the shards of one write, and knows the fields of the newest one best."""

VOLATILE = {"allow", "date", "request-id", "x-influxdb-version", "x-request-id"}
"""Headers that are never the same; those of Allow come in any order."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """A server that is asked as it comes: no client in between."""

    def __init__(self, url: str, database: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._database = database

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path.replace("DB", self._database), body, named)
        response = self._connection.getresponse()
        shown = {name.lower(): value for name, value in response.getheaders()}
        kept = {name: value for name, value in shown.items() if name not in VOLATILE}
        return Answer(response.status, kept, response.read())

    def query(self, text: str, **params: str) -> Answer:
        asked = {"db": self._database, "epoch": "ns", **params}
        asked["q"] = text.replace("DB", self._database)
        return self.ask("POST", f"/query?{urlencode(asked)}")

    def write(self, lines: str) -> Answer:
        return self.ask("POST", "/write?db=DB&precision=s", lines.encode())

    def close(self) -> None:
        self.query(f"DROP DATABASE {self._database}")
        self._connection.close()


Compare = Callable[[Callable[[Server], Any]], None]


Told = list[tuple[int, bytes]]


@pytest.fixture(scope="module")
def alike(influxd_url: str, fake_url: str) -> Iterator[Compare]:
    """Do the same to both servers, which hold the same points, and compare what they say."""
    name = f"found_{uuid.uuid4().hex}"
    servers = [Server(url, name) for url in (influxd_url, fake_url)]
    for server in servers:
        server.query(f"CREATE DATABASE {name}")
        for lines in (*reversed(WEEKS), "\n".join(LINES)):
            assert server.write(lines).status == 204

    def compare(do: Callable[[Server], Any]) -> None:
        real, fake = map(do, servers)
        assert fake == real

    yield compare
    for server in servers:
        server.close()


@pytest.fixture
def told(influxd_url: str, fake_url: str) -> Callable[[list[str], list[str]], tuple[Told, Told]]:
    """Do the same in a new database of both servers, and give what each of them says.

    It is told the lines to begin with, and steps: what begins with `cpu` is written, everything
    else is asked. The number of a shard is never the same.
    """

    def tell(url: str, lines: list[str], steps: list[str]) -> Told:
        name = f"told_{uuid.uuid4().hex}"
        server = Server(url, name)
        server.query(f"CREATE DATABASE {name}")
        answers = [server.write("\n".join(lines))]
        assert answers[0].status == 204, answers[0].body  # both would answer alike without points
        answers += [
            server.write(step) if step.startswith("cpu") else server.query(step) for step in steps
        ]
        server.close()
        return [
            (
                answer.status,
                re.sub(rb"shard \d+", b"shard N", answer.body.replace(name.encode(), b"DB")),
            )
            for answer in answers
        ]

    def both(lines: list[str], steps: list[str]) -> tuple[Told, Told]:
        return tell(influxd_url, lines, steps), tell(fake_url, lines, steps)

    return both


@pytest.fixture
def told_bytes(influxd_url: str, fake_url: str) -> Callable[..., tuple[list[Answer], ...]]:
    """Write bytes into a new database of both servers, and give what each says and then has.

    What it has is told by queries: those that are given, with a unit of times and headers, and some
    that are always the same.
    """
    always = ("SHOW FIELD KEYS", "SHOW SERIES", "SELECT count(*) FROM /.*/")

    def tell(
        url: str, body: bytes, looks: Sequence[str], epoch: str, headers: dict[str, str]
    ) -> list[Answer]:
        name = f"bytes_{uuid.uuid4().hex}"
        server = Server(url, name)
        server.query(f"CREATE DATABASE {name}")
        answers = [server.ask("POST", "/write?db=DB", body)]
        for look in (*looks, *always):
            path = f"/query?{urlencode({'db': name, 'q': look, 'epoch': epoch})}"
            answers.append(server.ask("POST", path, **headers))
        server.close()
        return answers

    def both(
        body: bytes, looks: Sequence[str] = (), epoch: str = "ns", **headers: str
    ) -> tuple[list[Answer], ...]:
        return tuple(tell(url, body, looks, epoch, headers) for url in (influxd_url, fake_url))

    return both
