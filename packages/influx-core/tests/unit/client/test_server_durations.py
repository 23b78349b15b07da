"""Durations in the form of a server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from influx_core._client.server_durations import server_duration
from influx_core.errors import DecodeError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", timedelta()),
        ("0", timedelta()),
        ("168h0m0s", timedelta(days=7)),
        ("336h0m0.014s", timedelta(days=14, milliseconds=14)),
        ("2h0m0.5s", timedelta(hours=2, seconds=0.5)),
        ("1h0m0.000001s", timedelta(hours=1, microseconds=1)),
        ("1.5ms", timedelta(microseconds=1500)),
        ("3\N{MICRO SIGN}s", timedelta(microseconds=3)),
    ],
)
def test_fractions_of_a_second_are_kept(text: str, expected: timedelta):
    assert server_duration(text) == expected


@pytest.mark.parametrize("text", ["", "ever", "7", "1h ", "-1h", "1y", None, 5])
def test_what_is_no_duration_is_never_read_as_for_ever(text: object):
    with pytest.raises(DecodeError, match="is not a duration"):
        server_duration(text)
