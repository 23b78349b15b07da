import re
from datetime import UTC, datetime, timedelta

import pytest

from influx_query import (
    duration,
    field,
    measurement,
    now,
    param,
    parse_expression,
    regex,
    tag,
    time,
)
from influx_query.nodes import VarRef


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (field("a") + 1, "a + 1"),
        (1 - field("a"), "1 - a"),
        ((field("a") + 1) * 2, "(a + 1) * 2"),
        (field("a") - (field("b") - 1), "a - (b - 1)"),
        (-field("a") / 2, "-1 * a / 2"),
        (field("a") % 2, "a % 2"),
        (field("my field", "float"), '"my field"::float'),
        (field("a") == "it's", r"a = 'it\'s'"),
        (field("a") != 1.5, "a != 1.5"),
        (field("a") == True, "a = true"),  # noqa: E712
        (tag("a") == re.compile("x", re.IGNORECASE), "a =~ /(?i)x/"),
        (tag("a") != re.compile("x/y"), r"a !~ /x\/y/"),
        (tag("a") == ["x", "y"], "(a = 'x' OR a = 'y')"),
        (tag("a") != ["x", "y"], "(a != 'x' AND a != 'y')"),
        (tag("a").in_(["x"]), "a = 'x'"),
        (tag("a") == None, "a = ''"),  # noqa: E711
        (tag("a") == param("p"), "a = $p"),
        (time > now() - timedelta(hours=1), "time > now() - 1h"),
        (time >= datetime(2020, 1, 1, tzinfo=UTC), "time >= '2020-01-01T00:00:00Z'"),
        (time("5m", "1m"), "time(5m, 1m)"),
        (duration("90s"), "90s"),
        (regex("a/b"), r"/a\/b/"),
    ],
)
def test_operators_write_influxql(expression, text):
    assert str(expression) == text


def test_what_operators_build_reads_the_same_again():
    condition = ((tag("a") == "x") | (tag("b") == "y")) & (field("c") * (field("d") + 1) > 2)
    assert parse_expression(str(condition)) == condition.node


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: field("a") == None, "can't ask for a missing value"),  # noqa: E711
        (lambda: tag("a") == [], "never"),
        (lambda: tag("a") == 5, "compare with '5'"),
        (lambda: tag("a") > "x", "with = and != and regexes only"),
        (lambda: tag("a") + 1, "is a tag, which is text"),
        (lambda: time != 5, "can't compare the time with !="),
        (lambda: (time > 1) | (tag("a") == "b"), "takes for an AND"),
        (lambda: ~(tag("a") == "b"), "no NOT"),
        (lambda: bool(tag("a") == "b"), "join conditions with & and |"),
        (lambda: (tag("a") == "b") & True, "is none"),
        (lambda: (tag("a") == "b") + 1, "unsupported operand"),
        (lambda: field("a") + (tag("b") == "c"), "is a condition"),
        (lambda: field("a") < [1], "only == and !="),
        (lambda: field("a") == object(), "no literal for"),
        (lambda: field("a", "double"), "the types are float"),
        (lambda: time("0s"), "has to be above 0"),
        (lambda: regex("(?=a)"), "Perl syntax"),
        (lambda: tag("a") == re.compile("a", re.VERBOSE), "no flag VERBOSE"),
    ],
)
def test_what_influxql_cannot_say_is_refused_with_a_reason(build, reason):
    with pytest.raises((TypeError, ValueError), match=re.escape(reason)):
        build()


def test_a_pattern_becomes_writable():
    assert str(regex(re.escape("C:\\") + "\n")) == r"/C:\\\n/"
    assert str(regex(re.escape("C:\\"))) == r"/C:\x5c/"


def test_a_measurement_can_be_a_regex():
    assert str(measurement(re.compile("^a"), database="db")) == "db../^a/"
    assert measurement("a", retention_policy="rp").retention_policy == "rp"


def test_an_operand_wraps_a_node():
    assert field("a").node == VarRef("a")
