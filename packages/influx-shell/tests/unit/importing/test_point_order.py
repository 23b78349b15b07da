"""Bodies wait for each other where a point of one may replace a point of the other, else never."""

from __future__ import annotations

import pytest

from influx_core.plugins import Plugins
from influx_core.timestamps import Precision
from influx_shell._import.point_order import BodyPoints


@pytest.fixture(params=[True, False], ids=["installed", "in Python"])
def points(request):
    summarizer = Plugins(discover=request.param).line_summarizer()

    def body(data: bytes, precision: Precision = "ns") -> BodyPoints:
        return BodyPoints(summarizer, data, summarizer.summarize(data, final=True), precision)

    return body


@pytest.mark.parametrize(
    ("one", "other", "replaces"),
    [
        (b"m f=1 1\nm f=1 9\n", b"m f=2 9\nm f=2 17\n", True),
        (b"m f=1 1\nm f=1 9\n", b"m f=2 10\nm f=2 17\n", False),
        (b"m,a=1 f=1 1\nm,a=1 f=1 9\n", b"m,a=2 f=1 1\nm,a=2 f=1 9\n", False),
        (b"m,a=1,b=2 f=1 5\n", b"m,b=2,a=1 f=2 5\n", True),
        (b"m f=1 5\nm f=1 7\n", b"m g=1 5\nm g=1 7\n", False),
        (b"m f=1 5\nm f=1 7\n", b"m g=1,f=2 5\nm g=1 7\n", True),
        (b"m f=1,g=2 5\n", b"m h=1,i=2 5\n", True),
        (b"# a comment\n\n", b"m f=1 5\n", False),
        (b'm s="a\nm f=1 5" 5\n', b"m f=1 5\n", False),
    ],
)
def test_a_body_may_replace_points_of_the_same_series_time_and_field(points, one, other, replaces):
    assert points(one).may_replace(points(other)) is replaces
    assert points(other).may_replace(points(one)) is replaces


def test_a_body_waits_for_one_whose_times_have_another_unit(points):
    assert points(b"m f=1 5\n", "s").may_replace(points(b"m f=1 5000000000\n"))
