"""Whatever a server answers, a call ends: with a result, or with one of our errors."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import re
import zlib
from collections.abc import AsyncIterator

import pytest

from influx_core import AuthenticationError, InfluxDBClient, InfluxDBError

pytestmark = pytest.mark.slow

JSON = "application/json"
DEEP = b"[" * 100_000
ROWS = {"results": [{"statement_id": 0, "series": [{"name": "m", "columns": ["time", "f"]}]}]}
GOOD = json.dumps(ROWS).encode()


def http(body: bytes = b"", status: object = 200, **headers: str) -> bytes:
    """A response with a body of the right length."""
    given = {"content-length": str(len(body)), "content-type": JSON, "connection": "close"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body


def error(status: int, body: bytes = b'{"error":"no"}', **headers: str) -> bytes:
    return http(body, status, **headers)


def series(inner: str) -> bytes:
    return ('{"results":[{"statement_id":0,"series":' + inner + "}]}").encode()


ANSWERS: dict[str, bytes] = {
    # No HTTP, or cut HTTP.
    "nothing": b"",
    "ssh": b"SSH-2.0-OpenSSH_9.0\r\n",
    "binary": bytes(range(256)),
    "head only": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no status": b"HTTP/1.1 \r\n\r\n",
    "status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "status of five digits": http(status=20000),
    "status 000": http(status="000"),
    "status 199": http(status=199),
    "status 299": http(GOOD, 299),
    "status 999": error(999),
    "http 0.9": b"<html></html>",
    "http 3": b"HTTP/3.0 200 OK\r\n\r\n",
    "huge header": http(GOOD, x="y" * 100_000),
    "many headers": http(GOOD, **{f"x{i}": "y" for i in range(5_000)}),
    "header without colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "header of bytes": b"HTTP/1.1 200 OK\r\nX-\xff: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    "negative length": http(GOOD, content_length="-5"),
    "length of words": http(GOOD, content_length="many"),
    "length too large": http(GOOD, content_length=str(len(GOOD) + 10)),
    "length beyond memory": http(GOOD, content_length="9" * 30),
    "two lengths": http(GOOD, x="1\r\ncontent-length: 3"),
    "chunk of letters": http(b"zz\r\nx", content_length="", transfer_encoding="chunked"),
    "chunk cut": http(b"ff\r\n{", content_length="", transfer_encoding="chunked"),
    "chunk beyond memory": http(b"f" * 30, content_length="", transfer_encoding="chunked"),
    "unknown transfer coding": http(GOOD, transfer_encoding="rot13"),
    # Encodings of the body.
    "gzip of nothing": http(b"", content_encoding="gzip"),
    "gzip of junk": http(b"junk", content_encoding="gzip"),
    "gzip cut": http(gzip.compress(GOOD)[:-9], content_encoding="gzip"),
    "gzip bomb": http(gzip.compress(b" " * 50_000_000, 9), content_encoding="gzip"),
    "gzip bomb as an error": error(
        400, gzip.compress(b'{"error":"' + b"x" * 50_000_000, 9), content_encoding="gzip"
    ),
    "deflate of junk": http(zlib.compress(b"{") + b"x", content_encoding="deflate"),
    "unknown coding": http(b"x", content_encoding="rot13"),
    # Bodies that are no result.
    "empty": http(b""),
    "blanks": http(b" " * 2_000_000),
    "a web page": http(b"<!DOCTYPE html><html>log in</html>", content_type="text/html"),
    "a web page called json": http(b"<!DOCTYPE html><html>log in</html>"),
    "not utf-8": http(b'{"results":[{"error":"\xff\xfe"}]}'),
    "utf-16": http(GOOD.decode().encode("utf-16")),
    "a list": http(b"[]"),
    "a number": http(b"5"),
    "null": http(b"null"),
    "results of a number": http(b'{"results":5}'),
    "results of null": http(b'{"results":null}'),
    "result of a text": http(b'{"results":["x"]}'),
    "series of a text": http(series('"x"')),
    "series without columns": http(series('[{"name":"m","values":[[1]]}]')),
    "columns of numbers": http(series('[{"name":"m","columns":[1],"values":[[1]]}]')),
    "rows of numbers": http(series('[{"name":"m","columns":["f"],"values":[1,2]}]')),
    "rows too short": http(series('[{"name":"m","columns":["time","f"],"values":[[1]]}]')),
    "rows too long": http(series('[{"name":"m","columns":["f"],"values":[[1,2,3]]}]')),
    "tags of numbers": http(series('[{"name":"m","tags":{"a":1},"columns":["f"],"values":[[1]]}]')),
    "name of a number": http(series('[{"name":5,"columns":["f"],"values":[[1]]}]')),
    "statement of a text": http(b'{"results":[{"statement_id":"x"}]}'),
    "deep": http(DEEP),
    "deep in a result": http(b'{"results":' + DEEP),
    "deep in an unknown key": http(b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "a number of a million digits": http(
        b'{"results":[{"statement_id":' + b"9" * 1_000_000 + b"}]}"
    ),
    "a float beyond floats": http(series('[{"name":"m","columns":["f"],"values":[[1e999999]]}]')),
    "a time beyond time": http(series('[{"name":"m","columns":["time"],"values":[[9e30]]}]')),
    "an error of a list": http(b'{"results":[{"error":[]}]}'),
    "an error that is endless": http(b'{"results":[{"error":"' + b"x" * 5_000_000),
    "cut json": http(GOOD[:-5]),
    "two documents": http(GOOD + GOOD),
    "junk behind": http(GOOD + b"junk"),
    "nul bytes": http(b"\x00" * 1_000),
    "called msgpack": http(b"\xc1\xc1", content_type="application/x-msgpack"),
    "called csv": http(b'name,tags\n"', content_type="text/csv"),
    # Errors.
    "error without a body": error(500, b""),
    "error in Latin-1": error(401, "gesch\xfctzt".encode("latin-1"), content_type="text/plain"),
    "error in Latin-1 called json": error(401, b'{"error":"gesch\xfctzt"}'),
    "error as msgpack junk": error(400, b"\xc1", content_type="application/x-msgpack"),
    "error as deep json": error(400, DEEP),
    "error as deep msgpack": error(400, b"\x91" * 100_000, content_type="application/x-msgpack"),
    "error of 5,000 lines": error(400, json.dumps({"error": "bad line\n" * 5_000}).encode()),
    "error of numbers": error(400, b'{"error":5,"code":6,"data":7,"line":8}'),
    "line beyond the body": error(400, b'{"error":"x","line":99999999999999999999}'),
    "line of a bool": error(400, b'{"error":"x","line":true}'),
    "data of junk": error(400, b'{"error":"x","data":[1,"x",null,{"original_line":5}]}'),
    "dropped of 5,000 digits": error(
        400, b'{"error":"partial write: dropped=' + b"9" * 5_000 + b'"}'
    ),
    "retry after for ever": error(503, retry_after="9" * 400),
    "retry after nan": error(503, retry_after="nan"),
    "retry after minus": error(429, retry_after="-5"),
    "retry after beyond time": error(503, retry_after="Fri, 31 Dec 99999 23:59:59 GMT"),
    "retry after year 9999": error(429, retry_after="Fri, 31 Dec 9999 23:59:59 GMT"),
    "retry after year 0": error(503, retry_after="Fri, 01 Jan 0000 00:00:00 GMT"),
    "date of junk": error(503, retry_after="Fri, 31 Dec 2027 23:59:59 GMT", date="x"),
    "redirect to nowhere": error(302, location="http://[::1"),
    "redirect to a port of letters": error(301, location="http://a:b:c/"),
    "redirect without a place": error(307),
    "redirect to itself": error(308, location="/write"),
    "not modified": error(304, b""),
    "proxy wants credentials": error(407, b"", proxy_authenticate="Basic"),
    "teapot": error(418),
    "version of bytes": http(b"", x_influxdb_version="\udcff"),
    "error in a success": http(b'{"error":"timeout"}'),
}


@contextlib.asynccontextmanager
async def server(*pieces: bytes, endless: bytes = b"") -> AsyncIterator[str]:
    """A server that answers every request with the same bytes, once or without end."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head.lower())
            await reader.readexactly(int(length[1]) if length else 0)
            writer.writelines(pieces)
            await writer.drain()
            while endless:
                writer.write(endless)
                await writer.drain()
            writer.write_eof()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    await asyncio.wait_for(asyncio.gather(*tasks), 60)


