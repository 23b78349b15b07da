"""Checks regular expressions like libflux's parser, by the syntax of Rust's regex crate.

The server then runs the pattern with Go's RE2, which has nearly the same syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

_META = frozenset("\\.+*?()|[]{}^$#&-~")
_LETTERS = frozenset("dDsSwWbBAzaftnrv")
_HEX = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[xuU]\{[0-9A-Fa-f]+\}")
_UNICODE = re.compile(r"[pP](?:\{\^?[\w:=! -]+\}|[A-Za-z])")
_FLAGS = re.compile(r"\?([a-zA-Z-]*)([:)])")
_NAME = re.compile(r"\?P<([A-Za-z_][\w.\[\]]*)>", re.ASCII)
_COUNT = re.compile(r"\{\s*(\d+)\s*(?:(,)\s*(\d+)?\s*)?\}")
_POSIX = re.compile(r"\[:\^?[a-z]+:\]")
_NEST_LIMIT = 250


class _Problem(Exception):
    """An error in a pattern, with its offsets."""

    def __init__(self, message: str, start: int, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = start + 1 if end is None else end


@dataclass(slots=True)
class _State:
    pattern: str
    offset: int = 0
    repeatable: bool = False
    groups: list[int] = field(default_factory=list[int])
    names: set[str] = field(default_factory=set[str])


def check_pattern(pattern: str) -> None:
    """Check a pattern.

    Raises:
        ValueError: The text is not a regular expression; the message is libflux's.
    """
    try:
        _check(_State(pattern))
    except _Problem as problem:
        raise ValueError(_message(pattern, problem)) from None


def _message(pattern: str, problem: _Problem) -> str:
    """Return the message of Rust's regex crate as libflux prints it, on one line."""
    marks = " " * problem.start + "^" * max(1, problem.end - problem.start)
    text = f"regex parse error:\n    {pattern}\n    {marks}\nerror: {problem.message}"
    return text.replace("\n", "").replace("    ", " ").replace("^", "")


def _check(state: _State) -> None:
    while state.offset < len(state.pattern):
        match state.pattern[state.offset]:
            case "\\":
                _escape(state)
                state.repeatable = True
            case "(":
                _open_group(state)
            case ")":
                if not state.groups:
                    raise _Problem("unopened group", state.offset)
                state.groups.pop()
                state.offset += 1
                state.repeatable = True
            case "[":
                _character_class(state)
                state.repeatable = True
            case "*" | "+" | "?":
                _repetition(state, state.offset + 1)
            case "{":
                _counted_repetition(state)
            case "|":
                state.offset += 1
                state.repeatable = False
            case _:
                state.offset += 1
                state.repeatable = True
    if state.groups:
        raise _Problem("unclosed group", state.groups[-1])


def _repetition(state: _State, end: int) -> None:
    if not state.repeatable:
        raise _Problem("repetition operator missing expression", state.offset)
    state.offset = end
    if state.pattern.startswith("?", end):
        state.offset += 1


def _counted_repetition(state: _State) -> None:
    start = state.offset
    if not state.repeatable:
        raise _Problem("repetition operator missing expression", start)
    match = _COUNT.match(state.pattern, start)
    if match is None:
        _refuse_count(state.pattern, start)
    low, comma, high = match.groups()
    if comma and high and int(low) > int(high):
        message = "invalid repetition count range, the start must be <= the end"
        raise _Problem(message, start, match.end())
    _repetition(state, match.end())


def _refuse_count(pattern: str, start: int) -> NoReturn:
    next_character = pattern[start + 1 :].lstrip()[:1]
    if not next_character or (next_character.isdecimal() and "}" not in pattern[start:]):
        raise _Problem("unclosed counted repetition", start)
    raise _Problem("repetition quantifier expects a valid decimal", start + 1)


def _open_group(state: _State) -> None:
    start = state.offset
    state.offset += 1
    if state.pattern.startswith("?", start + 1):
        _group_kind(state, start)
        return
    _push_group(state, start)


