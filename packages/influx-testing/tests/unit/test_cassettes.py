from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core.interfaces import LocalResponse, Request
from influx_testing import FakeInfluxDB
from influx_testing._cassettes.cassettes import Cassette, Recorder, Replay
from influx_testing._cassettes.readable_msgpack import from_readable, to_readable

WRITE = Request("POST", "/write", (("u", "jane"), ("db", "d"), ("p", "hush")), {}, b"m v=1 1\n")
ASK = Request("GET", "/query", (("q", "SELECT v FROM m"), ("db", "d")))


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    fake = FakeInfluxDB()
    fake.create_database("d")
    recorder = Recorder(fake.handle)
    for request in (WRITE, ASK):
        recorder.answer(request)
    recorder.cassette.save(tmp_path / "sub" / "c.json")
    return tmp_path / "sub" / "c.json"


def body(reply: LocalResponse) -> bytes:
    return b"".join(reply.pieces)


def test_what_was_recorded_is_answered_again(cassette: Path) -> None:
    replay = Replay(Cassette.load(cassette))
    assert replay.answer(WRITE).status == 204
    reply = replay.answer(replace(ASK, params=ASK.params[::-1], headers={"x-request-id": "7"}))
    assert json.loads(body(reply))["results"][0]["series"][0]["name"] == "m"
    assert replay.problems() == []


def test_credentials_and_what_changes_each_time_are_not_in_the_file(cassette: Path) -> None:
    text = cassette.read_text()
    assert "hush" not in text
    assert "jane" not in text
    assert "request-id" not in text.lower()


def test_a_token_that_influxdb_3_creates_is_not_in_the_file(tmp_path: Path) -> None:
    recorder = Recorder(FakeInfluxDB("3.x", token="t0k3n").handle)
    headers = {"authorization": "Bearer t0k3n"}
    path = "/api/v3/configure/token/admin/regenerate"
    reply = recorder.answer(Request("POST", path, headers=headers))
    token = json.loads(body(reply))["token"]
    recorder.cassette.save(tmp_path / "c.json")
    text = (tmp_path / "c.json").read_text()
    assert token.startswith("apiv3_")
    assert "apiv3_" not in text
    assert "_admin" in text


def test_the_same_requests_make_the_same_file(cassette: Path, tmp_path: Path) -> None:
    loaded = Cassette.load(cassette)
    loaded.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == cassette.read_bytes()


def test_a_request_that_was_not_recorded_shows_the_nearest_one(cassette: Path) -> None:
    replay = Replay(Cassette.load(cassette))
    other = replace(ASK, params=(("q", "SELECT w FROM m"), ("db", "d")))
    reply = replay.answer(other)
    assert reply.status == 501
    assert b"-  q = SELECT v FROM m\n+  q = SELECT w FROM m" in body(reply)
    assert replay.problems()[0] == body(reply).decode().rstrip("\n")


def test_an_answer_is_given_once_and_each_one_has_to_be_asked(cassette: Path) -> None:
    replay = Replay(Cassette.load(cassette))
    replay.answer(ASK)
    replay.answer(ASK)
    again, missed = replay.problems()
    assert again.startswith("not recorded, or answered already: GET /query SELECT v FROM m")
    assert missed == "recorded, and never asked: POST /write m v=1 1"


def test_bytes_that_are_no_text_are_kept_too(cassette: Path) -> None:
    recorder = Recorder(lambda request: LocalResponse(200, {}, (b"\xff\x00",)))
    recorder.answer(ASK)
    recorder.cassette.save(cassette)
    assert body(Replay(Cassette.load(cassette)).answer(ASK)) == b"\xff\x00"


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2, "exchanges": []}'])
def test_what_is_no_cassette_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(ValueError, match=r"c\.json (is|has) "):
        Cassette.load(tmp_path / "c.json")


def test_a_cassette_that_is_not_there_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--influx-url"):
        Cassette.load(tmp_path / "c.json")


MSGPACK = {"accept": "application/x-msgpack"}


def recorded(tmp_path: Path, data: bytes, *params: tuple[str, str]) -> tuple[str, bytes, bytes]:
    """The text of a cassette with one query in MessagePack, its response, and the replayed one."""
    fake = FakeInfluxDB()
    fake.load(data, "d")
    recorder = Recorder(fake.handle)
    request = Request("GET", "/query", (("q", "SELECT * FROM m"), ("db", "d"), *params), MSGPACK)
    original = body(recorder.answer(request))
    recorder.cassette.save(tmp_path / "c.json")
    replayed = body(Replay(Cassette.load(tmp_path / "c.json")).answer(request))
    return (tmp_path / "c.json").read_text(), original, replayed


def test_a_response_in_messagepack_can_be_read_in_the_file(tmp_path: Path) -> None:
    data = b'm,t=\xc3\xa9 f=1.5,n=2i,b=true,s="x y" 1577836800000000001\n'
    text, original, replayed = recorded(tmp_path, data)
    assert replayed == original
    for part in ('"$time": "2020-01-01T00:00:00.000000001Z"', "1.5", '"x y"', "true", "\u00e9"):
        assert part in text
    assert "base64" not in text


def test_a_chunked_response_in_messagepack_has_several_documents(tmp_path: Path) -> None:
    lines = b"".join(b"m v=%d %d\n" % (n, n) for n in range(5))
    text, original, replayed = recorded(tmp_path, lines, ("chunked", "true"), ("chunk_size", "2"))
    assert replayed == original
    assert text.count('"statement_id"') == 3


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.floats()
        | st.text()
        | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_every_messagepack_is_replayed_byte_by_byte(value: object) -> None:
    data = msgspec.msgpack.encode(value) * 2
    readable = to_readable(data)
    assert readable is None or from_readable(readable) == data


def test_a_mismatch_is_text_without_escapes(cassette: Path) -> None:
    replay = Replay(Cassette.load(cassette))
    line = 'm,t=\u00e9 s="a \\"b\\"" 1'
    replay.answer(replace(WRITE, body=f"{line}\n".encode()))
    assert f"+{line}" in replay.problems()[0].splitlines()
    assert "-m v=1 1" in replay.problems()[0].splitlines()
