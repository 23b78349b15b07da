from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from influx_core._lineprotocol.decode.decoder import scan_with
from influx_core._lineprotocol.decode.fast_decode import PatternScanner
from influx_core._points.data_point import DataPoint, Unsigned
from influx_core.errors import ConfigError, DecodeError
from influx_core.lineprotocol import BadLine, decode, scan

ALL_RULES = pytest.mark.parametrize("rules", ["v2", "1.x"])


@ALL_RULES
def test_a_line_becomes_a_point(rules: Any) -> None:
    data = b'cpu,host=a\\ b,dc=eu load=0.64,n=3i,ok=t,s="say \\"hi\\"" 1434055562000000000'
    assert decode(data, rules=rules) == [
        DataPoint(
            "cpu",
            {"host": "a b", "dc": "eu"},
            {"load": 0.64, "n": 3, "ok": True, "s": 'say "hi"'},
            1434055562000000000,
        )
    ]


@ALL_RULES
def test_times_become_nanoseconds(rules: Any) -> None:
    assert decode(b"m f=1 1577836800", "s", rules=rules)[0].timestamp == 1577836800 * 10**9


@ALL_RULES
def test_a_missing_time_is_the_default_rounded_down(rules: Any) -> None:
    assert decode(b"m f=1", "s", 1_999_999_999, rules=rules)[0].timestamp == 1_000_000_000
    assert decode(b"m f=1", "s", -1, rules=rules)[0].timestamp == -1_000_000_000
    assert decode(b"m f=1", rules=rules)[0].timestamp is None


@pytest.mark.parametrize("default_time", ["now", 1.5, datetime(2020, 1, 1, tzinfo=UTC)])
def test_a_default_time_is_an_integer(default_time: Any) -> None:
    with pytest.raises(ConfigError, match="default_time takes an integer, nanoseconds since 1970"):
        decode(b"m f=1", "s", default_time)


@ALL_RULES
def test_comments_and_empty_lines_are_no_points(rules: Any) -> None:
    assert len(decode(b"\n# comment\n  \nm f=1\n\n", rules=rules)) == 1
    assert decode(b"", rules=rules) == []


def test_an_unsigned_integer_stays_one() -> None:
    value = decode(b"m f=18446744073709551615u")[0].fields["f"]
    assert (type(value), value) == (Unsigned, 2**64 - 1)


def test_an_error_gives_line_column_and_reason() -> None:
    with pytest.raises(
        DecodeError, match=r"^line 3, column 5: field 'f' has no valid value$"
    ) as caught:
        decode(b'm f="a\nb"\nm f=nan 1\n')
    assert (caught.value.line, caught.value.column) == (3, 5)


@ALL_RULES
@pytest.mark.parametrize("end", ["x", ".x", ".5.", "e", "e5x", ".5e-5-", "ix"])
def test_an_invalid_number_is_found_in_one_pass(rules: Any, end: str) -> None:
    digits = "1" * 1_000_000  # two passes for each of them would take hours
    for number in (digits, f"0x{digits}", f"1.{digits}", f"1e{digits}"):
        with pytest.raises(DecodeError):
            decode(f"m f={number}{end}".encode(), rules=rules)


def test_an_unknown_precision_is_an_error_of_the_call() -> None:
    with pytest.raises(ConfigError, match="unknown precision 'd'"):
        decode(b"", "d")  # type: ignore[arg-type]


@ALL_RULES
def test_scanning_goes_on_after_a_bad_line(rules: Any) -> None:
    items = list(scan(b"m f=1 1\nbad\n m f=x 2\nm f=3 3", rules=rules))
    assert [type(item) for item in items] == [DataPoint, BadLine, BadLine, DataPoint]
    first, second = (item for item in items if isinstance(item, BadLine))
    assert (first.raw, first.line) == (b"bad", 2)
    assert (second.raw, second.line) == (b"m f=x 2", 3)
    assert second.text == f"unable to parse 'm f=x 2': {second.reason}"


def test_a_bad_line_shows_what_is_no_utf8_as_the_server_does() -> None:
    (bad,) = scan(b"\xff\xfe", rules="1.x")
    assert isinstance(bad, BadLine)
    assert bad.text == "unable to parse '\ufffd\ufffd': missing fields"


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"\xff f=1", 500, 'proto: field "tsdb.MeasurementFields.Name" contains invalid UTF-8'),
        (b"m f=1,f=2i", 400, "field type conflict"),
        (
            b"m," + b",".join(b"t%d=x" % i for i in range(100)) + b" f=1",
            500,
            "Internal Server Error",
        ),
    ],
)
def test_some_lines_take_the_whole_request_down(data: bytes, status: int, reason: str) -> None:
    (bad,) = scan(data, rules="1.x")
    assert isinstance(bad, BadLine)
    assert (bad.status, bad.reason, bad.text) == (status, reason, reason)


