import re
from datetime import timedelta
from decimal import Decimal

import pytest

from influx_query._expressions import literals
from influx_query.nodes import (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    UnsignedLiteral,
)


@pytest.mark.parametrize(
    ("value", "node"),
    [
        (True, BooleanLiteral(True)),
        (5, IntegerLiteral(5)),
        (2**63, UnsignedLiteral(2**63)),
        (1.5, NumberLiteral(1.5)),
        (Decimal("0.1"), NumberLiteral(0.1)),
        ("a", StringLiteral("a")),
        (timedelta(microseconds=1), DurationLiteral(1000)),
        (re.compile("a"), RegexLiteral("a")),
    ],
)
def test_a_value_has_a_literal(value, node):
    assert literals.literal(value) == node


@pytest.mark.parametrize("value", [None, b"a", object(), [1], {"a": 1}])
def test_a_value_of_another_kind_is_refused(value):
    with pytest.raises(TypeError, match="no literal for"):
        literals.literal(value)


def test_a_line_break_in_a_pattern_is_written_as_an_escape():
    assert literals.regex("a\nb").pattern == r"a\nb"
    assert literals.regex(re.escape("\n")).pattern == r"\n"
    assert literals.regex(r"\\" + "\n").pattern == r"\\\n"
