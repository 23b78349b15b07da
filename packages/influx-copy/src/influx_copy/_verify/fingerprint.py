"""FieldFingerprint: what two copies of a field must have in common, in any order of points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress
from typing import Any

from influx_copy.interfaces import ColumnarBatch

__all__ = ["FieldFingerprint", "Fingerprinter"]

_MASK = (1 << 64) - 1
_MIX = 0x9E3779B97F4A7C15
"""A multiplier that spreads consecutive times: 2**64 divided by the golden ratio."""


@dataclass(frozen=True, slots=True)
class FieldFingerprint:
    """The values of one field in a range.

    Attributes:
        kinds: the types of the values.
        count: the number of values.
        sum: the sum of numbers, exact for integers; the number of true booleans; the length of all
            strings in characters.
        first: the earliest time, in nanoseconds.
        last: the latest time.
        sampled: the number of values in the sample.
        hash: a hash of the sample: tags, time, type and value of each point, in any order.
    """

    kinds: tuple[str, ...]
    count: int
    sum: float | int
    first: int
    last: int
    sampled: int
    hash: int


class Fingerprinter:
    """Computes the fingerprints of the fields of a range.

    Args:
        one_in: a value is in the sample if a hash of its time says so, one time in this number on
            average; 1 takes all.
    """

    def __init__(self, one_in: int) -> None:
        self._limit = (1 << 64) // one_in
        self._fields: dict[tuple[str, str], _Sums] = {}

    def add(self, batch: ColumnarBatch) -> None:
        """Take the points of a batch."""
        times = batch.times.to_list()
        if not times:
            return
        bounds = min(times), max(times)
        sampled = self._sample(times)
        series = _TagKeys(batch)
        for name, column in batch.fields.items():
            if column.kind == "null":
                continue
            values = column.to_list()
            sums = self._fields.setdefault((batch.measurement, name), _Sums())
            if column.valid is None:
                sums.add(column.kind, bounds, values)
            else:
                sums.add_present(column.kind, times, values)
            for at in sampled:
                if values[at] is not None:
                    sums.hash_value(series.key(at), times[at], name, column.kind, values[at])

    def merge(self, other: Fingerprinter) -> None:
        """Add what another one has taken."""
        for key, sums in other.taken().items():
            if key in self._fields:
                self._fields[key].merge(sums)
            else:
                self._fields[key] = sums

    def taken(self) -> dict[tuple[str, str], _Sums]:
        """What was taken, by measurement and field."""
        return self._fields

    def result(self) -> Mapping[tuple[str, str], FieldFingerprint]:
        """The fingerprints by measurement and field; fields without values have none."""
        return {key: sums.made() for key, sums in self._fields.items() if sums.count}

    def _sample(self, times: list[int]) -> list[int]:
        limit = self._limit
        if limit > _MASK:
            return list(range(len(times)))
        return [at for at, time in enumerate(times) if (time * _MIX) & _MASK < limit]


class _TagKeys:
    """The tags of the points of a batch, as bytes in one order."""

    def __init__(self, batch: ColumnarBatch) -> None:
        self._constant = [(key, tag) for key, tag in batch.tags.items() if isinstance(tag, str)]
        self._varying = [
            (key, tag.to_list()) for key, tag in batch.tags.items() if not isinstance(tag, str)
        ]
        self._same = repr(sorted(self._constant)) if not self._varying else None

    def key(self, at: int) -> str:
        if self._same is not None:
            return self._same
        own = [(key, values[at]) for key, values in self._varying if values[at]]
        return repr(sorted([*self._constant, *own]))


class _Sums:
    """What is counted of a field."""

    def __init__(self) -> None:
        self.count = 0
        self._kinds: set[str] = set()
        self._whole = 0
        self._floats: list[float] = []
        self._first = self._last = 0
        self._sampled = 0
        self._hash = 0

    def add_present(self, kind: str, times: list[int], values: list[Any]) -> None:
        """Count the values that are not missing."""
        present = [value is not None for value in values]
        if any(present):
            own = list(compress(times, present))
            self.add(kind, (min(own), max(own)), list(compress(values, present)))

    def add(self, kind: str, bounds: tuple[int, int], values: list[Any]) -> None:
        """Count values, none of which is missing, between two times."""
        self._kinds.add(kind)
        self._first = min(self._first, bounds[0]) if self.count else bounds[0]
        self._last = max(self._last, bounds[1]) if self.count else bounds[1]
        self.count += len(values)
        if kind == "float":
            self._floats = [math.fsum([*self._floats, *values])]
        elif kind == "string":
            self._whole += sum(map(len, values))
        else:
            self._whole += sum(values)

    def hash_value(self, series: str, time: int, name: str, kind: str, value: object) -> None:
        text = f"{series}\0{time}\0{name}\0{kind}\0{value!r}"
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self._hash = (self._hash + int.from_bytes(digest, "little")) & _MASK
        self._sampled += 1

    def merge(self, other: _Sums) -> None:
        """Add what another one has counted."""
        if not other.count:
            return
        self._first = min(self._first, other._first) if self.count else other._first
        self._last = max(self._last, other._last) if self.count else other._last
        self.count += other.count
        self._kinds |= other._kinds
        self._whole += other._whole
        self._floats += other._floats
        self._sampled += other._sampled
        self._hash = (self._hash + other._hash) & _MASK

    def made(self) -> FieldFingerprint:
        total = math.fsum([*self._floats, self._whole]) if self._floats else self._whole
        return FieldFingerprint(
            tuple(sorted(self._kinds)),
            self.count,
            total,
            self._first,
            self._last,
            self._sampled,
            self._hash,
        )
