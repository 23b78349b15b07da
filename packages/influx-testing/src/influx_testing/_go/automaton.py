"""Matching without backtracking: for patterns on which Python's `re` may need exponential time.

A pattern becomes a nondeterministic automaton, whose states are followed all at once, so that a
character costs no more than the pattern is long. Sets of states are kept and found again: mostly a
character costs one look into a dictionary. What a single character may be, `re` decides.

Only whether a text matches is told, not where; that is all InfluxQL asks.
Source: https://swtch.com/~rsc/regexp/regexp2.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from influx_testing.errors import FakeUnsupported

__all__ = ["Automaton", "choices"]

MOST_STATES = 5_000
"""Of one automaton. RE2, too, has a limit for what repetitions of repetitions unfold to."""

MOST_HELD = 20_000
"""States in all sets that are remembered, and ways between these: about 2 MB."""

MOST_STEPS = 1_000_000
"""In one text: less than a second of work."""

_TOKEN = re.compile(
    r"""(?P<group>\((?:\?(?:P<\w+>|(?P<on>[ims]*)(?:-(?P<off>[ims]+))?(?P<end>[:)])))?)
    |(?P<close>\))|(?P<bar>\|)
    |(?P<repeat>[*+?]|\{(?P<least>\d+)(?P<comma>,(?P<most>\d*))?\})\??
    |(?P<check>\^|\$|\\[AZbB])
    |(?P<atom>\[\^?\]?(?:\\.|[^\]\\])*\]|\\x[0-9A-Fa-f]{2}|\\[0-7]{1,3}|\\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}

Test = Callable[[str], object]
Check = Callable[[str, str], bool]
"""Whether a place between two characters will do; an end of the text is an empty character."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """One character."""

    test: Test


@dataclass(frozen=True, slots=True)
class _Place:
    """A place between characters."""

    check: Check


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several sequences."""

    branches: tuple[tuple[_Node, ...], ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    """Something several times; None is without end."""

    item: _Node
    least: int
    most: int | None


_Node = _Atom | _Place | _Choice | _Repeat


def choices(pattern: str) -> int:
    """Count alternatives and repetitions; what it takes to try them all may be their product."""
    return sum(1 for token in _TOKEN.finditer(pattern) if token["bar"] or token["repeat"])


class _Parser:
    """Reads a pattern that Python's `re` has accepted."""

    def __init__(self, pattern: str) -> None:
        self._tokens = list(_TOKEN.finditer(pattern))
        self._position = 0

    def choice(self, flags: int) -> _Choice:
        """Read up to the end of the group; flags set inside are forgotten behind it."""
        branches: list[list[_Node]] = [[]]
        while self._position < len(self._tokens):
            token = self._tokens[self._position]
            self._position += 1
            if token["close"]:
                break
            if token["bar"]:
                branches.append([])
            elif token["repeat"]:
                branches[-1].append(_repeat(branches[-1].pop(), token))
            elif token["end"] == ")":
                flags = _changed(flags, token)
            else:
                branches[-1].append(self._node(token, flags))
        return _Choice(tuple(map(tuple, branches)))

    def _node(self, token: re.Match[str], flags: int) -> _Node:
        if token["group"]:
            return self.choice(_changed(flags, token))
        if token["check"]:
            many = token["check"] in "^$" and flags & re.MULTILINE
            return _Place(_CHECKS["(?m)" * bool(many) + token["check"]])
        return _Atom(re.compile(token["atom"], flags).fullmatch)


def _changed(flags: int, token: re.Match[str]) -> int:
    for letter in token["on"] or "":
        flags |= _FLAGS[letter]
    for letter in token["off"] or "":
        flags &= ~_FLAGS[letter]
    return flags


def _repeat(item: _Node, token: re.Match[str]) -> _Repeat:
    if token["least"] is None:
        least, most = _OPERATORS[token["repeat"][0]]
        return _Repeat(item, least, most)
    least = int(token["least"])
    if not token["comma"]:
        return _Repeat(item, least, least)
    return _Repeat(item, least, int(token["most"]) if token["most"] else None)


_OPERATORS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def _word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())


_CHECKS: dict[str, Check] = {
    "^": lambda before, after: not before,
    r"\A": lambda before, after: not before,
    "(?m)^": lambda before, after: before in ("", "\n"),
    "$": lambda before, after: not after,
    r"\Z": lambda before, after: not after,
    "(?m)$": lambda before, after: after in ("", "\n"),
    r"\b": lambda before, after: _word(before) != _word(after),
    r"\B": lambda before, after: _word(before) == _word(after),
}


