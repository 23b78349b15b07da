from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing import FakeUnsupported
from influx_testing._go import automaton
from influx_testing._go.automaton import Automaton, choices

ATOMS = ["a", "b", ".", "[ab]", "[^a]", r"\w", r"\W", "_", r"\n", "", "^", r"\b", r"\B", r"\A"]
TEXTS = st.text("abB_ \n", min_size=1, max_size=8)
"""Before Python 3.14, no \\B was in an empty text; RE2 finds one there."""


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    repeats = st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,3}", "{2,}", "{0}", "{0,2}?"])
    return st.one_of(
        several.map("".join),
        several.map(lambda branches: f"({'|'.join(branches)})"),
        st.builds("(?:{}){}".format, inner, repeats),
        st.builds("(?{}:{})".format, st.sampled_from(["i", "s", "m", "i-s"]), inner),
    )


PATTERNS = st.recursive(st.sampled_from(ATOMS), _wider)


@given(pattern=PATTERNS, text=TEXTS, flags=st.sampled_from(["", "(?i)", "(?m)", "(?ms)"]))
def test_it_matches_what_re_matches(pattern: str, text: str, flags: str) -> None:
    pattern = flags + pattern + r"\Z" * (len(text) % 2)
    expected = re.search(pattern, text, re.ASCII) is not None
    assert Automaton(pattern, re.ASCII).matches(text) == expected


@given(text=TEXTS)
def test_a_dollar_is_the_end_of_a_line_with_the_flag_for_it(text: str) -> None:
    assert Automaton("(?m)a$").matches(text) == ("a\n" in text or text.endswith("a"))
    assert Automaton("a$").matches(text) == text.endswith("a")


def test_a_group_can_have_a_name() -> None:
    assert Automaton("^(?P<name>a|b)+c").matches("abc")


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "(a*)*b", "a?" * 30 + "a" * 30 + "b"])
def test_steps_grow_with_the_text_times_the_pattern(pattern: str) -> None:
    matcher = Automaton(pattern, re.ASCII)
    text = "a" * 500 + "!"
    assert not matcher.matches(text)
    assert matcher.steps <= (len(text) + 1) * len(matcher)


def test_steps_grow_with_the_text_where_nothing_can_be_remembered() -> None:
    matcher = Automaton("(?:a|b)*a(?:a|b){20}c")
    text = "".join(random.Random(1).choices("ab", k=5_000))
    assert not matcher.matches(text)
    assert len(text) < matcher.steps <= (len(text) + 1) * len(matcher)


def test_what_it_remembers_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "MOST_HELD", 100)
    matcher = Automaton("(?:a|b)*a(?:a|b){6}$")
    for text in ("".join(random.Random(seed).choices("ab", k=50)) for seed in range(50)):
        assert matcher.matches(text) == (text[-7] == "a")


def test_a_text_seen_before_takes_few_steps() -> None:
    matcher = Automaton("(a+)+$")
    matcher.matches("a" * 500)
    before = matcher.steps
    matcher.matches("a" * 500)
    assert matcher.steps - before <= len(matcher)


def test_too_many_states_are_refused() -> None:
    with pytest.raises(FakeUnsupported, match="repetitions of this size"):
        Automaton("((a{1000}){1000}){1000}")


def test_too_many_steps_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "MOST_STEPS", 100)
    with pytest.raises(FakeUnsupported, match="too long"):
        Automaton("(?:a|b){50}c").matches("ab" * 50)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("^abc$", 0), ("[*|]", 0), (r"a\*", 0), ("a.*b", 1), ("(a|b){2}", 2), ("(a+)+", 2)],
)
def test_choices_are_alternatives_and_repetitions(pattern: str, count: int) -> None:
    assert choices(pattern) == count