def test_the_type_of_a_field_time_is_in_conflict_with_nothing() -> None:
    (point,) = scan(b"m time=1i,f=1,time=2.5 5", rules="1.x")
    assert point == DataPoint("m", {}, {"time": 2.5, "f": 1.0}, 5)


REGULAR = [
    b'm,t=v%d f=%d.5,g=1e%d,n=%di,s="x %d\xc3\xa9",b=%s %d'
    % (i, i, i, i, i, b"tTFf"[i % 4 : i % 4 + 1], i)
    for i in range(50)
]


def expected(lines: list[bytes], rules: Any) -> list[DataPoint | BadLine]:
    """What the rules make of each line alone, where nothing can be read by its shape."""
    return [item for line in lines for item in scan(line, "ms", rules=rules)]


@ALL_RULES
@pytest.mark.parametrize(
    "odd",
    [
        b'm,t=v f=1.5,g=1,n=99999999999999999999i,s="",b=t 1',
        b'm,t=v f=1.,g=.5,n=007i,s="",b=t 1',
        b'm,t=v f=-0,g=1,n=1i,s="",b=t 1',
        b'm,t=v f=1,g=-0,n=1i,s="",b=t 1',
        b'm,t=v f=1e400,g=1,n=1i,s="",b=t 1',
        b'm,t=v f=1,g=--1,n=1i,s="",b=t 1',
        b'm,t=v f=1,g=1,n=1i,s="",b=tr 1',
        b'm,t=v f=1,g=1,n=1i,s="\xff",b=t 1',
        b'm,t=v f=1,g=1,n=1i,s="",b=t 99999999999999999',
        b'm,t=,u=v f=1,g=1,n=1i,s="",b=t 1',
        b'm,t=v,t=w f=1,g=1,n=1i,s="",b=t 1',
        b"m,t=v f=1,f=2 1",
        b"m,t=v f=+1 1",
        b"m f=1\r",
        b"#m f=1",
        b"",
    ],
)
def test_lines_read_by_their_shape_are_read_by_the_rules(odd: bytes, rules: Any) -> None:
    lines = [*REGULAR[:25], odd, *REGULAR[25:]]
    items = list(scan(b"\n".join(lines), "ms", rules=rules))
    shown = [item.reason if isinstance(item, BadLine) else repr(item) for item in items]
    assert shown == [
        item.reason if isinstance(item, BadLine) else repr(item) for item in expected(lines, rules)
    ]


def test_a_field_with_two_types_tells_what_was_read_before_the_second() -> None:
    (bad,) = scan(b"m,t=x f=1,g=2i,f=3i 5", rules="1.x")
    assert isinstance(bad, BadLine)
    assert bad.before == ("m", {"t": "x"}, {"f": 1.0, "g": 2}, 5)
    assert [name for name, _ in bad.pairs][:2] == ["f", "g"]


def test_points_read_together_do_not_share_their_tags() -> None:
    first, second, *_ = decode(b"m,t=a f=1\n" * 20)
    assert first.tags == second.tags
    assert first.tags is not second.tags


def test_many_shapes_are_read_in_order() -> None:
    lines = [b"m%d f%d=%di %d" % (i % 30, i % 30, i, i) for i in range(3000)]
    assert [point.timestamp for point in decode(b"\n".join(lines))] == list(range(3000))


@pytest.mark.parametrize("rules", ["1.x", "v2"])
@pytest.mark.parametrize("odd", [b'm s="\\"" 1', b"m bad", b'm s="\\"" 1\r'])
def test_the_scanner_goes_on_at_the_start_of_a_line(odd: bytes, rules: Any) -> None:
    data = b"\n".join([b"m f=1 1", odd, *[b"m f=1 1"] * 10])
    asked: list[int] = []

    class Watched(PatternScanner):
        def scan(self, position: int) -> tuple[list[DataPoint], int]:
            asked.append(position)
            return super().scan(position)

    assert len(list(scan_with(Watched, data, rules=rules))) == 12
    assert len(asked) <= 4
    assert all(data[at - 1 : at] in (b"", b"\n") for at in asked[:-1])
