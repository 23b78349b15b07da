"""What is encoded comes back unchanged: from our own decoder, and from a real InfluxDB."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import math
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from influx_core._points.data_point import DataPoint, Unsigned
from influx_core.errors import DecodeError, EncodeError
from influx_core.lineprotocol import BadLine, decode, encode, scan
from influx_core.timestamps import MAX_NS, MIN_NS

# The characters that mean something, and some that must not; lone surrogates have no UTF-8.
NAMES = st.one_of(
    st.text('\\, ="a#%s', min_size=1, max_size=6),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)
STRINGS = st.one_of(
    st.text('\\" \n=,a', max_size=8), st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    STRINGS,
)
TIMES = st.one_of(st.integers(MIN_NS, MAX_NS), st.none())


def points(values: st.SearchStrategy[Any], times: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        DataPoint,
        NAMES,
        st.dictionaries(NAMES, NAMES, max_size=3),
        st.dictionaries(NAMES, values, min_size=1, max_size=4),
        times,
    )


def kept(items: list[DataPoint], **options: Any) -> tuple[list[DataPoint], bytes]:
    """The points that can be written, and all of them written."""
    refused: set[int] = set()
    body = encode(items, on_invalid=lambda index, error: refused.add(index), **options)
    return [item for index, item in enumerate(items) if index not in refused], body


def typed(point: DataPoint) -> Any:
    fields = sorted((key, type(value), value) for key, value in point.fields.items())
    return point.measurement, dict(point.tags), fields, point.timestamp


@pytest.mark.parametrize("rules", ["v2", "1.x"])
@given(st.lists(points(VALUES, TIMES), max_size=30))
def test_what_is_encoded_is_decoded_unchanged(rules: Any, items: list[DataPoint]) -> None:
    good, body = kept(items)
    assert [typed(point) for point in decode(body, rules=rules)] == [typed(point) for point in good]


@given(points(st.builds(Unsigned, st.integers(0, 2**64 - 1)), TIMES))
def test_unsigned_integers_come_back_as_such(item: DataPoint) -> None:
    good, body = kept([item], unsigned=True)
    assert [typed(point) for point in decode(body)] == [typed(point) for point in good]


FEW_NAMES = st.sampled_from(["a", "b c", "d=", "%s", "\\"])
FEW_VALUES = st.sampled_from([1, 1.0, True, "1", 'a"b', None, 2**63, math.nan])
ALIKE = st.tuples(
    FEW_NAMES,
    st.none() | st.dictionaries(FEW_NAMES, st.sampled_from(["a", "b c", "", 1, True]), max_size=2),
    st.dictionaries(FEW_NAMES, FEW_VALUES, min_size=1, max_size=3),
    st.sampled_from([0, None, "1970-01-01T00:00:01Z"]),
)
"""Points that are often of one shape, their keys in any order, and not always valid."""


@given(st.lists(ALIKE, max_size=12), st.integers(1, 4))
def test_points_written_together_are_written_as_alone(items: list[Any], times: int) -> None:
    good, body = kept(items * times)
    assert body == b"".join(encode([point]) for point in good)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_comes_back_to_the_bit(value: float) -> None:
    (point, *_) = decode(encode([("m", {}, {"f": value}, 1)] * 9))
    assert point.fields["f"] == value
    assert math.copysign(1, point.fields["f"]) == math.copysign(1, value)


LINES = st.lists(
    st.one_of(st.binary(max_size=40), st.text('m,t=f "\\1ei.-\r\x00#').map(str.encode)), max_size=12
).map(b"\n".join)


@pytest.mark.parametrize("rules", ["v2", "1.x"])
@given(LINES)
def test_decoding_raises_nothing_but_its_own_error(rules: Any, data: bytes) -> None:
    items = list(scan(data, rules=rules))
    bad = next((item for item in items if isinstance(item, BadLine)), None)
    if bad is None:
        assert decode(data, rules=rules) == items
        return
    with pytest.raises(DecodeError, match=r"^line ") as caught:
        decode(data, rules=rules)
    assert (caught.value.line, caught.value.column) == (bad.line, bad.column)


@given(
    st.text(max_size=3),
    st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.text(max_size=3))),
)
def test_encoding_raises_nothing_but_its_own_error(name: str, members: dict[str, Any]) -> None:
    errors: list[EncodeError] = []
    body = encode(
        [(name, members, members, None)], on_invalid=lambda _, error: errors.append(error)
    )
    assert [error.index for error in errors] == ([] if body else [0])


class Server:
    """A database of its own on a real InfluxDB."""

    def __init__(self, url: str, database: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._database = database
        self.query(f'CREATE DATABASE "{database}"')

    def close(self) -> None:
        self.query(f'DROP DATABASE "{self._database}"')
        self._connection.close()

    def query(self, statement: str) -> list[dict[str, Any]]:
        results = json.loads(self._send("/query", {"q": statement, "epoch": "ns"}, b""))["results"]
        return [series for result in results for series in result.get("series", [])]

    def write(self, body: bytes) -> bytes:
        return self._send("/write", {}, body)

    def _send(self, path: str, params: dict[str, str], body: bytes) -> bytes:
        self._connection.request(
            "POST", f"{path}?{urlencode({'db': self._database, **params})}", body
        )
        return self._connection.getresponse().read()


def stored(series: dict[str, Any]) -> Any:
    """The one point of a series, its values as JSON has them."""
    ((ns, *values),) = series["values"]
    tags = {key: value for key, value in series.get("tags", {}).items() if value}
    pairs = zip(series["columns"][1:], values, strict=True)
    return series["name"], tags, {key: value for key, value in pairs if value is not None}, ns


def assert_stored(series: list[dict[str, Any]], wanted: list[DataPoint]) -> None:
    got = {name: members for name, *members in map(stored, series)}
    assert got.keys() == {point.measurement for point in wanted}
    for point in wanted:
        tags, fields, ns = got[point.measurement]
        assert (tags, ns) == (point.tags, point.timestamp)
        assert {
            key: same_kind(value, point.fields[key]) for key, value in fields.items()
        } == point.fields


def same_kind(value: Any, wanted: Any) -> Any:
    """In JSON a float without decimals is an integer; booleans are told apart from numbers."""
    assert isinstance(value, bool) == isinstance(wanted, bool)
    return float(value) if isinstance(wanted, float) else value


@pytest.mark.slow
def test_a_real_influxdb_stores_what_was_meant(influxd_url: str) -> None:
    server = Server(influxd_url, "encoded_points")
    numbers = itertools.count()
    compared = 0

    @settings(
        max_examples=110,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            points(VALUES, st.sampled_from([MIN_NS, -1, 0, 1, MAX_NS])), min_size=12, max_size=12
        )
    )
    def check(items: list[DataPoint]) -> None:
        nonlocal compared
        prefix = f"n{next(numbers)}x"
        # A name of its own for each, and no key that is a tag and a field: `SELECT *` hides one.
        good, body = kept(
            [
                DataPoint(f"{prefix}{index}_{p.measurement}", p.tags, p.fields, p.timestamp)
                for index, p in enumerate(items)
                if not p.tags.keys() & p.fields.keys()
            ]
        )
        answer = server.write(body)
        assert not answer, body
        # Operation for together, fields of one name and two types would hide each other as well.
        queries = (f"SELECT * FROM /^{prefix}{index}_/ GROUP BY *" for index in range(len(items)))
        assert_stored(server.query(";".join(queries)), good)
        compared += len(good)

    with contextlib.closing(server):
        check()
    assert compared >= 500


SIGNS = [b"m", b" ", b",", b"=", b'"', b"\\", b"\n", b"\r", b"\0", b"\x92", b"\xc3\xbc", b"1"]
WORDS = [b"f=", b"t", b"true", b"-", b".", b"e5", b"N", b"#", b"9" * 25, b"0x1p3", b" f=1", b"i"]
PIECES = st.sampled_from([*SIGNS, *WORDS])


@pytest.mark.parametrize("rules", ["v2", "1.x"])
@given(pieces=st.lists(PIECES, max_size=14), times=st.integers(1, 12))
def test_bytes_are_points_and_bad_lines_and_never_another_error(rules, pieces, times):
    data = b"".join(pieces) * times
    items = list(scan(data, rules=rules))
    assert all(isinstance(item, DataPoint | BadLine) for item in items)
    bad = [item for item in items if isinstance(item, BadLine)]
    with contextlib.suppress(DecodeError):
        assert decode(data, rules=rules) == items
        assert not bad
    assert all(isinstance(item.text, str) for item in bad)


@pytest.mark.parametrize("rules", ["v2", "1.x"])
@pytest.mark.parametrize("data", [b"m \x92=1", b"m \x00=t", b"m f=" + b"9" * 5_000 + b"i"])
def test_a_strange_line_is_a_point_or_a_bad_line(rules, data):
    assert len(list(scan(data, rules=rules))) == 1


def test_text_in_place_of_bytes_says_what_is_wanted():
    with pytest.raises(TypeError, match="line protocol is bytes, not str"):
        decode("m f=1")


def test_unknown_rules_of_decode_name_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown rules '2.x'; known are v2, 1.x"):
        decode(b"m f=1", rules="2.x")