def _group_kind(state: _State, start: int) -> None:
    pattern = state.pattern
    if pattern.startswith(("?=", "?!", "?<=", "?<!"), start + 1):
        message = "look-around, including look-ahead and look-behind, is not supported"
        raise _Problem(message, start, start + (4 if pattern[start + 2] == "<" else 3))
    if named := _NAME.match(pattern, start + 1):
        if named[1] in state.names:
            raise _Problem("duplicate capture group name", start)
        state.names.add(named[1])
        state.offset = named.end()
        _push_group(state, start)
        return
    if pattern.startswith("?P<", start + 1):
        raise _Problem("invalid capture group character", start + 4)
    flags = _FLAGS.match(pattern, start + 1)
    if flags is None or not _good_flags(flags[1], flags[2]):
        raise _Problem("unrecognized flag", start + 2)
    state.offset = flags.end()
    if flags[2] == ":":
        _push_group(state, start)
    else:
        state.repeatable = False


def _good_flags(flags: str, end: str) -> bool:
    letters = flags.replace("-", "")
    return (
        set(letters) <= set("imsUux")
        and len(set(letters)) == len(letters)
        and flags.count("-") <= 1
        and not flags.endswith("-")
        and (bool(flags) or end == ":")
    )


def _push_group(state: _State, start: int) -> None:
    state.groups.append(start)
    state.repeatable = False
    if len(state.groups) > _NEST_LIMIT:
        raise _Problem("exceed the maximum number of nested parentheses/brackets (250)", start)


def _escape(state: _State) -> None:
    start = state.offset
    pattern = state.pattern
    if start + 1 == len(pattern):
        message = "incomplete escape sequence, reached end of pattern prematurely"
        raise _Problem(message, start)
    character = pattern[start + 1]
    if character in _META or character in _LETTERS:
        state.offset = start + 2
    elif match := _HEX.match(pattern, start + 1) or _UNICODE.match(pattern, start + 1):
        state.offset = match.end()
    elif character.isdecimal():
        raise _Problem("backreferences are not supported", start, start + 2)
    elif character in "xuU":
        raise _Problem("invalid hexadecimal digit", start + 2)
    else:
        raise _Problem("unrecognized escape sequence", start, start + 2)


def _character_class(state: _State) -> None:
    """Read a character class, which may contain other classes."""
    opened: list[int] = []
    while True:
        opened.append(state.offset)
        state.offset += 1
        if state.pattern.startswith("^", state.offset):
            state.offset += 1
        while state.pattern.startswith("-", state.offset):
            state.offset += 1
        if state.pattern.startswith("]", state.offset):
            state.offset += 1
        if _class_items(state, opened):
            return


def _class_items(state: _State, opened: list[int]) -> bool:
    """Read the items of a class; return True at its end, False at a class inside it."""
    pattern = state.pattern
    while state.offset < len(pattern):
        character = pattern[state.offset]
        if character == "]":
            state.offset += 1
            opened.pop()
            if not opened:
                return True
        elif character == "[":
            posix = _POSIX.match(pattern, state.offset)
            if posix is None:
                return False
            state.offset = posix.end()
        else:
            _class_item(state)
    raise _Problem("unclosed character class", opened[-1])


def _class_item(state: _State) -> None:
    """Read one character or range of a class."""
    start = state.offset
    low = _class_character(state)
    pattern = state.pattern
    if not pattern.startswith("-", state.offset) or pattern[state.offset + 1 :][:1] in (
        "]",
        "-",
        "",
    ):
        return
    state.offset += 1
    if pattern.startswith("[", state.offset):
        raise _Problem("invalid range boundary, must be a literal", state.offset)
    high = _class_character(state)
    if low is None or high is None:
        raise _Problem("invalid range boundary, must be a literal", start)
    if low > high:
        message = "invalid character class range, the start must be <= the end"
        raise _Problem(message, start, state.offset)


def _class_character(state: _State) -> str | None:
    """Read a character of a class; return None for an escape that means several characters."""
    start = state.offset
    if state.pattern[start] != "\\":
        state.offset += 1
        return state.pattern[start]
    _escape(state)
    written = state.pattern[start + 1 : state.offset]
    if written[0] in "dDsSwWpP":
        return None
    if written[0] in "bBAz":
        raise _Problem("invalid escape sequence found in character class", start, state.offset)
    if written[0] in "xuU":
        return chr(min(int(written[1:].strip("{}"), 16), 0x10FFFF))
    return {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}.get(written, written)
