from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core.errors import ConfigError
from influx_core.timestamps import (
    MAX_NS,
    MIN_NS,
    UNIT_NS,
    from_ns,
    precision,
    to_datetime,
    to_ns,
    to_rfc3339,
)

NS_OF_2020 = 1_577_836_800_000_000_000


@pytest.mark.parametrize(
    ("alias", "name"),
    [("n", "ns"), ("u", "us"), ("\N{MICRO SIGN}", "us"), ("\N{GREEK SMALL LETTER MU}s", "us")],
)
def test_aliases_of_precisions_have_one_name(alias: str, name: str) -> None:
    assert precision(alias) == name


def test_an_unknown_precision_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="'d'; known are ns, us, ms, s, m, h"):
        precision("d")


@pytest.mark.parametrize(("unit", "ns"), UNIT_NS.items())
def test_an_integer_counts_units_of_the_precision(unit: str, ns: int) -> None:
    assert to_ns(-3, precision(unit)) == -3 * ns


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("2020-01-01T00:00:00Z", NS_OF_2020),
        ("2020-01-01 00:00:00.123456789Z", NS_OF_2020 + 123_456_789),
        ("2020-01-01T01:00:00.1+01:00", NS_OF_2020 + 100_000_000),
        ("2019-12-31t23:59:59.9999999990z", NS_OF_2020 - 1),
        ("1969-12-31T23:59:59.5Z", -500_000_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
    ],
)
def test_rfc3339_text_keeps_every_digit(text: str, ns: int) -> None:
    assert to_ns(text) == ns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2020-01-01",
        "2020-02-30T00:00:00Z",
        "2020-01-01T00:00:60Z",
        "2020-01-01T24:00:01Z",
        "2020-01-01T00:00:00.1234567891Z",
        "1577836800",
        "2020-01-01T00:00:00+0100",
        "now",
    ],
)
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"RFC 3339|nanosecond"):
        to_ns(text)


@given(st.datetimes(datetime(1678, 1, 1), datetime(2262, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_aware_datetimes_come_back_to_the_microsecond(naive: datetime, offset: int) -> None:
    value = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))
    assert to_datetime(to_ns(value)) == value


@given(st.integers(MIN_NS, MAX_NS))
def test_printed_times_are_read_back_exactly(ns: int) -> None:
    assert to_ns(to_rfc3339(ns)) == ns


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (-500_000_000, "1969-12-31T23:59:59.5Z"),
        (MIN_NS, "1677-09-21T00:12:43.145224194Z"),
        (MAX_NS, "2262-04-11T23:47:16.854775806Z"),
    ],
)
def test_times_are_printed_as_the_server_prints_them(ns: int, text: str) -> None:
    assert to_rfc3339(ns) == text


@pytest.mark.parametrize("value", [MAX_NS + 1, MIN_NS - 1, "9999-12-31T00:00:00Z", date(1, 1, 1)])
def test_what_the_server_cannot_store_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="1677 to 2262"):
        to_ns(value)  # type: ignore[arg-type]


def test_a_naive_datetime_is_refused_unless_told_what_it_means() -> None:
    naive = datetime(2020, 1, 1)
    with pytest.raises(ValueError, match='naive="utc" or "local"'):
        to_ns(naive)
    assert to_ns(naive, naive="utc") == NS_OF_2020


def test_a_naive_datetime_can_mean_the_local_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Etc/GMT-2")
    time.tzset()
    try:
        assert to_ns(datetime(2020, 1, 1, 2), naive="local") == NS_OF_2020
        assert to_ns(date(2020, 1, 1), naive="local") == NS_OF_2020 - 2 * UNIT_NS["h"]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_is_its_midnight_in_utc() -> None:
    assert to_ns(date(2020, 1, 1)) == NS_OF_2020


@pytest.mark.parametrize("value", [1.5, True, None, b"2020-01-01T00:00:00Z", timedelta(1)])
def test_values_of_other_types_are_no_times(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        to_ns(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ns", "expected"), [(1_999_999, 1), (-1_999_999, -1), (-999_999, 0)])
def test_whole_units_are_rounded_towards_zero(ns: int, expected: int) -> None:
    assert from_ns(ns, "ms") == expected


def test_a_datetime_finer_than_a_microsecond_is_cut() -> None:
    assert to_datetime(-1) == datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC)


def test_numpy_times_are_exact_in_every_unit() -> None:
    np = pytest.importorskip("numpy")
    assert to_ns(np.datetime64("2020-01-01T00:00:00.123456789")) == NS_OF_2020 + 123_456_789
    assert to_ns(np.datetime64("2020-01", "M")) == NS_OF_2020
    assert to_ns(np.datetime64("1969", "Y")) == -365 * 24 * UNIT_NS["h"]
    assert to_ns(np.datetime64(3, "25s")) == 75 * UNIT_NS["s"]
    assert to_ns(np.datetime64(7000, "ps")) == 7
    assert to_ns(np.int64(7), "us") == 7000


def test_numpy_times_that_would_lose_something_are_refused() -> None:
    np = pytest.importorskip("numpy")
    with pytest.raises(ValueError, match="finer than a nanosecond"):
        to_ns(np.datetime64(1, "ps"))
    with pytest.raises(ValueError, match="NaT"):
        to_ns(np.datetime64("NaT", "ns"))
    with pytest.raises(ValueError, match="1677 to 2262"):
        to_ns(np.datetime64(3000, "Y"))


def test_pandas_times_keep_their_nanoseconds() -> None:
    pd = pytest.importorskip("pandas")
    value = pd.Timestamp(NS_OF_2020 + 123_456_789, tz="Europe/Paris")
    assert to_ns(value) == NS_OF_2020 + 123_456_789
    assert to_ns(value.tz_convert("UTC").tz_localize(None), naive="utc") == to_ns(value)
    with pytest.raises(ValueError, match="NaT"):
        to_ns(pd.NaT)
