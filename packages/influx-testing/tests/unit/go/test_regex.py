from __future__ import annotations

import subprocess
import sys

import pytest

from influx_testing import FakeUnsupported
from influx_testing._go.regex import compile_regex


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("(?m)^a$", "b\na", True),
        ("(?s)a.b", "a\nb", True),
        ("a.b", "a\nb", False),
        ("[[:alpha:]]+", "x", True),
        ("^[^[:digit:]]$", "1", False),
        (r"\d", "\N{ARABIC-INDIC DIGIT ONE}", False),
        (r"^\Qa.b\E$", "a.b", True),
        (r"^\Qa.b\E$", "axb", False),
        (r"a\z", "ba", True),
        ("[]a]", "]", True),
        ("[$]", "$", True),
        ("(?i)Ü", "ü", True),
        ("(?i)k", "\N{KELVIN SIGN}", True),
        (r"^\x{fc}$", "ü", True),
        ("^(x|(?i)y)$", "Y", True),
        ("(?U)^a+$", "aaa", True),
        (r"^\pL+$", "é", True),
        (r"^\p{Greek}$", "λ", True),
        (r"^\PL$", "é", False),
        ("^(?P<name>a|b)+c", "abc", True),
        ("^.$", "\udcff", True),
        ("^\N{REPLACEMENT CHARACTER}$", "\udcff", True),
    ],
)
def test_patterns_mean_what_they_mean_in_go(pattern: str, text: str, matches: bool) -> None:
    assert compile_regex(pattern).matches(text) == matches


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "a(?=b)", "(a"])
def test_patterns_that_cannot_be_compiled_are_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(FakeUnsupported, match=r"the regular expression /.*/: "):
        compile_regex(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)+$", "^(?:a|b)*a(?:a|b){20}c"])
def test_patterns_that_backtrack_elsewhere_are_matched_in_time(pattern: str) -> None:
    assert not compile_regex(pattern).matches("a" * 50_000 + "!")


def test_the_library_is_imported_with_the_first_pattern() -> None:
    code = (
        "import sys, influx_testing.pytest_plugin; assert 're2' not in sys.modules; "
        "from influx_testing._go.regex import compile_regex; compile_regex('a'); "
        "assert 're2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
