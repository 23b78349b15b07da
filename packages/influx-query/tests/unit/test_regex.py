import re

import pytest

from influx_query._text.regex import regex_issue as problem


@pytest.mark.parametrize(
    "pattern",
    [
        "", "a|b||", "(a|)*", "(?i)a", "(?i-s:a)", "(?P<n>a)", "a+?", "a{2,5}", "a{,5}", "{x",
        "[]a]", "[^]a]", "[a-z-]", "[[:alpha:]]", r"[\d-z]", r"\pL\p{Greek}", r"\x{41}\x41\101",
        r"\Qa*b\E+", r"^\bx\z$", r"\.\-\_",
    ],
)  # fmt: skip
def test_a_pattern_of_re2_has_no_problem(pattern):
    assert problem(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("*", "missing argument to repetition operator: `*`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
        ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"\1", r"invalid escape sequence: `\1`"),
        (r"\xz", r"invalid escape sequence: `\xz`"),
        ("a\\", "trailing backslash at end of expression: ``"),
    ],
)
def test_a_problem_is_told_in_gos_words(pattern, reason):
    assert problem(pattern) == reason


def test_what_python_escapes_is_a_pattern_of_re2():
    assert problem(re.escape("".join(map(chr, range(32, 127))))) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"\pL", r"\p{Greek}", r"\p{^Lu}", r"\P{Any}", r"[\p{Han}\d]", r"\x{10FFFF}", "(?U)a+"),
        *("x|(?i)y", "a(?i)*", "a*(?i)*", r"a\Q\E*", r"\x{fc}", "(?i)é"),
    ],
)
def test_what_only_re2_knows_is_a_pattern(pattern):
    assert problem(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"\p{Foo}", r"invalid character class range: `\p{Foo}`"),
        (r"\p{L", r"invalid character class range: `\p{L`"),
        (r"\p", r"invalid character class range: `\p`"),
        (r"\x{110000}a", r"invalid escape sequence: `\x{110000`"),
        (r"\xg\d", r"invalid escape sequence: `\xg\`"),
        (r"\x", r"invalid escape sequence: `\x`"),
        ("(?i)*", "missing argument to repetition operator: `*`"),
        (r"\Q\E*", "missing argument to repetition operator: `*`"),
        ("a(?i)**", "invalid nested repetition operator: `**`"),
    ],
)
def test_a_pattern_is_refused_as_the_server_refuses_it(pattern, reason):
    assert problem(pattern) == reason
