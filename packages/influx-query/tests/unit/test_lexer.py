import pytest

from influx_query._text.lexer import tokenize


def kinds(text, **more):
    return tokenize(text, **more).kinds[:-1]


def test_a_keyword_is_one_in_any_case():
    assert kinds("select SELECT SeLeCt") == ["SELECT"] * 3


def test_words_added_later_are_names_in_the_old_dialect():
    assert kinds("verbose", dialect="1.6") == ["IDENT"]
    assert kinds("verbose") == ["VERBOSE"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1", "INTEGER", "1"),
        ("1.", "NUMBER", "1"),
        (".5", "NUMBER", ".5"),
        ("1h30m", "DURATIONVAL", "1h30m"),
        ("5µ", "DURATIONVAL", "5µ"),
        ("5i", "DURATIONVAL", "5i"),
        ('"a b"', "IDENT", "a b"),
        (r'"a\"\\\n"', "IDENT", 'a"\\\n'),
        (r"'it\'s'", "STRING", "it's"),
        ("<>", "!=", "<>"),
    ],
)
def test_a_token_has_a_kind_and_a_value(text, kind, value):
    tokens = tokenize(text)
    assert (tokens.kinds[0], tokens.values[0]) == (kind, value)


def test_a_word_that_runs_into_quotes_is_the_quoted_name():
    assert tokenize('abc"def"').values[0] == "def"


def test_a_slash_divides_behind_a_value_and_opens_a_regex_elsewhere():
    assert kinds("a / b / c") == ["IDENT", "/", "IDENT", "/", "IDENT"]
    assert kinds("SELECT /a/, b FROM /c/") == ["SELECT", "REGEX", ",", "IDENT", "FROM", "REGEX"]
    assert kinds("a =~ /b/") == ["IDENT", "=~", "REGEX"]


def test_a_regex_keeps_its_escapes_but_that_of_the_slash():
    assert tokenize(r"a =~ /b\/c\.d/").values[2] == r"b/c\.d"


@pytest.mark.parametrize("comment", ["-- rest\n", "/* a\nb */", "/***/"])
def test_comments_are_blanks(comment):
    assert kinds(f"a {comment} b") == ["IDENT", "IDENT"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("'open", "BADSTRING"),
        ("'line\nbreak'", "BADSTRING"),
        (r"'\q'", "BADESCAPE"),
        ('"open', "BADSTRING"),
        ("!", "ILLEGAL"),
        ("é", "ILLEGAL"),
        ("a /* open", "ILLEGAL"),
        ("a =~ /open", "BADREGEX"),
    ],
)
def test_what_is_no_token_is_a_bad_one_and_ends_the_scan(text, kind):
    assert tokenize(text).kinds[-2:] == [kind, "EOF"]


def test_a_nul_ends_the_text_as_it_does_in_go():
    assert kinds("a\0b") == ["IDENT"]


def test_line_ends_of_every_system_count_as_one():
    assert tokenize("a\r\nb\rc").text == "a\nb\nc"


def test_a_parameter_is_replaced_by_its_value():
    tokens = tokenize('$a $"b c"', {"a": 5, "b c": {"duration": "1m"}})
    assert tokens.kinds[:-1] == ["INTEGER", "DURATIONVAL"]
    assert tokens.values[:-1] == ["5", "1m"]


def test_an_unknown_parameter_stays_one():
    assert kinds("$a") == ["BOUNDPARAM"]


def test_a_source_behind_a_subquery_can_be_a_regex():
    text = "SELECT * FROM (SELECT a FROM b GROUP BY c), d./e/"
    assert kinds(text)[-1] == "REGEX"
