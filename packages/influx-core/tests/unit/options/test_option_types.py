from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from influx_core._options.option_types import (
    FLAG,
    NAME,
    NONE,
    PATH,
    TEXT,
    any_of,
    duration,
    number,
    size,
    whole,
    word,
)


@pytest.mark.parametrize(
    ("option_type", "given", "value"),
    [
        (whole(1), 3, 3),
        (whole(1), "3", 3),
        (number(0), "0.5", 0.5),
        (duration(), 2, 2),
        (duration(), "2", 2),
        (duration(), "500ms", 0.5),
        (duration(), "1.5 m", 90),
        (duration(), "2h", 7200),
        (duration(), timedelta(minutes=1), 60),
        (size(), 5, 5),
        (size(), "1GB", 1_000_000_000),
        (size(), "64 MiB", 64 * 1024 * 1024),
        (size(), "1.5kB", 1500),
        (FLAG, True, True),
        (FLAG, "true", True),
        (FLAG, "No", False),
        (word("utc", "local"), "utc", "utc"),
        (TEXT, "a\nb", "a\nb"),
        (NAME, "ü b/c", "ü b/c"),
        (PATH, Path("/run/x"), "/run/x"),
        (any_of(whole(1), NONE), None, None),
        (any_of(FLAG, whole(1)), "5000", 5000),
    ],
)
def test_values_and_texts_of_configuration_files_are_read(option_type, given, value):
    assert option_type.read(given) == value
    assert type(option_type.read(given)) in (type(value), float)


@pytest.mark.parametrize(
    ("option_type", "wrong"),
    [
        (whole(1), [0, -1, True, 1.5, "x", "", "1.5", None, [], {}, "1" * 50, b"1"]),
        (whole(1, 3), [4]),
        (number(0), [-0.1, "x", None, True, float("nan"), float("inf"), "nan", "1e999"]),
        (duration(), [-1, "-1", "1y", "soon", "", None, True, [], float("inf"), timedelta(-1)]),
        (duration(above=True), [0, "0", "0ms"]),
        (size(), [0, -1, "0", "1.5B", "1XB", "GB", None, 1.5, True]),
        (FLAG, [1, 0, "maybe", "", None, []]),
        (word("utc", "local"), ["UTC", "", None, 5, ["utc"]]),
        (TEXT, [b"x", None, 5, "\ud800"]),
        (NAME, ["a\nb", "a\rb", "a\0b", "\ud800", b"a", None, 5, ["a"]]),
        (PATH, ["", None, 5, b"/x", "a\0b"]),
    ],
)
def test_everything_else_is_refused(option_type, wrong):
    for value in wrong:
        with pytest.raises((ValueError, TypeError, OverflowError)):
            option_type.read(value)
