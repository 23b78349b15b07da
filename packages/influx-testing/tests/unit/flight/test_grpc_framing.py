"""Messages and trailers in the bodies of calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._flight.grpc_framing import (
    TrailerSplitter,
    call_end,
    framed,
    messages_of,
    trailers_of,
)
from influx_testing._flight.grpc_status import (
    GRPCCode,
    GRPCError,
    code_of_http_status,
    grpc_timeout,
    status_headers,
    status_of,
)

MESSAGES = st.lists(st.binary(max_size=50), max_size=5)


@given(MESSAGES)
def test_messages_are_read_as_they_were_framed(messages: list[bytes]) -> None:
    assert list(messages_of(b"".join(map(framed, messages)))) == messages


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\0", GRPCCode.INTERNAL),
        (b"\0\0\0\0\5abc", GRPCCode.INTERNAL),
        (b"\0\xff\xff\xff\xff", GRPCCode.INTERNAL),
        (b"\1\0\0\0\1a", GRPCCode.UNIMPLEMENTED),
        (b"\x42\0\0\0\1a", GRPCCode.INTERNAL),
    ],
)
def test_a_broken_body_is_an_error_of_the_call(body: bytes, code: GRPCCode) -> None:
    with pytest.raises(GRPCError) as caught:
        list(messages_of(body))
    assert caught.value.code is code


@given(MESSAGES, st.data())
def test_trailers_are_found_however_the_body_is_divided(
    messages: list[bytes], data: st.DataObject
) -> None:
    frames = b"".join(map(framed, messages))
    body = frames + call_end(GRPCCode.NOT_FOUND, "no ☃")
    splitter, sent = TrailerSplitter(), b""
    while body:
        size = data.draw(st.integers(1, len(body)))
        sent += b"".join(splitter.data(body[:size]))
        body = body[size:]
    assert sent == frames
    assert splitter.trailers is not None
    assert status_of(splitter.trailers) == (GRPCCode.NOT_FOUND, "no ☃")


def test_a_cut_message_is_sent_as_far_as_it_came() -> None:
    splitter = TrailerSplitter()
    assert b"".join(splitter.data(framed(b"0123456789")[:9])) == b"\0\0\0\0\x0a0123"
    assert splitter.trailers is None


def test_a_message_is_not_taken_for_trailers() -> None:
    assert trailers_of(framed(b"grpc-status: 0")) is None
    assert trailers_of(b"") is None


@given(st.sampled_from(GRPCCode), st.text(min_size=1, max_size=200))
def test_a_status_survives_its_headers(code: GRPCCode, message: str) -> None:
    headers = status_headers(code, message)
    assert headers["grpc-message"].isascii()
    assert headers["grpc-message"].isprintable()
    shown = message.encode("utf-8", "replace").decode()
    assert status_of(headers) == (code, shown)


def test_long_texts_are_cut_as_on_the_server() -> None:
    found = status_of(status_headers(GRPCCode.INTERNAL, "x" * 3_000))
    assert found == (GRPCCode.INTERNAL, "x" * 2_000 + "...")


def test_an_unknown_status_is_none() -> None:
    assert status_of({}) is None
    assert status_of({"grpc-status": "99"}) is None
    assert code_of_http_status(418) is GRPCCode.UNKNOWN
    assert code_of_http_status(503) is GRPCCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1H", 3600.0), ("2M", 120.0), ("3S", 3.0), ("250m", 0.25), ("5u", 5e-6), ("7n", 7e-9)],
)
def test_timeouts_have_six_units(value: str, seconds: float) -> None:
    assert grpc_timeout(value) == pytest.approx(seconds)


@pytest.mark.parametrize("value", [None, "", "1", "S", "-1S", "1.5S", "123456789S", "1s"])
def test_an_invalid_timeout_is_none(value: str | None) -> None:
    assert grpc_timeout(value) is None
