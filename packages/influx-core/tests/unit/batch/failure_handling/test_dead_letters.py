"""DeadLetter and DeadLetterQueue: one comment for a letter, and bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letters import (
    DeadLetter,
    DeadLetterQueue,
    as_comment,
)
from influx_core._batch.waiters import Progress
from influx_core.interfaces import Target

WRITTEN = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_heading_says_where_how_many_and_why():
    letter = DeadLetter(Target("db", "rp", "s"), b"m f=1 1\n", 1, "no\nroom", uncertain=True)
    assert letter.heading(WRITTEN) == (
        b"# 2026-01-02T00:00:00+00:00 db=db rp=rp precision=s points=1: "
        b"no room (may have been stored)"
    )


NASTY = ["a\nm f=1 1", "a\r\nm f=1 1", "a\x85b", "a\u2028b", "\ud800", "a b=c", "\x1b[31m", "\x00"]


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_foreign_text_never_begins_a_line(text):
    for target in (Target(text), Target("db", text), Target("db", org=text)):
        heading = DeadLetter(target, b"", 1, text).heading(WRITTEN)
        assert len(heading.splitlines()) == 1
        assert heading.startswith(b"# ")
        heading.decode()
    assert len(as_comment(text).decode().splitlines()) == 1


class File:
    """Notes letters, or fails."""

    path = "dead.lp"

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.error: Exception | None = None

    def append(self, heading: bytes, lines: bytes) -> None:
        if self.error:
            raise self.error
        self.letters.append(lines)


class LaterExecutor:
    """Does nothing before it is told to."""

    def __init__(self) -> None:
        self.jobs = []

    def submit(self, work, then) -> None:
        self.jobs.append((work, then))

    def go(self) -> None:
        for work, then in self.jobs:
            work()
            then()
        self.jobs.clear()


@pytest.fixture
def file():
    return File()


@pytest.fixture
def executor():
    return LaterExecutor()


@pytest.fixture
def counters():
    return Counters()


@pytest.fixture
def queue(file, executor, counters):
    return DeadLetterQueue(
        file, executor, lambda: 0, room=20, counters=counters, progress=Progress()
    )


def letter(lines: bytes = b"m f=1 1\n") -> DeadLetter:
    return DeadLetter(Target("db"), lines, 1, "no")


def test_letters_are_written_in_order(queue, file, executor):
    for value in (b"1", b"2"):
        queue(letter(value))
    assert queue.waiting == 2
    executor.go()
    assert (file.letters, queue.waiting) == ([b"1", b"2"], 0)


def test_what_does_not_fit_is_counted_and_told(queue, file, executor, counters, caplog):
    for _ in range(4):
        queue(letter())
    executor.go()
    assert len(file.letters) == 2
    assert counters.dead_letters_dropped == 2
    assert "2 given up points are not in dead.lp" in caplog.text


def test_at_the_end_everything_is_written(queue, file, executor):
    queue.close()
    for _ in range(9):
        queue(letter())
    executor.go()
    assert len(file.letters) == 9


@pytest.mark.parametrize("error", [OSError("no disk"), RuntimeError("odd")])
def test_a_letter_that_cannot_be_written_is_in_the_log(
    queue, file, executor, counters, caplog, error
):
    file.error = error
    queue(letter())
    executor.go()
    assert (counters.dead_letters_dropped, queue.waiting) == (1, 0)
    assert "m f=1 1" in caplog.text
