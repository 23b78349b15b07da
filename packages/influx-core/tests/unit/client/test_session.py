"""What a client makes of answers that are good by their status alone."""

from __future__ import annotations

import pytest

from influx_core import InfluxDBClient, ResponseLost
from influx_core.interfaces import LocalResponse


class Saying:
    """A transport that gives one answer to everything."""

    def __init__(self, status: int, body: bytes) -> None:
        self.answer = LocalResponse(status, {}, (body,))

    async def send(self, request):
        return self.answer

    async def aclose(self) -> None: ...


@pytest.mark.parametrize(
    ("status", "body"),
    [(204, b""), (200, b""), (200, b"\r\n"), (200, b"{}"), (202, b'{"results": []}')],
)
async def test_a_write_is_acknowledged_without_words_or_in_json(status, body):
    async with InfluxDBClient(db="x", transport=Saying(status, body)) as client:
        await client.write("m", {}, {"f": 1}, 1)


@pytest.mark.parametrize(
    "body", [b"<html>please log in</html>", b"OK", b'{"error": "timeout"}', b"[]", b"\xff"]
)
async def test_a_page_with_status_200_is_no_acknowledgement(body):
    async with InfluxDBClient(db="x", transport=Saying(200, body)) as client:
        with pytest.raises(ResponseLost, match="not a valid write acknowledgement") as caught:
            await client.write_many([("m", {}, {"f": 1}, 1)] * 6_000)
    assert (caught.value.written, caught.value.not_sent) == (0, 1_000)


async def test_a_writer_keeps_what_nobody_acknowledged():
    letters: list = []
    settings = {"close_timeout": 0.05, "backoff": 0.01, "dead_letter": letters.append}
    async with (
        InfluxDBClient(db="x", transport=Saying(200, b"<html>")) as client,
        client.writer(**settings) as writer,
    ):
        await writer.put(("m", {}, {"f": 1.5}, 1))
    assert [(letter.points, letter.uncertain) for letter in letters] == [(1, True)]


async def test_an_endless_answer_to_a_ping_is_read_to_a_limit():
    async with InfluxDBClient(db="x", transport=Saying(200, bytes(50_000_000))) as client:
        assert await client.ping() == ""
