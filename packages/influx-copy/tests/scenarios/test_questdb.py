"""What is sent to QuestDB, by a server that keeps the requests; and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from influx_copy import CopyOptions, CopySummary, LossRefused, copy, verify
from influx_core import ConfigError, DataPoint
from influx_core.lineprotocol import LineProtocolSerializer

REPEATS = CopyOptions(accept=("repeats",))
TIME = 1_600_000_000_000_001_000


class QuestDB(ThreadingHTTPServer):
    """Answers as /write of QuestDB does: 204 without a body, or 400 with a reason in JSON."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, bytes]] = []
        self.refuses = False

    @property
    def url(self) -> str:
        return f"questdb://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: QuestDB

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, body))
        reason = b'{"code":"invalid","message":"cast error","line":1,"errorId":"x-1"}'
        self.send_response(400 if self.server.refuses else 204)
        self.send_header("content-length", str(len(reason)) if self.server.refuses else "0")
        self.end_headers()
        if self.server.refuses:
            self.wfile.write(reason)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def questdb() -> Iterator[QuestDB]:
    with QuestDB() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def sent(
    server: QuestDB, tmp_path: Path, lines: str, options: CopyOptions = REPEATS
) -> CopySummary:
    file = tmp_path / "a.lp"
    file.write_text(lines)
    return await copy(str(file), server.url, tmp_path / "plan", options=options)


async def test_points_are_sent_as_line_protocol_in_microseconds(
    questdb: QuestDB, tmp_path: Path
) -> None:
    text = f'm,host=a\\ b load=1.5,n=9007199254740993i,s="say \\"hi\\" \\\\" {TIME}\n'
    assert (await sent(questdb, tmp_path, text)).failed == ()
    [(path, body)] = questdb.requests
    assert urlsplit(path).path == "/write"
    assert parse_qs(urlsplit(path).query) == {"precision": ["u"]}
    assert LineProtocolSerializer(rules="v2").load(body, "us") == [
        DataPoint(
            "m",
            {"host": "a b"},
            {"load": 1.5, "n": 9007199254740993, "s": 'say "hi" \\'},
            TIME,
        )
    ]


async def test_what_may_be_lost_is_asked_for(questdb: QuestDB, tmp_path: Path) -> None:
    with pytest.raises(LossRefused, match="repeats: points are stored twice if a range"):
        await sent(questdb, tmp_path, f"m f=1 {TIME}\n", CopyOptions())
    lines = f"m f=1 {TIME + 1}\nm u=18446744073709551615u {TIME}\nm b=true {TIME}\n"
    summary = await sent(questdb, tmp_path, lines)
    assert "times are rounded down" in summary.failed[0].error
    assert questdb.requests == []


async def test_unsigned_integers_become_integers_if_that_is_accepted(
    questdb: QuestDB, tmp_path: Path
) -> None:
    options = CopyOptions(accept=("missing", "repeats", "times", "types"))
    lines = f"m,h=a u=7u,b=true {TIME + 999}\n"
    assert (await sent(questdb, tmp_path, lines, options)).failed == ()
    assert questdb.requests[0][1] == f"m,h=a u=7i,b=true {TIME // 1000}\n".encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("m:n f=1", "the measurement 'm:n' has ':'"),
        ("m f-g=1", "the field 'f-g' of 'm' has '-'"),
        ("m,a.b=1 f=1", "the tag 'a.b' of 'm' has '.'"),
        ("m,Timestamp=1 f=1", "the tag 'Timestamp' of 'm' has a name of the sink's own"),
        ("m,host=1 Host=1", "the field 'Host' of 'm' has the name of another column"),
        ("m,host=C:\\dir f=1", "would read in another way"),
        ("m n=-9223372036854775808i", "a null there"),
        ("m f=1 -1000\nm f=1", "the sink keeps times from 1970"),
    ],
)
async def test_what_it_cannot_store_fails_the_range(
    questdb: QuestDB, tmp_path: Path, line: str, reason: str
) -> None:
    summary = await sent(questdb, tmp_path, f"{line} {TIME}\n")
    assert reason in summary.failed[0].error
    assert questdb.requests == []


async def test_a_request_that_is_refused_fails_the_range(questdb: QuestDB, tmp_path: Path) -> None:
    questdb.refuses = True
    summary = await sent(questdb, tmp_path, f"m f=1 {TIME}\n")
    assert "cast error" in summary.failed[0].error


async def test_it_is_no_source(questdb: QuestDB, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no source 'questdb'"):
        await verify(f"lp:{tmp_path}", questdb.url)
