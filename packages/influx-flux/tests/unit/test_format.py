"""Canonical text: the layout of libflux."""

from __future__ import annotations

import pytest

from influx_flux import File, FluxSyntaxError, format_tree, parse
from influx_flux import format as canonical
from influx_flux.nodes import ExpressionStatement, FloatLiteral, Identifier, StringLiteral


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x=1", "x = 1\n"),
        ("", "\n"),
        ("package a", "package a\n\n"),
        ('import "b"\nx=1', 'import "b"\n\nx = 1\n'),
        ("(a)=>({b:1})", "(a) => ({b: 1})\n"),
        ("a-(b-c)", "a - (b - c)\n"),
        ("(a*b)+c", "a * b + c\n"),
        ("a - -b", "a - (-b)\n"),
        ("not (a and b)", "not (a and b)\n"),
        ("x = 1.\ny = .5", "x = 1.\ny = .5\n"),
        ("x = 1µs", "x = 1us\n"),
        ("[1,2,]", "[1, 2]\n"),
        ("[:]", "[:]\n"),
        ("{a with b:1,}", "{a with b: 1}\n"),
        ("a|>b()\n|>c()", "a\n    |> b()\n    |> c()\n"),
        ("a|>b()|>c()", "a |> b() |> c()\n"),
        ("[1,2,3,4,5]", "[\n    1,\n    2,\n    3,\n    4,\n    5,\n]\n"),
        ("() => {x=1 return x}", "() => {\n    x = 1\n\n    return x\n}\n"),
        ("if a then b\nelse c", "if a then\n    b\nelse\n    c\n"),
        ('@a("b")\nx=1', '@a("b")\nx = 1\n'),
        (
            "builtin f:(?a:A=.b)=>stream[A] where A:Record",
            "builtin f : (?a: A = .b) => stream[A] where A: Record\n",
        ),
        ('testcase a extends "b" {}', 'testcase a extends "b" {\n\n}\n'),
        ("option a.b=1", "option a.b = 1\n"),
        ("x = 1 // c\ny = 2", "x = 1\n\n// c\ny = 2\n"),
    ],
)
def test_texts_are_laid_out_as_libflux_does(text: str, wanted: str):
    assert canonical(text) == wanted


def test_a_line_breaks_after_a_hundred_characters():
    fits = 'x = "' + "é" * 94 + '"'
    assert canonical(fits) == fits + "\n"
    assert canonical(fits.replace("é", "éé", 1)).startswith("x =\n    ")


def test_combined_characters_count_once():
    fits = 'x = "' + "e\u0301" * 94 + '"'
    assert canonical(fits) == fits + "\n"


def test_errors_are_not_written_over():
    with pytest.raises(FluxSyntaxError):
        canonical("a |> b")
    with pytest.raises(FluxSyntaxError, match="invalid binary operator"):
        canonical("(a b)")


def test_a_made_string_stays_one_string():
    value = '"${a}\n\t\\x\x00'
    file = File((ExpressionStatement(StringLiteral(value)),))
    assert parse(format_tree(file)) == file


@pytest.mark.parametrize("value", [1e300, 1.5e-9, 5e-324, 0.1, 123456789012345680.0, 1e22])
def test_a_made_float_is_written_without_exponent(value: float):
    file = File((ExpressionStatement(FloatLiteral(value)),))
    text = format_tree(file)
    assert "e" not in text
    assert parse(text) == file


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 75 + "1" + "]" * 75,
        "x = " + "{a: " * 75 + "1" + "}" * 75,
        "x = " + "f(a: " * 75 + "1" + ")" * 75,
        "x = " + "() => " * 75 + "1",
        "a" + ".b" * 900,
        "+".join("a" * 900),
        "a" + " |> f(x: 1)" * 450,
        "x = " + "not " * 900 + "a",
        "builtin x : " + "[" * 900 + "int" + "]" * 900,
    ],
    ids=lambda text: text[:12],
)
def test_layouts_within_layouts_take_no_exponential_time(text: str):
    assert parse(canonical(text)) == parse(text)


def test_a_tree_without_locations_is_written():
    file = File((ExpressionStatement(Identifier("a")), ExpressionStatement(Identifier("b"))))
    assert format_tree(file) == "a\nb\n"
