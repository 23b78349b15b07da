import pytest

from influx_query._text import quoting


def test_every_name_can_be_quoted():
    assert quoting.quote_ident('a"b\\c\nd') == r'"a\"b\\c\nd"'


def test_a_name_is_quoted_only_if_it_needs_to_be():
    assert quoting.quote_if_needed("usage_1") == "usage_1"
    assert [quoting.quote_if_needed(name) for name in ("1a", "a b", "select", "", "é")] == [
        '"1a"',
        '"a b"',
        '"select"',
        '""',
        '"é"',
    ]


def test_a_string_can_hold_quotes_backslashes_and_line_breaks():
    assert quoting.quote_string("it's \\ \n") == r"'it\'s \\ \n'"


@pytest.mark.parametrize("char", ["\0", "\r", "\ud800"])
@pytest.mark.parametrize("quote", [quoting.quote_ident, quoting.quote_string, quoting.quote_regex])
def test_a_character_influxql_has_no_text_for_is_refused(quote, char):
    with pytest.raises(ValueError, match="no escape"):
        quote(f"a{char}b")


def test_a_regex_escapes_its_slashes():
    assert quoting.quote_regex("a/b") == r"/a\/b/"


@pytest.mark.parametrize("pattern", ["a\\", "a\\\\", "a\nb"])
def test_a_regex_that_would_run_over_its_end_is_refused(pattern):
    with pytest.raises(ValueError, match="regular expression"):
        quoting.quote_regex(pattern)
