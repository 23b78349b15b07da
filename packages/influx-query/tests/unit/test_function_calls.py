import re
from datetime import timedelta

import pytest

from influx_query import field, func, parse
from influx_query.functions import FUNCTIONS


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: func.mean("my value"), 'mean("my value")'),
        (lambda: func.count("*"), "count(*)"),
        (lambda: func.max(re.compile("^a")), "max(/^a/)"),
        (lambda: func.count(func.distinct("a")), "count(distinct(a))"),
        (lambda: func.percentile(field("a"), 95), "percentile(a, 95)"),
        (lambda: func.top("a", "host", "region", 3), "top(a, host, region, 3)"),
        (lambda: func.derivative(func.mean("a"), timedelta(minutes=1)), "derivative(mean(a), 1m)"),
        (lambda: func.elapsed("a", "1s"), "elapsed(a, 1s)"),
        (lambda: func.pow(func.abs("a") + 1, 2), "pow(abs(a) + 1, 2)"),
    ],
)
def test_a_call_is_written_with_its_arguments(call, text):
    assert str(call()) == text


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: func.mean(), "invalid number of arguments for mean, expected 1, got 0"),
        (lambda: func.top("a"), "expected at least 2, got 1"),
        (lambda: func.derivative("a", "1s", 3), "expected at least 1 but no more than 2, got 3"),
        (lambda: func.mean(5), "takes a field, not 5"),
        (lambda: func.sum(func.mean("a")), "takes a field, not mean(a)"),
        (lambda: func.percentile("a", "x"), "takes a number"),
        (lambda: func.sample("a", 1.5), "takes a whole number"),
        (lambda: func.top("a", 0), "n is 1 at least"),
        (lambda: func.moving_average("a", 1), "n is 2 at least"),
        (lambda: func.derivative("a", timedelta(0)), "duration argument must be positive"),
    ],
)
def test_wrong_arguments_are_refused(call, reason):
    with pytest.raises((TypeError, ValueError), match=re.escape(reason)):
        call()


def test_an_unknown_function_names_the_close_ones():
    with pytest.raises(AttributeError, match="did you mean mean"):
        func.meen  # noqa: B018


def test_every_function_can_be_listed():
    assert set(dir(func)) == set(FUNCTIONS)
    assert repr(func.mean) == "func.mean(field)"


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_the_example_of_a_function_is_a_query_that_uses_it(function):
    (statement,) = parse(function.example)
    assert f"{function.name}(" in str(statement)


def test_functions_know_how_many_arguments_they_take():
    assert [FUNCTIONS[name].least for name in ("abs", "pow", "log", "atan2")] == [1, 2, 2, 2]
