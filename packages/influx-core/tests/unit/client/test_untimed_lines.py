"""Lines without a time: none replaces another one, and all others stay as they are."""

from __future__ import annotations

import pytest

from influx_core._client.untimed_lines import kept_apart
from influx_core.errors import EncodeError

NOW = 1_700_000_000_000_000_000


def kept(lines: bytes, precision="ns") -> bytes:
    return kept_apart(lines, precision, lambda: NOW)


@pytest.mark.parametrize(
    "lines",
    [
        b"m f=1 1\nm f=2 2\n",
        b"m f=1\n",
        b"m f=1\nm f=2 5\n",
        b"m,t=a f=1\nm,t=b f=1\nn f=1\n",
        b"m f=1\nm g=2\n",
        b"m\\ a f=1\nm\\ b f=1",
        b"# m f=1\n\nm f=1\n",
        b"bad\nbad\n",
        b"",
    ],
)
def test_lines_of_which_none_replaces_another_stay_as_they_are(lines):
    assert kept(lines) is lines


def test_lines_that_would_replace_each_other_get_times_in_order():
    lines = b"m,a=1,b=2 f=1\nm,b=2,a=1 g=1,f=2\nn f=1\nm f=3 7"
    assert kept(lines) == (
        b"m,a=1,b=2 f=1 %d\nm,b=2,a=1 g=1,f=2 %d\nn f=1 %d\nm f=3 7\n" % (NOW, NOW + 1, NOW + 2)
    )


def test_the_times_are_in_the_precision_of_the_call():
    assert kept(b"m f=1\nm f=1\n", "ms") == b"m f=1 1700000000000\nm f=1 1700000000001\n"
    with pytest.raises(EncodeError, match="Give times, or a finer precision"):
        kept(b"m f=1\nm f=1\n", "s")


def test_a_line_end_in_a_string_is_no_end_of_a_line():
    lines = b'm s="a\nm f=1"\nm s="b"\n'
    assert kept(lines) == b'm s="a\nm f=1" %d\nm s="b" %d\n' % (NOW, NOW + 1)
