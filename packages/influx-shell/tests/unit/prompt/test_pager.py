"""Long results go to a pager, if a person reads them."""

from __future__ import annotations

from io import StringIO

import pytest

from influx_shell._cli.terminal import Terminal
from influx_shell._prompt.pager import PagedText, Pager

SIZE = (20, 10)


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Program:
    """A pager that reads everything, or is left after some texts."""

    def __init__(self, reads: int | None = None) -> None:
        self.stdin = self
        self.shown = ""
        self.reads = reads
        self.ended = False

    def write(self, text: str) -> None:
        if self.reads == 0:
            raise BrokenPipeError
        self.reads = None if self.reads is None else self.reads - 1
        self.shown += text

    def close(self) -> None:
        if self.reads == 0:
            raise BrokenPipeError

    def wait(self) -> None:
        self.ended = True


def paged(*texts: str, program: Program | None = None) -> tuple[str, Program]:
    screen, program = Screen(), program or Program()
    text = PagedText(screen, SIZE, lambda: program)
    try:
        for each in texts:
            text.write(each)
    finally:
        text.finish()
    return screen.getvalue(), program


def test_text_that_fits_is_printed():
    shown, program = paged("a\n" * 7, "x" * 20)
    assert shown == "a\n" * 7 + "x" * 20
    assert not program.ended


@pytest.mark.parametrize("text", ["a\n" * 8, "x" * 21, "\u4e16" * 11])
def test_text_that_is_too_long_or_too_wide_goes_to_the_pager(text):
    shown, program = paged("first\n", text, "last\n")
    assert (shown, program.shown, program.ended) == ("", f"first\n{text}last\n", True)


def terminal(stdin: StringIO, stdout: StringIO) -> Terminal:
    return Terminal(stdin, stdout, Screen(), {})


def test_leaving_the_pager_ends_the_output(monkeypatch):
    pager, program = Pager({"PAGER": "less"}, lambda: SIZE), Program(reads=1)
    monkeypatch.setattr(pager, "_start", lambda: program)
    written = 0
    with pager.terminal(terminal(Screen(), Screen())) as used:
        for _ in range(100):
            used.stdout.write("a\n" * 10)
            written += 1
    assert written == 1
    assert program.ended


def test_pipes_and_redirections_have_no_pager():
    pager = Pager({"PAGER": "nope"}, lambda: SIZE)
    for stdin, stdout in ((StringIO(), Screen()), (Screen(), StringIO())):
        with pager.terminal(terminal(stdin, stdout)) as used:
            used.stdout.write("a\n" * 100)
        assert stdout.getvalue() == "a\n" * 100


def test_the_variable_names_the_pager_and_may_be_empty():
    assert Pager({"PAGER": "more -d"}, lambda: SIZE).command == ["more", "-d"]
    assert Pager({"PAGER": ""}, lambda: SIZE).command == []
