"""A time or a duration keeps its nanoseconds on every way into a statement."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_query import (
    duration,
    duration_ns,
    field,
    func,
    literal,
    manage,
    now,
    params_json,
    parse,
    parse_time,
    query,
    render,
    show,
    tag,
    time,
    time_range,
    walk,
)
from influx_query.nodes import DurationLiteral, StringLiteral

pytestmark = pytest.mark.slow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Timestamp(datetime):
    """A time as pandas has it: a datetime, and up to 999 nanoseconds more."""

    nanosecond = 0

    @classmethod
    def of(cls, nanoseconds):
        whole = EPOCH + timedelta(microseconds=nanoseconds // 1000)
        made = cls.fromtimestamp(0, UTC) + (whole - EPOCH)
        made.nanosecond = nanoseconds % 1000
        return made


class Timedelta(timedelta):
    """A duration as pandas has it: a timedelta, and up to 999 nanoseconds more."""

    nanoseconds = 0

    @classmethod
    def of(cls, nanoseconds):
        made = cls(microseconds=nanoseconds // 1000)
        made.nanoseconds = nanoseconds % 1000
        return made


def numpy_time(nanoseconds):
    return np.datetime64(nanoseconds, "ns")


def numpy_duration(nanoseconds):
    return np.timedelta64(nanoseconds, "ns")


def pandas_time(nanoseconds):
    return pytest.importorskip("pandas").Timestamp(nanoseconds, tz="UTC")


def pandas_duration(nanoseconds):
    return pytest.importorskip("pandas").Timedelta(nanoseconds, "ns")


TIMES = st.integers(-(2**62), 2**62)
DURATIONS = st.integers(1, 2**62)
as_time = pytest.mark.parametrize("as_time", [Timestamp.of, numpy_time, pandas_time])
as_duration = pytest.mark.parametrize(
    "as_duration", [Timedelta.of, numpy_duration, pandas_duration]
)

CONDITIONS = {
    "after": lambda value: time > value,
    "at": lambda value: time == value,
    "until": lambda value: time <= value,
    "reversed": lambda value: value >= time,
    "between": lambda value: (time > value) & (tag("host") == "a"),
    "field": lambda value: field("seen") == value,
    "several": lambda value: field("seen") == [value],
}
TIME_STATEMENTS = {
    "delete": lambda value: manage.delete("m", where=time < value),
    "drop_series": lambda value: manage.drop_series("m", where=field("seen") == value),
    "show_series": lambda value: show.series("m", where=time > value),
    "show_tag_keys": lambda value: show.tag_keys("m", where=time > value),
    "show_tag_values": lambda value: show.tag_values("host", where=time > value),
    "show_measurements": lambda value: show.measurements(where=time > value),
    "cardinality": lambda value: show.cardinality("series", where=time > value),
    "where_equal": lambda value: query("a").from_("m").where(time=value),
    "where_equal_field": lambda value: query("a").from_("m").where(seen=value),
    "where_any_field": lambda value: query("a").from_("m").where(seen=[value, value]),
    "arithmetic": lambda value: query("a").from_("m").where(time > value - duration("1h")),
    "buckets_at": lambda value: query("a").from_("m").where(time > literal(value).value),
}
DURATION_STATEMENTS = {
    "buckets": lambda value: query(func.mean("a")).from_("m").group_by(time(value)),
    "offset": lambda value: query(func.mean("a")).from_("m").group_by(time("2w", value)),
    "now": lambda value: query("a").from_("m").where(time > now() - value),
    "before_now": lambda value: query("a").from_("m").where(time > value + now()),
    "unit": lambda value: query(func.derivative("a", value)).from_("m"),
    "elapsed": lambda value: query(func.elapsed("a", value)).from_("m"),
    "operand": lambda value: query("a").from_("m").where(time > now() - duration(value)),
    "create_database": lambda value: manage.create_database("d", duration=value),
    "create_policy": lambda value: manage.create_retention_policy("p", "d", value),
    "alter_policy": lambda value: manage.alter_retention_policy("p", "d", shard_duration=value),
}


def nodes_of(text):
    return [node for statement in parse(text) for node in walk(statement)]


def times_in(text):
    """The times that the text of a statement has, as the server reads them."""
    strings = [node.value for node in nodes_of(text) if isinstance(node, StringLiteral)]
    return {parse_time(value) for value in strings if value.startswith(("1", "2"))}


@as_time
@pytest.mark.parametrize("condition", CONDITIONS)
@given(nanoseconds=TIMES)
def test_a_condition_keeps_the_nanoseconds_of_a_time(condition, as_time, nanoseconds):
    made = query("a").from_("m").where(CONDITIONS[condition](as_time(nanoseconds)))
    assert times_in(str(made)) == {nanoseconds}
    text, params = made.bound()
    assert parse(text, params) == parse(str(made))


@as_time
@pytest.mark.parametrize("statement", TIME_STATEMENTS)
@given(nanoseconds=TIMES)
def test_a_statement_keeps_the_nanoseconds_of_a_time(statement, as_time, nanoseconds):
    made = TIME_STATEMENTS[statement](as_time(nanoseconds))
    text = str(made) if hasattr(made, "from_") else render(made)
    if statement == "buckets_at":
        assert str(nanoseconds) in text
    else:
        assert times_in(text) == {nanoseconds}


@as_duration
@pytest.mark.parametrize("statement", DURATION_STATEMENTS)
@given(nanoseconds=DURATIONS)
def test_a_statement_keeps_the_nanoseconds_of_a_duration(statement, as_duration, nanoseconds):
    made = DURATION_STATEMENTS[statement](as_duration(nanoseconds))
    if hasattr(made, "from_"):
        found = [each.value for each in nodes_of(str(made)) if isinstance(each, DurationLiteral)]
        assert nanoseconds in found
    else:
        assert parse(render(made)) == (made,)
        assert nanoseconds in (made.duration, made.shard_duration)


@as_time
@as_duration
@given(moment=TIMES, span=DURATIONS)
def test_parameters_keep_their_nanoseconds(as_time, as_duration, moment, span):
    values = {"t": as_time(moment), "d": as_duration(span)}
    (statement,) = parse("SELECT a FROM m WHERE time > $t AND time < now() + $d", values)
    assert times_in(str(statement)) == {moment}
    assert DurationLiteral(span) in list(walk(statement))
    assert duration_ns(values["d"]) == span
    assert f'{{"duration": "{DurationLiteral(span)}"}}' in params_json(values)
    assert f'"{str(literal(values["t"]))[1:-1]}"' in params_json(values)


@as_time
@given(nanoseconds=TIMES)
def test_a_time_range_keeps_the_nanoseconds_of_now(as_time, nanoseconds):
    (statement,) = parse("SELECT a FROM m WHERE time >= now()")
    assert time_range(statement, now=as_time(nanoseconds)).start == nanoseconds


@pytest.mark.parametrize("unit", ["W", "D", "h", "m", "s", "ms", "us", "ns"])
def test_every_unit_of_numpy_is_exact(unit):
    assert duration_ns(np.timedelta64(3, unit)) == int(np.timedelta64(3, unit).astype("m8[ns]"))
    assert literal(np.datetime64("1970-01-08", unit)) == literal(datetime(1970, 1, 8, tzinfo=UTC))


def test_a_time_of_numpy_that_its_nanoseconds_cannot_hold_is_written_whole():
    assert str(literal(np.datetime64("9000-01-01", "s"))) == "'9000-01-01T00:00:00Z'"
    assert str(literal(np.datetime64("2020", "Y"))) == "'2020-01-01T00:00:00Z'"


@pytest.mark.parametrize(
    "value",
    [
        np.datetime64("NaT", "ns"),
        np.timedelta64("NaT", "ns"),
        np.datetime64(1, "ps"),
        np.timedelta64(1, "Y"),
        1.5e18,
    ],
    ids=repr,
)
def test_a_time_that_cannot_be_exact_is_refused(value):
    with pytest.raises(ValueError, match=r"NaT|nanoseconds"):
        query("a").from_("m").where(time > value)
