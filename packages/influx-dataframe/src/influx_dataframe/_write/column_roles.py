"""Determines the role of each column of a frame: measurement, tag, field or time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from influx_core import ConfigError
from influx_dataframe._from_frame import RawBatch

__all__ = ["AUTO", "Auto", "BatchRoles", "ColumnRoles"]


class Auto(Enum):
    """What a frame itself tells."""

    AUTO = "auto"

    def __repr__(self) -> str:
        return "AUTO"


AUTO: Final = Auto.AUTO
"""The index if it is one of times, else the column `time`."""


@dataclass(frozen=True, slots=True)
class BatchRoles:
    """The names of the columns of a batch, by their roles."""

    tags: tuple[str, ...]
    fields: tuple[str, ...]
    timestamp: str | None


@dataclass(frozen=True, slots=True)
class ColumnRoles:
    """What a caller says of the columns.

    Attributes:
        measurement: the measurement of all rows; None if a column tells.
        measurement_column: the column that tells.
        tags: the columns that are tags.
        constant_tags: tags of all rows.
        fields: the columns that are fields; None for all the others.
        timestamp: the column of times; None for none.
    """

    measurement: str | None = None
    measurement_column: str | None = None
    tags: tuple[str, ...] = ()
    constant_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: tuple[str, ...] | None = None
    timestamp: str | Auto | None = AUTO

    def __post_init__(self) -> None:
        if (self.measurement is None) == (self.measurement_column is None):
            raise ConfigError("say either measurement= or measurement_column=, and not both")
        both = set(self.tags) & set(self.constant_tags)
        if both:
            raise ConfigError(f"{_list(both)}: both a column and a constant tag")

    def of_batch(self, batch: RawBatch) -> BatchRoles:
        """Find the columns of a batch.

        Raises:
            ConfigError: a column is not there, has two roles, or none that would be obvious.
        """
        timestamp = self._time(batch)
        wanted = [*self.tags, *(self.fields or ())]
        wanted += [name for name in (self.measurement_column, timestamp) if name is not None]
        self._check(batch, wanted)
        if self.fields is not None:
            return BatchRoles(self.tags, self.fields, timestamp)
        left = [name for name in batch.columns if name not in set(wanted)]
        lost = [name for name in left if name in batch.index]
        if lost:
            raise ConfigError(
                f"{_list(lost)}: a level of the index that is neither a tag nor the time; name it "
                "in tags= or fields=, or drop it with reset_index(drop=True)"
            )
        nameless = [name for name in map(_any, left) if not isinstance(name, str)]
        if nameless:
            raise ConfigError(f"{_list(nameless)}: the name of a column is text; rename it")
        return BatchRoles(self.tags, tuple(left), timestamp)

    def _time(self, batch: RawBatch) -> str | None:
        if not isinstance(self.timestamp, Auto):
            return self.timestamp
        if batch.time is not None:
            return batch.time
        if "time" in batch.columns:
            return "time"
        raise ConfigError(
            "no column is called time, and the index is none of times: say timestamp=, which is a "
            "column, or None for the time at which the server stores a row"
        )

    def _check(self, batch: RawBatch, wanted: list[str]) -> None:
        missing = [name for name in wanted if name not in batch.columns]
        if missing:
            raise ConfigError(f"no column {_list(missing)}; there are {_list(batch.columns)}")
        twice = {name for name in wanted if wanted.count(name) > 1}
        if twice:
            raise ConfigError(f"{_list(twice)}: a column has one role, not two")


def _any(name: object) -> object:
    """A name as it is: pandas' need not be text."""
    return name


def _list(names: Iterable[object]) -> str:
    return ", ".join(sorted(map(repr, names)))
