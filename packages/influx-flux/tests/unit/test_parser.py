"""The parser: what texts mean, and what is wrong with them."""

from __future__ import annotations

import pytest

from influx_flux import FluxSyntaxError, parse, syntax_issues
from influx_flux.nodes import (
    BinaryExpression,
    CallExpression,
    ConditionalExpression,
    DateTimeLiteral,
    DurationLiteral,
    Expression,
    ExpressionStatement,
    FunctionExpression,
    Identifier,
    IntegerLiteral,
    LabelLiteral,
    LogicalExpression,
    MemberExpression,
    ObjectExpression,
    PipeExpression,
    RegexpLiteral,
    StringExpression,
    StringLiteral,
    TextPart,
    UnaryExpression,
    VariableAssignment,
    walk,
)


def expression(text: str) -> Expression:
    """The expression of a text that is one."""
    (statement,) = parse(text).body
    assert isinstance(statement, ExpressionStatement)
    return statement.expression


def messages(text: str) -> list[str]:
    with pytest.raises(FluxSyntaxError) as caught:
        parse(text)
    return [issue.message for issue in caught.value.issues]


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("a or b and c", "or"),
        ("a and b == c", "and"),
        ("a == b + c", "=="),
        ("a + b * c", "+"),
        ("a * b ^ c", "*"),
        ("a * b + c", "+"),
        ("not a == b", "not"),
        ("not a and b", "and"),
        ("a - b - c", "-"),
    ],
)
def test_the_weakest_operator_is_at_the_root(text: str, operator: str):
    root = expression(text)
    assert isinstance(root, BinaryExpression | LogicalExpression | UnaryExpression)
    assert root.operator == operator


def test_operators_of_one_strength_group_to_the_left():
    root = expression("a - b - c")
    assert isinstance(root, BinaryExpression)
    assert root.right == Identifier("c")


def test_a_sign_binds_more_strongly_than_a_pipe():
    root = expression("-a |> f()")
    assert isinstance(root, PipeExpression)
    assert root.argument == UnaryExpression("-", Identifier("a"))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("1", IntegerLiteral(1)),
        ('"a"', StringLiteral("a")),
        (r'"\x41\n\"\\\${a}$"', StringLiteral('A\n"\\${a}$')),
        ('"$${x}"', StringLiteral("$${x}")),
        (r"/a\/b\x41\./", RegexpLiteral(r"a/bA\.")),
        ("2020-01-01", DateTimeLiteral("2020-01-01T00:00:00+00:00")),
        ("2020-01-01T01:02:03.12Z", DateTimeLiteral("2020-01-01T01:02:03.120+00:00")),
        ("1mo2d3µs", DurationLiteral(((1, "mo"), (2, "d"), (3, "us")))),
        ('a["b"]', MemberExpression(Identifier("a"), StringLiteral("b"))),
        ("f()", CallExpression(Identifier("f"))),
    ],
)
def test_literals_and_postfixes_are_read(text: str, node: Expression):
    assert expression(text) == node


def test_a_label_is_read_where_a_value_stands():
    (statement,) = parse("x = .name").body
    assert statement == VariableAssignment(Identifier("x"), LabelLiteral("name"))


def test_a_string_with_interpolations_has_parts():
    root = expression('"a${b}c"')
    assert isinstance(root, StringExpression)
    assert root.parts[0] == TextPart("a")
    assert root.parts[2] == TextPart("c")


def test_a_slash_divides_or_starts_a_pattern_by_its_place():
    assert isinstance(expression("a / b / c"), BinaryExpression)
    root = expression("a =~ /b/")
    assert isinstance(root, BinaryExpression)
    assert root.right == RegexpLiteral("b")


def test_a_name_in_parentheses_is_a_parameter_before_an_arrow():
    assert isinstance(expression("(a) => a"), FunctionExpression)
    assert isinstance(expression("(tables=<-, n=1) => tables"), FunctionExpression)
    assert isinstance(expression("if a then b else c"), ConditionalExpression)


