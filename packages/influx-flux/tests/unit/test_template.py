"""Templates and parameters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from influx_flux import extern, format_tree, from_json, parse, template


def test_names_become_literals():
    text = "from(bucket: $bucket) |> range(start: $start) |> filter(fn: (r) => r[$tag] == $host)"
    written = template(text, bucket='a"', start=timedelta(hours=-1), tag="a b", host="${x}")
    assert written == (
        r'from(bucket: "a\"") |> range(start: -1h) |> filter(fn: (r) => r["a b"] == "\${x}")'
    )


@pytest.mark.parametrize(
    "text",
    ['x = "$a"', "// $a\nx = 1", "x = y =~ /^$a/", 'x = "b${"$a"}"', "x = 1 / 2 // $a"],
)
def test_a_dollar_in_strings_comments_and_patterns_is_text(text: str):
    assert template(text) == text


def test_a_name_in_an_interpolation_is_replaced():
    assert template('x = "a${$b + {c: $b}.c}d"', b=1) == 'x = "a${1 + {c: 1}.c}d"'


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("x = a$v", 1, "x = a 1"),
        ("x = 1$v", 5, "x = 1 5"),
        ("x = $v.5", 1, "x = 1 .5"),
        ("x = a <$v", -1, "x = a < -1"),
        ("x = a /$v", 1, "x = a / 1"),
        ("x = () => $v", {"a": 1}, "x = () => ({a: 1})"),
        ("$v", 1, "1"),
    ],
)
def test_a_literal_never_joins_its_neighbours(text: str, value: object, wanted: str):
    assert template(text, v=value) == wanted


def test_names_and_values_have_to_agree():
    with pytest.raises(ValueError, match=r"\$a, and no value a is given"):
        template("x = $a")
    with pytest.raises(ValueError, match=r"the template has no \$b"):
        template("x = $a", a=1, b=2)


def test_extern_is_a_tree_of_options():
    document = extern(v={"start": timedelta(hours=-1), "text": "${a}"}, on=True)
    text = format_tree(from_json(document))
    assert text == 'option v = {start: -1h, text: "\\${a}"}\noption on = true\n'
    assert [statement["type"] for statement in document["body"]] == ["OptionStatement"] * 2


def test_extern_takes_any_name_in_a_mapping():
    document = extern({"naive": 1}, b=2)
    assert format_tree(from_json(document)) == "option naive = 1\noption b = 2\n"


@pytest.mark.parametrize("name", ["if", "a b", "1a", "", "a\n"])
def test_extern_checks_names(name: str):
    with pytest.raises(ValueError, match="no name for a value"):
        extern(**{name: 1})


def test_extern_has_no_source_for_a_server_to_trust():
    assert "location" not in str(extern(a="b"))
    assert parse("x = 1") is not None
