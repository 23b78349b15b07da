"""The contract of a spool: it keeps batches over a restart, for one writer at a time."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from influx_core.errors import SpoolError, SpoolFull, SpoolInUse
from influx_core.interfaces import Spool, SpooledBatch, Target

__all__ = ["SpoolSuite"]

LINES = b'm,t=a f=1i,s="two\nlines \xc3\xa9" 1\nm f=2 2\n'
EVERYTHING = SpooledBatch(1, Target("db", "rp", "ms", "quorum", "org"), LINES, 2, (1, 2))
NOTHING = SpooledBatch(2, Target(), b"m f=1\n", 1, None)
EXTREME = SpooledBatch(2**53, Target("d\N{LATIN SMALL LETTER O WITH DIAERESIS}"), b"m f=1 1\n", 1)


def batch(number: int) -> SpooledBatch:
    """A batch of ten bytes."""
    return SpooledBatch(number, Target("db"), b"m f=1 777\n", 1, (777, 777))


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


class SpoolSuite:
    """Tests for any spool; a subclass creates it in `make`.

    Attributes:
        survives_death: whether batches outlive the process; False for a spool in memory.
    """

    survives_death: bool = True

    def make(self, path: Path) -> Spool:
        """Create a spool at `path`, which may not exist yet; the same path means the same store."""
        raise NotImplementedError("make() must return the spool")

    def make_small(self, path: Path) -> Spool | None:
        """Create a spool for at most 25 bytes of lines; None if its size cannot be limited."""
        return None

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        """The path of a test's store."""
        return tmp_path / "store"

    def test_making_it_does_not_touch_the_store(self, path: Path) -> None:
        with self._opened(path):
            self.make(path).close()
        assert self._found(path) == []

    def test_what_was_kept_is_there_after_a_restart_without_its_lines(self, path: Path) -> None:
        with self._opened(path) as spool:
            for each in (EVERYTHING, NOTHING, EXTREME):
                spool.append(each)
        expected = [replace(each, lines=b"") for each in (EVERYTHING, NOTHING, EXTREME)]
        assert self._found(path) == expected

    def test_batches_come_back_in_the_order_of_their_numbers(self, path: Path) -> None:
        with self._opened(path) as spool:
            for number in (10, 9, 2**32 + 1, 100, 1):
                spool.append(batch(number))
        assert [each.number for each in self._found(path)] == [1, 9, 10, 100, 2**32 + 1]

    @pytest.mark.parametrize("kept", [EVERYTHING, NOTHING, EXTREME], ids=["all", "none", "extreme"])
    def test_a_batch_is_read_as_it_was_kept(self, path: Path, kept: SpooledBatch) -> None:
        with self._opened(path) as spool:
            spool.append(kept)
            assert spool.read(kept.number) == kept
        with self._opened(path) as spool:
            assert spool.read(kept.number) == kept

    def test_what_was_removed_does_not_come_back(self, path: Path) -> None:
        with self._opened(path) as spool:
            for number in (1, 2, 3):
                spool.append(batch(number))
            spool.remove(2)
            with pytest.raises(SpoolError):
                spool.read(2)
        assert [each.number for each in self._found(path)] == [1, 3]

    def test_removing_what_is_not_there_is_no_error(self, path: Path) -> None:
        with self._opened(path) as spool:
            spool.append(batch(1))
            spool.remove(7)
        assert [each.number for each in self._found(path)] == [1]

    def test_reading_what_is_not_there_is_a_spool_error(self, path: Path) -> None:
        with self._opened(path) as spool, pytest.raises(SpoolError):
            spool.read(7)

    def test_a_second_writer_is_refused_and_does_no_harm_to_the_first(self, path: Path) -> None:
        with self._opened(path) as first:
            second = self.make(path)
            with pytest.raises(SpoolInUse):
                second.open()
            second.close()
            first.append(batch(1))
        assert [each.number for each in self._found(path)] == [1]

    def test_closing_twice_or_before_opening_does_no_harm(self, path: Path) -> None:
        spool = self.make(path)
        spool.close()
        spool.open()
        spool.close()
        spool.close()
        assert self._found(path) == []

    def test_it_may_be_made_in_one_thread_and_used_in_another(self, path: Path) -> None:
        spool = self.make(path)

        def use() -> None:
            spool.open()
            spool.append(batch(1))
            spool.close()

        _in_a_thread(use)
        assert [each.number for each in self._found(path)] == [1]

    def test_a_spool_without_room_says_so_and_keeps_what_it_has(self, path: Path) -> None:
        spool = self.make_small(path)
        if spool is None:
            pytest.skip("the spool is not bounded")
        with _closing(spool):
            for number in (1, 2):
                spool.append(batch(number))
            with pytest.raises(SpoolFull):
                spool.append(batch(3))
            spool.remove(1)
            spool.append(batch(4))
        assert [each.number for each in self._found(path)] == [2, 4]

    def test_batches_that_were_there_before_count_to_the_limit(self, path: Path) -> None:
        first = self.make_small(path)
        if first is None or not self.survives_death:
            pytest.skip("the spool is not bounded, or in memory")
        with _closing(first):
            for number in (1, 2):
                first.append(batch(number))
        second = self.make_small(path)
        assert second is not None
        with _closing(second):
            with pytest.raises(SpoolFull):
                second.append(batch(3))
            second.remove(1)
            second.append(batch(3))

    def test_the_number_of_a_removed_batch_can_be_used_again(self, path: Path) -> None:
        """A writer whose spool is empty begins with the number 1."""
        with self._opened(path) as spool:
            spool.append(batch(1))
            spool.remove(1)
        with self._opened(path) as spool:
            spool.append(batch(1))
        assert [each.number for each in self._found(path)] == [1]

    def test_lines_of_any_size_and_bytes_are_kept(self, path: Path) -> None:
        lines = [bytes(range(256)) * 4_096, b"", b"\n", b"m f=1 1\r\n"]
        kept = [replace(batch(number), lines=data) for number, data in enumerate(lines, 1)]
        with self._opened(path) as spool:
            for each in kept:
                spool.append(each)
        with self._opened(path) as spool:
            changed = [each.number for each in kept if spool.read(each.number) != each]
        assert changed == []  # pytest takes hours to show the difference of two large bodies

    @needs_fork
    def test_what_was_kept_survives_the_death_of_the_process(self, path: Path) -> None:
        if not self.survives_death:
            pytest.skip("the spool is in memory")

        def keep() -> None:
            spool = self.make(path)
            spool.open()
            spool.append(batch(1))
            spool.append(batch(2))
            spool.remove(1)

        assert _succeeds_in_another_process(keep)  # which ends without closing anything
        assert [each.number for each in self._found(path)] == [2]

    @needs_fork
    def test_a_writer_in_another_process_is_refused(self, path: Path) -> None:
        if not self.survives_death:
            pytest.skip("the spool is in memory")
        with self._opened(path) as spool:
            assert self._is_refused_elsewhere(path)
            spool.append(batch(1))
        assert not self._is_refused_elsewhere(path)

    @needs_fork
    def test_a_refused_writer_in_this_process_does_not_unlock_the_store(self, path: Path) -> None:
        """Locks of fcntl belong to the process: closing any descriptor of the file ends them."""
        if not self.survives_death:
            pytest.skip("the spool is in memory")
        with self._opened(path):
            second = self.make(path)
            with pytest.raises(SpoolInUse):
                second.open()
            second.close()
            assert self._is_refused_elsewhere(path)

    def _is_refused_elsewhere(self, path: Path) -> bool:
        def open_it() -> None:
            self.make(path).open()

        return not _succeeds_in_another_process(open_it)

    def _found(self, path: Path) -> list[SpooledBatch]:
        spool = self.make(path)
        try:
            return list(spool.open())
        finally:
            spool.close()

    @contextmanager
    def _opened(self, path: Path) -> Generator[Spool]:
        with _closing(self.make(path)) as spool:
            yield spool


@contextmanager
def _closing(spool: Spool) -> Generator[Spool]:
    try:
        spool.open()
        yield spool
    finally:
        spool.close()


def _succeeds_in_another_process(work: Callable[[], None]) -> bool:
    """Run in a fork, which ends at once: nothing is closed, no handler of the test runner runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks in processes with threads
        process = os.fork()
    if process == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def _in_a_thread(work: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
