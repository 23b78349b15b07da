"""PointEncoder: lines, spans, times of arrival, and points that are refused."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from influx_core import DataPoint, EncodeError
from influx_core._batch.queueing.point_encoder import PointEncoder
from influx_core._batch.receipts import CallReceipt
from influx_core._lineprotocol.serializer import LineProtocolSerializer
from influx_core._points.batching import Fullness
from influx_core.interfaces import Target

NOW = 1_700_000_000_000_000_000


@pytest.fixture
def encoder():
    return PointEncoder(LineProtocolSerializer(), Fullness(1000, 100, 1.0), lambda: NOW)


def target(precision: str = "ns") -> Target:
    return Target("db", precision=precision)


def lines_of(chunks) -> list[bytes]:
    return b"".join(chunk.lines for chunk in chunks).splitlines()


def test_a_point_is_one_chunk_with_its_time_as_span(encoder):
    receipt = CallReceipt()
    chunk = encoder.encode(("m", {}, {"f": 1}, 7), target(), receipt)
    assert (chunk.lines, chunk.points, chunk.span) == (b"m f=1i 7\n", 1, (7, 7))
    assert chunk.receipt is receipt


def test_points_without_a_time_all_get_another_one(encoder):
    chunks = [
        encoder.encode(DataPoint("m", {}, {"f": 1}), target(), CallReceipt()) for _ in range(3)
    ]
    assert lines_of(chunks) == [b"m f=1i %d" % (NOW + n) for n in range(3)]


class Reading(NamedTuple):
    measurement: str
    tags: dict[str, str]
    fields: dict[str, int]
    at: int | None = None


FORMS = {
    "DataPoint": DataPoint,
    "tuple": lambda *parts: (*parts, *[None] * (4 - len(parts))),
    "NamedTuple": Reading,
    "dict": lambda *parts: dict(
        zip(("measurement", "tags", "fields", "time"), parts, strict=False)
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_point_of_any_form_gets_a_time_and_has_its_span(encoder, form):
    untimed = encoder.encode(FORMS[form]("m", {}, {"f": 1}), target(), CallReceipt())
    assert (untimed.lines, untimed.span) == (b"m f=1i %d\n" % NOW, (NOW, NOW))
    timed = encoder.encode(FORMS[form]("m", {}, {"f": 1}, 7), target(), CallReceipt())
    assert (timed.lines, timed.span) == (b"m f=1i 7\n", (7, 7))


@pytest.mark.parametrize("form", FORMS)
def test_a_serializer_of_a_plugin_gets_only_points_and_tuples(form):
    class Plain:
        content_type = "text/plain"

        def dump(self, points, precision, on_invalid=None):
            assert all(isinstance(point, (DataPoint, tuple)) for point in points)
            return b"x\n"

    encoder = PointEncoder(Plain(), Fullness(1000, 100, 1.0), lambda: NOW)
    point = FORMS[form]("m", {}, {"f": 1})
    assert encoder.encode(point, target(), CallReceipt()).lines == b"x\n"
    assert lines_of(encoder.encode_many([point], target(), CallReceipt(), pytest.fail)) == [b"x"]


@pytest.mark.parametrize(("precision", "unit"), [("ns", 1), ("us", 1000), ("ms", 1_000_000)])
def test_points_of_one_call_without_a_time_are_all_kept(encoder, precision, unit):
    points = [("m", {}, {"f": n}, None) for n in range(5)]
    chunks = encoder.encode_many(points, target(precision), CallReceipt(), pytest.fail)
    assert lines_of(chunks) == [b"m f=%di %d" % (n, NOW // unit + n) for n in range(5)]


def test_with_a_coarse_precision_only_points_of_one_series_get_in_each_others_way(encoder):
    refused = []
    points = [("m", {"t": tag}, {"f": 1}, None) for tag in "aba"]
    chunks = encoder.encode_many(
        points, target("s"), CallReceipt(), lambda point, error: refused.append((point, str(error)))
    )
    assert lines_of(chunks) == [b"m,t=%b f=1i 1700000000" % tag for tag in (b"a", b"b")]
    ((point, reason),) = refused
    assert point is points[2]
    assert "point 2: the point has no time" in reason
    assert "finer precision" in reason


@pytest.mark.parametrize("end", [b"\n", b"", b"\r\n", b"\n\n"])
def test_lines_without_a_time_are_all_kept(encoder, end):
    given = b"m f=1\n# a comment\n\nm f=2 7\r\n  m f=3" + end
    chunks = list(encoder.encode_lines(given, target(), CallReceipt()))
    assert lines_of(chunks) == [b"m f=1 %d" % NOW, b"m f=2 7", b"m f=3 %d" % (NOW + 1)]
    assert sum(chunk.points for chunk in chunks) == 3
    assert all(chunk.lines.endswith(b"\n") for chunk in chunks)


def test_lines_that_would_get_the_same_time_are_refused(encoder):
    with pytest.raises(EncodeError, match="finer precision"):
        list(encoder.encode_lines(b"m f=1\nm f=2\n", target("s"), CallReceipt()))


def test_what_cannot_be_encoded_is_left_out_and_told_with_its_position(encoder):
    refused = []
    points = [("m", {}, {"f": 1}, 1), ("m", {}, {"f": float("nan")}, None), ("m", {}, {"f": 3}, 3)]
    chunks = encoder.encode_many(
        points,
        target(),
        CallReceipt(),
        lambda point, error: refused.append((point[2], error.index)),
    )
    found = list(chunks)
    assert lines_of(found) == [b"m f=1i 1", b"m f=3i 3"]
    assert sum(chunk.points for chunk in found) == 2
    assert [index for _, index in refused] == [1]


def test_no_chunk_is_larger_than_a_batch(encoder):
    points = [("m", {}, {"f": n}, n) for n in range(1000, 1050)]
    chunks = list(encoder.encode_many(points, target(), CallReceipt(), pytest.fail))
    assert all(len(chunk.lines) <= 100 for chunk in chunks)
    assert sum(chunk.points for chunk in chunks) == 50


@pytest.mark.parametrize("junk", [None, 7, ("m", {}), object()])
def test_what_is_no_point_is_the_callers_error(encoder, junk):
    with pytest.raises(EncodeError):
        encoder.encode(junk, target(), CallReceipt())
    refused = []
    list(encoder.encode_many([junk], target(), CallReceipt(), lambda *facts: refused.append(facts)))
    assert len(refused) == 1
