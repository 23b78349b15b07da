"""Go's functions of strings, where they differ from Python's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._go import strings


@pytest.mark.parametrize(
    ("text", "upper", "lower"),
    [("straße", "STRAßE", "straße"), ("ᾳ", "ᾼ", "ᾳ"), ("İ", "İ", "i"), ("ǆ", "Ǆ", "ǆ")],
)
def test_case_is_mapped_character_by_character(text: str, upper: str, lower: str) -> None:
    assert strings.upper(text) == upper
    assert strings.lower(text) == lower


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("the little_blue truck's", "The Little_blue Truck'S"),
        ("ǆ 1st a-b", "ǅ 1st A-B"),
        ("été\u00a0été", "Été\u00a0Été"),
    ],
)
def test_a_title_begins_after_what_separates_words(text: str, title: str) -> None:
    assert strings.title(text) == title


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("\u017fKs", "SKS", True),
        ("Straße", "STRASSE", False),
        ("σς", "ΣΣ", True),
        ("i", "İ", False),
        ("\u0131", "I", False),
    ],
)
def test_letters_are_folded_one_by_one(left: str, right: str, equal: bool) -> None:
    assert strings.equal_fold(left, right) is equal


def test_positions_are_those_of_bytes() -> None:
    assert strings.index("ж€x", "x") == 5
    assert strings.last_index("x€x", "x") == 4
    assert strings.index_any("ж€x", "x€") == 2
    assert strings.last_index_any("ж€x", "ж€") == 2
    assert strings.index("abc", "z") == -1
    assert strings.last_index_any("abc", "") == -1


@pytest.mark.parametrize(
    ("separator", "limit", "parts"),
    [
        (",", -1, ["a", "b", "c"]),
        (",", 2, ["a", "b,c"]),
        (",", 0, []),
        ("", -1, ["a", ",", "b", ",", "c"]),
        ("", 2, ["a", ",b,c"]),
        ("", 9, ["a", ",", "b", ",", "c"]),
    ],
)
def test_a_text_is_divided_into_at_most_so_many_parts(
    separator: str, limit: int, parts: list[str]
) -> None:
    assert strings.split("a,b,c", separator, limit) == parts


@given(st.text(), st.text(max_size=2), st.integers(1, 4))
def test_parts_with_their_separators_are_the_text(text: str, separator: str, limit: int) -> None:
    parts = strings.split_after(text, separator, limit)
    assert "".join(parts) == text
    assert len(parts) <= limit


@given(st.text(), st.text())
def test_texts_are_compared_by_their_bytes(left: str, right: str) -> None:
    first, second = left.encode(), right.encode()
    assert strings.compare(left, right) == (first > second) - (first < second)
