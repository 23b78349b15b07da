"""The wire format of Protocol Buffers, compared with what Arrow itself writes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._flight.flight_messages import (
    FlightData,
    FlightDescriptor,
    FlightEndpoint,
    FlightInfo,
    Ticket,
)
from influx_testing._flight.flight_sql_messages import GetTables, packed, unpacked
from influx_testing._flight.protobuf import (
    ProtobufError,
    ProtobufMessage,
    data,
    many,
    number,
    optional,
    sub,
    text,
)


@dataclass(frozen=True, slots=True)
class Inner(ProtobufMessage):
    name: str = text(1)


@dataclass(frozen=True, slots=True)
class Outer(ProtobufMessage):
    count: int = number(1)
    body: bytes = data(1000)
    inner: Inner | None = sub(3, Inner)
    numbers: tuple[int, ...] = many(4, int)
    names: tuple[str, ...] = many(5, str)
    inners: tuple[Inner, ...] = many(6, Inner)
    word: str | None = optional(7, str)
    level: int | None = optional(8, int)


INNERS = st.builds(Inner, st.text())
INTEGERS = st.integers(-(2**63), 2**63 - 1)
OUTERS = st.builds(
    Outer,
    count=INTEGERS,
    body=st.binary(max_size=300),
    inner=st.none() | INNERS,
    numbers=st.lists(INTEGERS).map(tuple),
    names=st.lists(st.text()).map(tuple),
    inners=st.lists(INNERS).map(tuple),
    word=st.none() | st.text(),
    level=st.none() | INTEGERS,
)


@given(OUTERS)
def test_a_message_is_read_as_it_was_written(message: Outer) -> None:
    assert Outer.decode(message.encode()) == message


@given(st.binary())
def test_any_bytes_are_a_message_or_an_error(written: bytes) -> None:
    for kind in (Outer, FlightInfo, FlightData, GetTables):
        try:
            found = kind.decode(written)
        except ProtobufError:
            continue
        assert kind.decode(found.encode()) == found


def test_the_bytes_are_those_of_the_specification() -> None:
    assert Outer(count=150).encode() == b"\x08\x96\x01"
    assert Outer(inner=Inner("testing")).encode() == b"\x1a\x09\x0a\x07testing"
    assert Outer(count=-1).encode() == b"\x08" + b"\xff" * 9 + b"\x01"


def test_defaults_are_left_out_but_for_optional_fields() -> None:
    assert Outer().encode() == b""
    assert Outer(word="", level=0, inner=Inner()).encode() == b"\x1a\x00\x3a\x00\x40\x00"


def test_packed_numbers_and_unknown_fields_are_read() -> None:
    assert Outer.decode(b"\x22\x03\x01\x96\x01").numbers == (1, 150)
    unknown = b"\x78\x01" + b"\x79" + bytes(8) + b"\x7a\x02hi" + b"\x7d" + bytes(4)
    assert Outer.decode(unknown + b"\x08\x01") == Outer(count=1)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"\x08", "an integer has no end"),
        (b"\x08" + b"\xff" * 11, "an integer has no end"),
        (b"\x1a\x05ab", "field 3 ends after the message"),
        (b"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "field 3 ends after the message"),
        (b"\x0a\x01a", "field 1 has the wire type 2, not 0"),
        (b"\x00\x01", "a field has the number 0"),
        (b"\x0b", "field 1 has the unknown wire type 3"),
        (b"\x3a\x01\xff", "text is not valid UTF-8"),
    ],
)
def test_broken_bytes_say_what_is_wrong(written: bytes, reason: str) -> None:
    with pytest.raises(ProtobufError, match=reason):
        Outer.decode(written)


def test_a_message_with_its_name_is_found_by_it() -> None:
    command = GetTables(catalog="", table_types=("VIEW",), include_schema=1)
    assert unpacked(packed(command)) == command
    assert unpacked(b"\x0a\x03a.B") is None


@given(st.binary(), st.lists(st.text(min_size=1)))
def test_descriptors_and_tickets_are_those_of_arrow(command: bytes, path: list[str]) -> None:
    flight = pytest.importorskip("pyarrow.flight", reason="pyarrow is not installed")
    asked = flight.FlightDescriptor.for_command(command)
    assert FlightDescriptor.decode(asked.serialize()) == FlightDescriptor(2, command)
    assert FlightDescriptor(2, command).encode() == asked.serialize()
    named = flight.FlightDescriptor.for_path(*path)
    assert FlightDescriptor.decode(named.serialize()) == FlightDescriptor(1, b"", tuple(path))
    assert Ticket(command).encode() == flight.Ticket(command).serialize()


@given(st.integers(-1, 2**62), st.integers(-1, 2**62), st.binary(min_size=1))
def test_information_is_read_by_arrow(records: int, size: int, ticket: bytes) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    flight = pytest.importorskip("pyarrow.flight", reason="pyarrow is not installed")
    schema = pyarrow.schema([("time", pyarrow.timestamp("ns"))])
    written = FlightInfo(
        bytes(schema.serialize()),
        FlightDescriptor(2, b"command"),
        (FlightEndpoint(Ticket(ticket)),),
        records,
        size,
    ).encode()
    info = flight.FlightInfo.deserialize(written)
    assert (info.schema, info.total_records, info.total_bytes) == (schema, records, size)
    assert [endpoint.ticket.ticket for endpoint in info.endpoints] == [ticket]
    assert FlightInfo.decode(written).encode() == written
