"""The tokenizer of SQL: text comes back as it was, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._flavors.sql.rewriting.sql_tokens import (
    BracketGroup,
    SQLToken,
    TokenKind,
    split_at_commas,
    text_of,
    tokenize,
    tree,
)

PIECES = st.sampled_from(
    [
        *["SELECT", "tz(", ")", "[", "]", "'it''s'", '"a""b"', "`x`", "--c\n", "/* /* */ */", "::"],
        *["$$a'b$$", "$x", "E'\\''", "1e5", ".5", "<=", ",", ".", " ", "\n", "'", '"', "/*", "*/"],
        *["é", "$tag$ ' $tag$", "\\", "(", "time", "1.2.3"],
    ]
)


@given(st.text() | st.lists(PIECES).map("".join))
def test_the_tokens_and_their_tree_give_the_text_again(text: str) -> None:
    tokens = tokenize(text)
    assert "".join(token.text for token in tokens) == text
    assert text_of(tree(tokens)) == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("'it''s'", TokenKind.STRING),
        (r"E'it\'s'", TokenKind.STRING),
        ("$$it's$$", TokenKind.STRING),
        ("$a$ $$ $a$", TokenKind.STRING),
        ('"a""b"', TokenKind.QUOTED),
        ("`a b`", TokenKind.QUOTED),
        ("$name", TokenKind.PLACEHOLDER),
        ("1.5e-3", TokenKind.NUMBER),
        ("größe", TokenKind.WORD),
        ("-- all of it 'x", TokenKind.BLANK),
        ("/* one /* two */ 'x' */", TokenKind.BLANK),
        ("/* without end", TokenKind.BLANK),
        ("::", TokenKind.SIGN),
    ],
)
def test_a_token_is_read_as_one(text: str, kind: TokenKind) -> None:
    (token,) = tokenize(text)
    assert (token.kind, token.text) == (kind, text)


def test_brackets_make_groups_and_one_too_many_is_a_sign() -> None:
    outer, sign = tree(tokenize("(a[1])]"))
    assert isinstance(outer, BracketGroup)
    assert isinstance(outer.nodes[1], BracketGroup)
    assert sign == SQLToken(TokenKind.SIGN, "]")


def test_only_commas_outside_of_brackets_separate() -> None:
    parts = split_at_commas(tree(tokenize("a, f(b, c), 'd,e'")))
    assert [text_of(part).strip() for part in parts] == ["a", "f(b, c)", "'d,e'"]
    assert split_at_commas(tree(tokenize("  "))) == []
