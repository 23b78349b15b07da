from __future__ import annotations

import pytest

from influx_shell._cli.exit_codes import UsageError
from influx_shell._output.query_values import bind_value


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("a=1", 1),
        ("a=1.5", 1.5),
        ("a=true", True),
        ("a=text", "text"),
        ('a="1"', "1"),
        ("a=b=c", "b=c"),
        ("a=", ""),
    ],
)
def test_a_value_has_the_type_it_looks_like(argument, value):
    name, found = bind_value(argument)
    assert (name, found, type(found)) == ("a", value, type(value))


@pytest.mark.parametrize("argument", ["a", "=1", ""])
def test_what_is_no_parameter_is_refused(argument):
    with pytest.raises(UsageError, match="NAME=VALUE"):
        bind_value(argument)