@dataclass(slots=True)
class _State:
    """A state: a character or a place leads on, or nothing does so without asking."""

    test: Test | None = None
    check: Check | None = None
    then: list[int] = field(default_factory=list[int])


@dataclass(slots=True, eq=False)
class _Set:
    """States that one character leads to (a stand-in for it), and where the next one leads."""

    states: frozenset[int]
    before: str
    next: dict[str, _Set | None] = field(default_factory=dict[str, "_Set | None"])


class Automaton:
    """A pattern, ready to be looked for.

    Args:
        pattern: as Python's `re` takes it, without look-around and references back.
        flags: those of `re`.

    Attributes:
        steps: how many states have been looked at so far.

    Raises:
        FakeUnsupported: it unfolds to too many states.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._states = [_State()]
        self._start = self._build(_Parser(pattern).choice(flags), 0)
        self._sets: dict[tuple[frozenset[int], str], _Set] = {}
        self._held = 0
        self.steps = 0

    def __len__(self) -> int:
        """How many states it has."""
        return len(self._states)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in a text.

        Raises:
            FakeUnsupported: it takes too many steps.
        """
        limit = self.steps + MOST_STEPS
        now = self._set(frozenset((self._start,)), "")
        for char in text:
            try:
                following = now.next[char]
            except KeyError:
                following = now.next[char] = self._follow(now, char)
                if self.steps > limit:
                    raise FakeUnsupported("a regular expression that takes too long") from None
            if following is None:
                return True
            now = following
        return self._closure(now, "") is None

    def _follow(self, now: _Set, char: str) -> _Set | None:
        """The set that a character leads to; None where the pattern has matched before it."""
        self._hold(1)
        reached = self._closure(now, char)
        if reached is None:
            return None
        states = {self._start}
        for one in reached:
            test = self._states[one].test
            if test is not None and test(char):
                states.update(self._states[one].then)
        return self._set(frozenset(states), _kind(char))

    def _closure(self, now: _Set, after: str) -> set[int] | None:
        """All that is reached without a character; None where that is the end of the pattern."""
        seen = set(now.states)
        waiting = list(seen)
        while waiting:
            number = waiting.pop()
            self.steps += 1
            state = self._states[number]
            if not number:
                return None
            if state.test is not None or (state.check and not state.check(now.before, after)):
                continue
            new = [one for one in state.then if one not in seen]
            seen.update(new)
            waiting.extend(new)
        return seen

    def _set(self, states: frozenset[int], before: str) -> _Set:
        found = self._sets.get((states, before))
        if found is None:
            self._hold(len(states))
            found = self._sets[states, before] = _Set(states, before)
        return found

    def _hold(self, more: int) -> None:
        """Make room for what is to be remembered: forget everything else."""
        self._held += more
        if self._held > MOST_HELD:
            for one in self._sets.values():
                one.next.clear()
            self._sets.clear()
            self._held = more

    def _add(self, state: _State) -> int:
        if len(self._states) >= MOST_STATES:
            raise FakeUnsupported("a regular expression with repetitions of this size")
        self._states.append(state)
        return len(self._states) - 1

    def _build(self, node: _Node, then: int) -> int:
        """Add the states of a node, the last first; returns where it begins."""
        if isinstance(node, _Atom):
            return self._add(_State(test=node.test, then=[then]))
        if isinstance(node, _Place):
            return self._add(_State(check=node.check, then=[then]))
        if isinstance(node, _Repeat):
            return self._build_repeat(node, then)
        starts = [self._build_sequence(branch, then) for branch in node.branches]
        return starts[0] if len(starts) == 1 else self._add(_State(then=starts))

    def _build_sequence(self, nodes: tuple[_Node, ...], then: int) -> int:
        for node in reversed(nodes):
            then = self._build(node, then)
        return then

    def _build_repeat(self, node: _Repeat, then: int) -> int:
        if node.most is None:
            loop = self._add(_State())
            self._states[loop].then = [self._build(node.item, loop), then]
            then = loop
        for _ in range((node.most or 0) - node.least):
            then = self._add(_State(then=[self._build(node.item, then), then]))
        for _ in range(node.least):
            start = self._build(node.item, then)
            if start == then:  # nothing, and nothing many times is nothing
                break
            then = start
        return then


def _kind(char: str) -> str:
    """A character that is to checks what this one is."""
    return "\n" if char == "\n" else "a" * _word(char) or " "
