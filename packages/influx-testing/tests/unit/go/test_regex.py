from __future__ import annotations

import pytest

from influx_testing import FakeUnsupported
from influx_testing._go.regex import compile_regex


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("(?m)^a$", "b\na", True),
        ("[[:alpha:]]+", "x", True),
        ("^[^[:digit:]]$", "1", False),
        (r"\d", "\N{ARABIC-INDIC DIGIT ONE}", False),
        (r"^\Qa.b\E$", "a.b", True),
        (r"^\Qa.b\E$", "axb", False),
        (r"a\z", "ba", True),
        ("[]a]", "]", True),
        ("[$]", "$", True),
    ],
)
def test_patterns_mean_what_they_mean_in_go(pattern: str, text: str, matches: bool) -> None:
    assert compile_regex(pattern).matches(text) == matches


def test_patterns_without_a_counterpart_are_refused() -> None:
    with pytest.raises(FakeUnsupported, match="no counterpart in Python"):
        compile_regex(r"\pL")


@pytest.mark.parametrize("pattern", ["^a+$", "^(a|b)$", "a{2}"])
def test_long_texts_are_matched_like_short_ones(pattern: str) -> None:
    found = compile_regex(pattern)
    assert found.matches("a" * 2_000) == (pattern != "^(a|b)$")
    assert not found.matches("c" * 2_000)
