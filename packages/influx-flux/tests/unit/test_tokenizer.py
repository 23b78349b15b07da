"""The tokens of Flux for editors: every text has some."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from influx_flux.tokenizer import tokenize


def shown(text: str) -> list[tuple[str, str]]:
    return [(token.kind, text[token.start : token.end]) for token in tokenize(text)]


def test_comments_are_tokens_with_their_place():
    text = '// first\nfrom(bucket: "b") // last'
    assert shown(text)[0] == ("COMMENT", "// first")
    assert shown(text)[-1] == ("COMMENT", "// last")
    assert ("STRING", '"b"') in shown(text)


def test_a_slash_divides_after_a_value_and_begins_a_pattern_elsewhere():
    assert [kind for kind, _ in shown("a / b / c")].count("DIV") == 2
    assert ("REGEX", "/b/") in shown("r.host =~ /b/")


def test_interpolations_return_to_their_string():
    text = 'x = "a ${f(o: {p: 1})} b" + y'
    assert shown(text)[-3:] == [("QUOTE", '"'), ("ADD", "+"), ("IDENT", "y")]
    assert ("TEXT", " b") in shown(text)


@given(st.text(alphabet='ab1 "${}/\\\n|>.:=é', max_size=40))
def test_tokens_follow_each_other_in_any_text(text: str):
    tokens = tokenize(text)
    assert all(token.start < token.end <= len(text) for token in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
