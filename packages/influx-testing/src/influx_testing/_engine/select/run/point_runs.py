"""Runs: consecutive points of one group as columns, which is how storage has them.

Functions reduce runs, because a column needs no object for each point. Sources that make their
points one by one, such as subqueries, have them collected into runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from operator import ge, le
from typing import Any, NamedTuple

from influx_testing._engine.select.run.points import Key, Point, Points, subset

__all__ = ["PointRun", "PointRuns", "joined", "points_of", "runs_of"]

_LONGEST = 4096
"""The most points that `runs_of` reads ahead."""


class PointRun(NamedTuple):
    """Points of one group in ascending or descending order of time; all columns are equally long.

    Attributes:
        key: the key of all points, or of their group.
        times: the times in ns.
        values: the values.
        beside: the columns of the other selected values.
        keys: the key of each point, if these have finer groups than the key; otherwise None.
    """

    key: Key
    times: Sequence[int]
    values: Sequence[Any]
    beside: tuple[Sequence[Any], ...] = ()
    keys: Sequence[Key] | None = None

    def cut(self, places: slice) -> PointRun:
        """The points at some consecutive places."""
        return PointRun(
            self.key,
            self.times[places],
            self.values[places],
            tuple([column[places] for column in self.beside]) if self.beside else (),
            None if self.keys is None else self.keys[places],
        )

    def take(self, places: Sequence[int]) -> PointRun:
        """The points at some places, in their order."""
        columns = ([column[place] for place in places] for column in self.beside)
        return PointRun(
            self.key,
            [self.times[place] for place in places],
            [self.values[place] for place in places],
            tuple(columns),
            None if self.keys is None else [self.keys[place] for place in places],
        )

    def valued(self) -> PointRun:
        """The points that have a value."""
        if None not in self.values:
            return self
        return self.take([place for place, value in enumerate(self.values) if value is not None])

    def others_at(self, place: int) -> tuple[Any, ...]:
        """The other selected values of one point."""
        return tuple([column[place] for column in self.beside]) if self.beside else ()

    def by_key(self) -> Iterator[PointRun]:
        """Yield the points of each key."""
        if self.keys is None:
            yield self
            return
        places: dict[Key, list[int]] = defaultdict(list)
        for place, key in enumerate(self.keys):
            places[key].append(place)
        for key, found in places.items():
            yield self.take(found)._replace(key=key, keys=None)

    def points(self) -> Iterator[Point]:
        """Yield the points."""
        keys: Iterable[Key] = repeat(self.key) if self.keys is None else self.keys
        others: Iterable[tuple[Any, ...]] = (
            zip(*self.beside, strict=True) if self.beside else repeat(())
        )
        return zip(keys, self.times, self.values, others, strict=False)


PointRuns = Iterable[PointRun]


def points_of(runs: PointRuns) -> Points:
    """The points of runs, in order."""
    return chain.from_iterable(map(PointRun.points, runs))


def joined(runs: Sequence[PointRun]) -> PointRun:
    """Join runs of one key, in order."""
    if len(runs) == 1:
        return runs[0]
    return PointRun(
        runs[0].key,
        _chained([run.times for run in runs]),
        _chained([run.values for run in runs]),
        tuple(map(_chained, zip(*(run.beside for run in runs), strict=True))),
    )


def _chained(columns: Iterable[Sequence[Any]]) -> list[Any]:
    return list(chain.from_iterable(columns))


def runs_of(points: Points, dimensions: tuple[str, ...], *, ascending: bool) -> Iterator[PointRun]:
    """Collect points into runs.

    Args:
        points: the points, ordered by group, then time. Where a source breaks the order of time, a
            run ends.
        dimensions: the tags of the outermost groups.
        ascending: whether points are in ascending order of time.
    """
    stream = iter(points)
    while block := list(islice(stream, _LONGEST)):
        run = _run(block)
        if run.keys is None and _is_ordered(run.times, ascending=ascending):
            yield run
            continue
        start = 0
        for place in _breaks(block, dimensions, ascending=ascending):
            yield _run(block[start:place])
            start = place
        yield _run(block[start:])


def _is_ordered(times: Sequence[int], *, ascending: bool) -> bool:
    return all(map(le if ascending else ge, times, islice(times, 1, None)))


def _breaks(block: list[Point], dimensions: tuple[str, ...], *, ascending: bool) -> Iterator[int]:
    """The places in a block at which another run starts."""
    last, before, _, _ = block[0]
    for place, (key, time, _, _) in enumerate(block):
        is_turned = time != before and (time > before) != ascending
        if is_turned or (key is not last and subset(key, dimensions) != subset(last, dimensions)):
            yield place
        last, before = key, time


def _run(points: list[Point]) -> PointRun:
    """The columns of points."""
    keys, times, values, others = zip(*points, strict=True)
    key: Key = keys[0]
    is_single = keys.count(key) == len(keys)
    beside = tuple(zip(*others, strict=True)) if others[0] else ()
    return PointRun(key, times, values, beside, None if is_single else keys)