CALLS = {
    "ping": lambda client: client.ping(),
    "health": lambda client: client.health(),
    "query": lambda client: client.execute("SELECT f FROM m"),
    "write": lambda client: client.write("m", {}, {"f": 1.0}, 1),
    "schema": lambda client: client.tag_keys(),
    "admin": lambda client: client.admin.retention_policies(),
}


def test_there_are_more_than_sixty_answers():
    assert len(ANSWERS) > 60


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_call_ends_with_a_result_or_with_one_of_our_errors(answer, call):
    async with server(ANSWERS[answer]) as url, InfluxDBClient(url, "x", timeout=60) as client:
        try:
            await CALLS[call](client)
        except InfluxDBError as failure:
            assert len(str(failure)) < 5_000  # noqa: PT017


@pytest.mark.parametrize("answer", [name for name in ANSWERS if name not in ("empty", "null")])
@pytest.mark.parametrize("deserializer", ["json", "msgpack", "csv", "jsonl"])
async def test_every_parser_ends_with_a_result_or_with_one_of_our_errors(answer, deserializer):
    async with (
        server(ANSWERS[answer]) as url,
        InfluxDBClient(url, "x", timeout=60, deserializer=deserializer) as client,
    ):
        for columnar in (False, True):
            with contextlib.suppress(InfluxDBError):
                for row in (await client.execute("SELECT f FROM m", columnar=columnar)).rows():
                    repr(row)


@pytest.mark.parametrize(
    "answer",
    ["blanks", "a web page", "a web page called json", "gzip bomb", "a list", "error in a success"],
)
async def test_what_is_no_acknowledgement_is_no_success_of_a_write(answer):
    async with server(ANSWERS[answer]) as url, InfluxDBClient(url, "x", timeout=60) as client:
        with pytest.raises(InfluxDBError):
            await client.write("m", {}, {"f": 1.0}, 1)


@pytest.mark.parametrize("call", ["ping", "query"])
async def test_a_web_page_is_no_server(call):
    async with server(ANSWERS["a web page"]) as url, InfluxDBClient(url, "x") as client:
        with pytest.raises(InfluxDBError, match="a web page came"):
            await CALLS[call](client)


@pytest.mark.parametrize("call", ["ping", "write"])
async def test_an_endless_body_of_a_short_response_is_left_early(call):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    async with server(head, endless=piece) as url, InfluxDBClient(url, "x") as client:
        with contextlib.suppress(InfluxDBError):
            await CALLS[call](client)


async def test_the_error_behind_bytes_that_are_no_utf_8_is_not_hidden():
    async with (
        server(ANSWERS["error in Latin-1 called json"]) as url,
        InfluxDBClient(url, "x") as client,
    ):
        with pytest.raises(AuthenticationError, match="gesch"):
            await client.ping()