def test_a_record_extends_another():
    root = expression("{r with a: 1}")
    assert isinstance(root, ObjectExpression)
    assert root.with_ is not None
    assert root.with_.source == Identifier("r")


def test_comments_belong_to_the_next_token():
    file = parse("// one\n// two\nx = 1 // end\n")
    (statement,) = file.body
    assert isinstance(statement, VariableAssignment)
    assert statement.id.comments == ("// one\n", "// two\n")
    assert file.eof == ("// end\n",)


def test_attributes_belong_to_the_next_statement():
    (statement,) = parse('@edition("1")\n@a\nx = 1').body
    assert [item.name for item in statement.base.attributes] == ["edition", "a"]


def test_locations_count_lines_and_bytes():
    file = parse('a = 1\né = "ö" + b')
    name = next(node for node in walk(file) if node == Identifier("b"))
    assert name.location is not None
    assert str(name.location) == "2:13-2:14"
    assert name.location.source == "b"


def test_nodes_are_equal_if_they_say_the_same():
    assert parse("a+b") == parse("a  // c\n + b")
    assert parse("a+b") != parse("a-b")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = (1", ["expected RPAREN, got EOF"]),
        ('r."a"', ['expected IDENT, got STRING ("a") at 1:3']),
        ("a |> b", ["pipe destination must be a function call"]),
        (
            "x = 9223372036854775808",
            ['invalid integer literal "9223372036854775808": value out of range'],
        ),
        ("x = 007", ['invalid integer literal "007": nonzero value cannot start with 0']),
        ('x = "\\xff"', ["invalid utf-8 sequence of 1 bytes from index 0"]),
        ("x = 2020-13-01", ["invalid expression: invalid date time literal, missing time offset"]),
        ("f(a:)", ["missing property value"]),
        ("f(1)", ["unexpected token for property key: INT (1)"]),
        ("f(a: 1, b)", ["cannot mix implicit and explicit properties"]),
        ('{"a"}', ["string literal key a must have a value"]),
        ("a.b = 1", ["invalid statement: ="]),
        ("@a", ["invalid statement: extra attributes not associated with anything"]),
        ("x = /a(/", ["regex parse error: a(  error: unclosed group"]),
        (r"x = /\x4/", ["invalid byte value"]),
        ("x = r[]", ["no expression included in brackets"]),
        ("~ = 1", ["invalid statement: ~", "invalid statement: ="]),
    ],
)
def test_errors_have_the_words_of_libflux(text: str, found: list[str]):
    assert messages(text) == found


def test_several_errors_are_told_at_once_with_their_places():
    with pytest.raises(FluxSyntaxError) as caught:
        parse("x = (1\ny = [\n")
    assert (caught.value.line, caught.value.column) == (1, 5)
    assert len(caught.value.issues) > 1
    assert "error @1:5" in str(caught.value)


def test_a_text_with_errors_has_a_tree_all_the_same():
    file = parse("x = (1\ny = 2", strict=False)
    assert file.body
    assert syntax_issues(file)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000,
        "[" * 5_000 + "]" * 5_000,
        "x = " + "not " * 4_000 + "a",
        "x = " + "-" * 4_000 + "1",
        "x = " + "(a+" * 4_000 + "1" + ")" * 4_000,
        "a" + ".b" * 5_000,
        "+".join("a" * 5_000),
        "a" + "|> f()" * 4_000,
        "builtin x : " + "[" * 4_000 + "int" + "]" * 4_000,
        "() => {" * 4_000,
        '"${' * 4_000,
        "if a then " * 4_000,
        "{a: " * 4_000,
        "@a(" * 1_000 + "x",
        "/" * 5_000,
        '"\\"' * 5_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_nesting_and_no_length_is_a_danger(text: str):
    issues = syntax_issues(parse(text, strict=False))
    assert issues or parse(text)


def test_a_tree_that_is_too_deep_for_libflux_is_refused():
    assert "Program is nested too deep" in messages("a" + ".b" * 1100)
    parse("a" + ".b" * 900)


def test_a_parameter_that_libflux_never_leaves_is_an_error():
    assert messages('(a, "b") => 1')
