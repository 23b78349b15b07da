"""Plan: which ranges there are, and what became of each; it survives a kill at any moment."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

from influx_copy._plan.plan_tables import connect
from influx_copy.errors import PlanMismatch
from influx_copy.interfaces import CopyRange, FieldType, Selection, SourceObject

__all__ = ["Plan", "PlanProgress", "PlannedRange", "RangeResult", "RangeState"]

RangeState: TypeAlias = Literal["pending", "running", "done", "failed"]
"""The state of a range; one that was running when the process was killed is pending again."""

_COLUMNS = (
    "database, policy, measurement, start, stop, part, growing, state, attempts, rows, first, last,"
    " types, error"
)
_KEY = "database = ? AND policy = ? AND measurement = ? AND start = ? AND stop = ? AND part = ?"
_ID = "id"
_OLDEST = "growing, start, database, policy, measurement, part, stop"
_NEWEST = "growing, start DESC, database, policy, measurement, part, stop"


@dataclass(frozen=True, slots=True)
class RangeResult:
    """What was copied of a range.

    Attributes:
        rows: the number of points.
        first: the time of the first point in nanoseconds; None if there is none.
        last: the time of the last point.
        types: the types of each field that has values.
        bytes: the bytes in the format of the sink.
    """

    rows: int = 0
    first: int | None = None
    last: int | None = None
    types: Mapping[str, tuple[FieldType, ...]] | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class PlannedRange:
    """A row of a plan.

    Attributes:
        range: the range.
        state: its state.
        attempts: how often its copy was begun.
        result: what was copied; None unless it is done.
        error: why it failed; empty otherwise.
    """

    range: CopyRange
    state: RangeState
    attempts: int = 0
    result: RangeResult | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """The numbers of ranges in each state, and of the points that are copied."""

    pending: int
    running: int
    done: int
    failed: int
    rows: int

    @property
    def total(self) -> int:
        """The number of ranges."""
        return self.pending + self.running + self.done + self.failed

    @property
    def complete(self) -> bool:
        """Whether every range is done."""
        return self.done == self.total


class Plan:
    """The ranges of one copy in an SQLite file, which one process at a time can open.

    It is used by one thread at a time, which may be any.

    Every change is one transaction on disk. After a kill at any moment, the next Plan of the file
    has each range once: done, or to be copied.

    Args:
        path: the file; created if it does not exist.

    Raises:
        PlanInUse: another process, or another object, has it open.
        PlanMismatch: the file is not a plan, or one of another version.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self._db = connect(self.path)
        self._db.execute("UPDATE ranges SET state = 'pending' WHERE state = 'running'")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Plan {self.path}>"

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._db.close()

    @property
    def settings(self) -> dict[str, Any]:
        """What the copy was begun with: its source, its sink, its options."""
        rows = self._db.execute("SELECT name, value FROM settings WHERE name != ?", (_ID,))
        return {name: json.loads(value) for name, value in rows}

    @property
    def id(self) -> str:
        """What is different for each copy, also before it is begun."""
        ask = "SELECT value FROM settings WHERE name = ?"
        found = self._db.execute(ask, (_ID,)).fetchone()
        if found is None:
            made = json.dumps(secrets.token_hex(8))
            self._db.execute("INSERT INTO settings VALUES (?, ?)", (_ID, made))
            found = self._db.execute(ask, (_ID,)).fetchone()
        return str(json.loads(found[0]))

    @property
    def selection(self) -> Selection:
        """What the copy was begun for; everything if the plan does not say it."""
        stored = self.settings.get("selection")
        if stored is None:
            return Selection()
        lists = {name: tuple(stored[name]) for name in ("databases", "policies", "measurements")}
        values: dict[str, Any] = {**stored, **lists}
        return Selection(**values)

    def begin(
        self,
        settings: Mapping[str, Any],
        ranges: Iterable[CopyRange],
        objects: Iterable[SourceObject] = (),
    ) -> None:
        """Fill a new plan, in one transaction.

        Args:
            settings: what `check` compares when the copy goes on.
            ranges: the ranges; equal ones are stored once.
            objects: what the source has besides points.

        Raises:
            PlanMismatch: the plan has been filled before.
        """
        if self.settings:
            raise PlanMismatch(f"the plan {self.path} is filled: resume it, or use another file")
        with self._db.transaction():
            self._db.executemany(
                "INSERT INTO settings VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in settings.items()],
            )
            self._insert(ranges)
            self._db.executemany(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)",
                [(o.kind, o.database, o.name, o.definition, o.outcome) for o in objects],
            )

    def check(self, settings: Mapping[str, Any]) -> None:
        """Refuse to go on with other settings than those that the plan was begun with.

        Raises:
            PlanMismatch: a setting differs; the message has both values.
        """
        known = self.settings
        for name, value in settings.items():
            if known.get(name) != json.loads(json.dumps(value)):
                raise PlanMismatch(
                    f"the plan {self.path} was begun with {name} {known.get(name)!r}, not "
                    f"{value!r}: use another plan for another copy"
                )

    def add(self, ranges: Iterable[CopyRange]) -> int:
        """Add what the plan does not have of ranges; those that were growing are pending again.

        Returns:
            The number of new ranges.
        """
        listed = list(ranges)
        new = list(_missing(listed, [planned.range for planned in self.ranges()]))
        with self._db.transaction():
            self._db.execute("UPDATE ranges SET state = 'pending' WHERE growing")
            self._insert(new)
            self._db.executemany(
                "UPDATE ranges SET growing = 0 WHERE growing AND database = ? AND policy = ? AND "
                "measurement = ? AND start >= ? AND stop <= ? AND part = ?",
                [_key(range_) for range_ in listed if not range_.growing],
            )
        return len(new)

    def ranges(
        self, state: RangeState | None = None, *, newest_first: bool = False
    ) -> Iterator[PlannedRange]:
        """The ranges in the order in which they are copied; growing ones come last.

        Args:
            state: only ranges in this state.
            newest_first: whether later times come first.
        """
        order = _NEWEST if newest_first else _OLDEST
        where = "" if state is None else "WHERE state = ?"
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM ranges {where} ORDER BY {order}",  # noqa: S608 - constants
            () if state is None else (state,),
        )
        return map(_planned, rows.fetchall())

    def start_next(self, *, newest_first: bool = False) -> CopyRange | None:
        """Mark the next pending range as running and return it; None if there is none."""
        order = _NEWEST if newest_first else _OLDEST
        row = self._db.execute(
            "UPDATE ranges SET state = 'running', attempts = attempts + 1, error = NULL "  # noqa: S608
            "WHERE id = (SELECT id FROM ranges WHERE state = 'pending' "
            f"ORDER BY {order} LIMIT 1) RETURNING {_COLUMNS}"
        ).fetchone()
        return None if row is None else _planned(row).range

    def finish(self, range_: CopyRange, result: RangeResult) -> None:
        """Store that a range is done."""
        values = (result.rows, result.first, result.last, json.dumps(result.types or {}))
        self._update("state = 'done', rows = ?, first = ?, last = ?, types = ?", values, range_)

    def fail(self, range_: CopyRange, error: str) -> None:
        """Store that a range failed, and why."""
        self._update("state = 'failed', error = ?", (error,), range_)

    def release(self, range_: CopyRange) -> None:
        """Make a range pending again if it is running, because its copy was cancelled."""
        self._db.execute(
            f"UPDATE ranges SET state = 'pending' WHERE state = 'running' AND {_KEY}",  # noqa: S608
            _key(range_),
        )

    def split(self, range_: CopyRange, parts: Sequence[CopyRange]) -> None:
        """Replace a range by its parts, which are pending."""
        with self._db.transaction():
            found = self._db.execute(f"DELETE FROM ranges WHERE {_KEY}", _key(range_))  # noqa: S608
            self._require(found.rowcount, range_)
            self._insert(parts)

    def retry_failed(self) -> int:
        """Make failed ranges pending again; returns their number."""
        changed = self._db.execute("UPDATE ranges SET state = 'pending' WHERE state = 'failed'")
        return changed.rowcount

    def copy_again(self, ranges: Iterable[CopyRange]) -> None:
        """Make ranges pending again, of which the sink has lost the points."""
        with self._db.transaction():
            for range_ in ranges:
                self._update("state = 'pending'", (), range_)

    def with_points(self) -> list[CopyRange]:
        """The ranges that are done and have points."""
        done = self.ranges("done")
        return [planned.range for planned in done if planned.result and planned.result.rows]

    def progress(self) -> PlanProgress:
        """Count the ranges by their states."""
        counts = dict(
            self._db.execute("SELECT state, count(*) FROM ranges GROUP BY state").fetchall()
        )
        (rows,) = self._db.execute(
            "SELECT coalesce(sum(rows), 0) FROM ranges WHERE state = 'done'"
        ).fetchone()
        pending, running, done, failed = (
            counts.get(state, 0) for state in ("pending", "running", "done", "failed")
        )
        return PlanProgress(pending, running, done, failed, rows)

    @property
    def objects(self) -> list[SourceObject]:
        """What the source has besides points, and what became of it."""
        rows = self._db.execute("SELECT kind, database, name, definition, outcome FROM objects")
        return [SourceObject(*row) for row in rows]

    def _insert(self, ranges: Iterable[CopyRange]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO ranges (database, policy, measurement, start, stop, part,"
            " growing, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')",
            ((*_key(range_), range_.growing) for range_ in ranges),
        )

    def _update(self, change: str, values: Sequence[object], range_: CopyRange) -> None:
        found = self._db.execute(
            f"UPDATE ranges SET {change} WHERE {_KEY}",  # noqa: S608 - constants
            (*values, *_key(range_)),
        )
        self._require(found.rowcount, range_)

    def _require(self, found: int, range_: CopyRange) -> None:
        if found != 1:
            raise PlanMismatch(f"the plan {self.path} has no range {range_}")


def _missing(listed: Iterable[CopyRange], known: Iterable[CopyRange]) -> Iterator[CopyRange]:
    """The parts of ranges that no known range covers; halves cover what they were made of."""
    covered: dict[tuple[str, ...], list[CopyRange]] = {}
    for range_ in sorted(known, key=lambda r: r.start):
        covered.setdefault(_names(range_), []).append(range_)
    for range_ in listed:
        start = range_.start
        for other in covered.get(_names(range_), ()):
            if start < other.start < range_.stop:
                yield replace(range_, start=start, stop=other.start)
            if other.start < range_.stop:
                start = max(start, other.stop)
        if start < range_.stop:
            yield replace(range_, start=start)


def _names(range_: CopyRange) -> tuple[str, ...]:
    return range_.database, range_.policy, range_.measurement, range_.part


def _key(range_: CopyRange) -> tuple[str | int, ...]:
    """The columns that identify a range."""
    return (
        range_.database,
        range_.policy,
        range_.measurement,
        range_.start,
        range_.stop,
        range_.part,
    )


def _planned(row: tuple[Any, ...]) -> PlannedRange:
    database, policy, measurement, start, stop, part, growing = row[:7]
    state, attempts, rows, first, last, types, error = row[7:]
    range_ = CopyRange(database, policy, measurement, start, stop, part, bool(growing))
    result = None
    if state == "done":
        kinds = {name: tuple(found) for name, found in json.loads(types).items()}
        result = RangeResult(rows, first, last, kinds)
    return PlannedRange(range_, state, attempts, result, error or "")
