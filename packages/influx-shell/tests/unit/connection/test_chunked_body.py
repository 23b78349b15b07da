"""The frames of chunks are taken off a body, however its bytes arrive."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_shell._connection.chunked_body import ChunkedBody

CHUNKS = st.lists(st.binary(min_size=1, max_size=40), max_size=6)
EXTENSIONS = st.sampled_from([b"", b" ", b";name=value", b'; name="a b"'])
TRAILERS = st.sampled_from([b"", b"Digest: x\r\n", b"A: b\r\nC: d\r\n"])


def framed(chunks: list[bytes], extension: bytes = b"", trailers: bytes = b"") -> bytes:
    frames = [b"%X%s\r\n%s\r\n" % (len(each), extension, each) for each in chunks]
    return b"".join([*frames, b"0", extension, b"\r\n", trailers, b"\r\n"])


def fed(body: ChunkedBody, sent: bytes, size: int) -> bytes:
    return b"".join(body.feed(sent[n : n + size]) for n in range(0, len(sent), size))


@given(CHUNKS, EXTENSIONS, TRAILERS, st.integers(1, 50))
def test_the_body_is_that_of_its_chunks(chunks, extension, trailers, size):
    sent = framed(chunks, extension, trailers)
    body = ChunkedBody()
    assert fed(body, sent, size) == b"".join(chunks)
    assert body.ended


@given(CHUNKS, TRAILERS, st.data())
def test_a_body_that_is_cut_has_not_ended(chunks, trailers, data):
    sent = framed(chunks, trailers=trailers)
    body = ChunkedBody()
    found = body.feed(sent[: data.draw(st.integers(0, len(sent) - 1))])
    assert not body.ended
    assert b"".join(chunks).startswith(found)


def test_bytes_arrive_before_their_chunk_is_complete():
    body = ChunkedBody()
    assert body.feed(b"a\r\n0123") == b"0123"
    assert body.feed(b"45") == b"45"
    assert body.feed(b"6789\r\n0\r\n") == b"6789"
    assert not body.ended
    assert body.feed(b"\r\nmore") == b""
    assert body.ended


@pytest.mark.parametrize(
    "sent",
    [
        b"zz\r\n",
        b"-1\r\nab",
        b"\r\n1\r\na",
        b"2\nab\r\n",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"2\r\nab2\r\nab\r\n",
        b"10000000000000000\r\n",
        b"1" * 20_000,
        b"1;" + b"x" * 20_000,
        b"0\r\n" + b"a: b\r\n" * 4_000,
    ],
)
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_what_is_no_chunk_is_refused(sent, size):
    with pytest.raises(h11.RemoteProtocolError, match="not made of chunks"):
        fed(ChunkedBody(), sent, size)
